//! How often something may be done, by the generic cell rate algorithm: each use fills a level that
//! drains evenly, and no use may fill it above the top. So there are never more uses at once than are
//! allowed in a whole window, wherever the window begins.

use std::time::Duration;

/// How often something may be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// What is counted. It leaves the process, so it holds nothing about a person in the clear.
    pub key: String,
    /// How often in a window, and how often at once; at least 1.
    pub most: u32,
    /// How long the window is.
    pub window: Duration,
}

/// What came of a use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// `None` when it may be done; else after what time it may.
    pub wait: Option<Duration>,
    /// How often in a window: of the quota that is nearest to its end.
    pub most: u32,
    /// How often it may be done at once from now.
    pub left: u32,
    /// When it may be done as often as ever.
    pub full_after: Duration,
}

impl Quota {
    /// What one use fills, in microseconds; at least 1.
    pub(crate) fn share(&self) -> u64 {
        (self.top() / u64::from(self.most.max(1))).max(1)
    }

    /// The top, in microseconds.
    pub(crate) fn top(&self) -> u64 {
        u64::try_from(self.window.as_micros()).unwrap_or(u64::MAX).max(1)
    }

    /// What is left of this quota at a level, in microseconds.
    pub(crate) fn at(&self, level: u64) -> Taken {
        let left = self.top().saturating_sub(level) / self.share();
        Taken {
            wait: None,
            most: self.most,
            left: u32::try_from(left).unwrap_or(u32::MAX).min(self.most),
            full_after: Duration::from_micros(level),
        }
    }

    /// How long a use has to wait at a level that it finds, in microseconds; 0 when it fits.
    pub(crate) fn excess(&self, level: u64) -> u64 {
        (level + self.share()).saturating_sub(self.top())
    }
}

impl Taken {
    /// What came of a use of several quotas, from the level of each afterwards and the longest wait.
    pub(crate) fn of(quotas: &[Quota], levels: &[u64], wait: u64) -> Option<Self> {
        let each = quotas.iter().zip(levels).map(|(quota, level)| quota.at(*level));
        let nearest = each.min_by_key(|taken| (taken.left, taken.most))?;
        Some(Self { wait: (wait > 0).then(|| Duration::from_micros(wait)), ..nearest })
    }
}
