//! How long to wait after how many failures.

use chrono::TimeDelta;

/// No failure is remembered longer.
pub(super) const LONGEST_MEMORY: TimeDelta = TimeDelta::hours(24);
/// The delays double up to this: then about 96 guesses a day are left (SP 800-63B-4 §3.2.2).
const LONGEST_DELAY: i64 = 15 * 60;

/// One of three ways to grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Curve {
    /// One account, from one device or network.
    Close,
    /// One account, from anywhere.
    Account,
    /// One network, whatever the account.
    Network,
}

impl Curve {
    /// Failures without a delay: people mistype, and colleagues share a network.
    fn free(self) -> i32 {
        match self {
            Self::Close => 4,
            Self::Account | Self::Network => 20,
        }
    }

    /// The delay after so many failures in a row.
    pub(super) fn delay(self, failures: i32) -> TimeDelta {
        let beyond = failures.saturating_sub(self.free());
        if beyond <= 0 {
            return TimeDelta::zero();
        }
        let doubled = 1_i64 << (beyond - 1).min(20);
        TimeDelta::seconds(doubled.min(LONGEST_DELAY))
    }

    /// Whether failures that ended so long ago no longer count.
    pub(super) fn has_forgotten(self, quiet: TimeDelta) -> bool {
        quiet
            > match self {
                Self::Close | Self::Account => LONGEST_MEMORY,
                Self::Network => TimeDelta::hours(1),
            }
    }

    /// Whether getting it right once ends the count.
    pub(super) fn ends_with_success(self) -> bool {
        self == Self::Close
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_after_a_few_free_failures_up_to_a_quarter_of_an_hour() {
        let seconds = |failures| Curve::Close.delay(failures).num_seconds();
        assert_eq!([1, 4, 5, 6, 7, 14, 15, 100, i32::MAX].map(seconds), [0, 0, 1, 2, 4, 512, 900, 900, 900]);
        assert_eq!(Curve::Network.delay(20).num_seconds(), 0);
        assert_eq!(Curve::Network.delay(21).num_seconds(), 1);
    }

    #[test]
    fn a_hundred_guesses_in_a_row_take_most_of_a_day() {
        let total: i64 = (1..100).map(|failures| Curve::Close.delay(failures).num_seconds()).sum();
        assert!(total > 20 * 3600, "{total} s");
    }
}
