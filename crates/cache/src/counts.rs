//! Counts in this process. Split into many parts, each with its own lock, which is held for a look-up.

use std::{
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};

use crate::{Quota, Taken};

const PARTS: usize = 64;
/// From this size on a part is searched for what has drained.
const MANY: usize = 1024;
/// A part that is this large though nothing has drained begins anew: whoever floods the server from a
/// quarter of a million places is held by no count of places, and memory has an end.
const TOO_MANY: usize = 4 * 1024;

/// Counts in this process.
#[derive(Debug)]
pub struct Counts {
    parts: [Mutex<Part>; PARTS],
    hasher: RandomState,
}

/// When each level will have drained, in microseconds since 1970.
#[derive(Debug)]
struct Part {
    drained_at: HashMap<String, u64>,
    /// The size at which the part is searched next.
    search_at: usize,
}

impl Default for Part {
    fn default() -> Self {
        Self { drained_at: HashMap::new(), search_at: MANY }
    }
}

impl Default for Counts {
    fn default() -> Self {
        Self { parts: std::array::from_fn(|_| Mutex::default()), hasher: RandomState::new() }
    }
}

impl Counts {
    /// Uses all quotas once, or none of them if one is used up; `None` where there is no quota.
    ///
    /// Of uses at the very same moment a few more may be let through than a quota says, as many as the
    /// process has threads.
    pub fn take(&self, now: DateTime<Utc>, quotas: &[Quota]) -> Option<Taken> {
        let now = u64::try_from(now.timestamp_micros()).unwrap_or(0);
        let mut levels: Vec<u64> = quotas.iter().map(|quota| self.part(quota).level(quota, now)).collect();
        let wait =
            quotas.iter().zip(&levels).map(|(quota, level)| quota.excess(*level)).max().unwrap_or_default();
        if wait == 0 {
            levels = quotas.iter().map(|quota| self.part(quota).fill(quota, now)).collect();
        }
        Taken::of(quotas, &levels, wait)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.parts.iter().map(|part| part.lock().map_or(0, |part| part.drained_at.len())).sum()
    }

    fn part(&self, quota: &Quota) -> MutexGuard<'_, Part> {
        let hash = self.hasher.hash_one(&quota.key);
        let part = &self.parts[usize::try_from(hash % PARTS as u64).unwrap_or_default()];
        part.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Part {
    /// A level above the top was filled before the clock was set back: it counts as drained.
    fn level(&self, quota: &Quota, now: u64) -> u64 {
        let drained_at = self.drained_at.get(&quota.key).copied().unwrap_or_default();
        Some(drained_at.saturating_sub(now)).filter(|level| *level <= quota.top()).unwrap_or_default()
    }

    fn fill(&mut self, quota: &Quota, now: u64) -> u64 {
        let level = self.level(quota, now) + quota.share();
        if self.drained_at.len() >= self.search_at {
            self.drained_at.retain(|_, drained_at| *drained_at > now);
            if self.drained_at.len() >= TOO_MANY {
                self.drained_at.clear();
            }
            self.search_at = MANY.max(self.drained_at.len() * 2).min(TOO_MANY);
        }
        self.drained_at.insert(quota.key.clone(), now + level);
        level
    }
}
