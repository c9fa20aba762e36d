//! Time and identifiers as arguments: the only place that asks the operating system for either.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use uuid::{NoContext, Timestamp, Uuid};

/// What a domain function knows of time and chance.
pub trait Clock: Send + Sync + 'static {
    /// Now, in UTC, cut to microseconds: the precision that PostgreSQL keeps, so that a time
    /// read back from a database equals the time written.
    fn now(&self) -> DateTime<Utc>;

    /// A new UUIDv7 (RFC 9562 §5.7): ids sort by the time they were made.
    fn new_id(&self) -> Uuid;
}

/// A clock shared between tasks.
pub type SharedClock = Arc<dyn Clock>;

/// The operating system's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one door to the system's clock")]
    fn now(&self) -> DateTime<Utc> {
        to_microseconds(Utc::now())
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one door to new identifiers")]
    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// A clock that stands still until a test moves it. Ids stay unique and ordered.
#[derive(Debug)]
pub struct FixedClock {
    now: Mutex<DateTime<Utc>>,
    ids: AtomicU64,
}

impl FixedClock {
    /// A clock that shows `now`.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self { now: Mutex::new(to_microseconds(now)), ids: AtomicU64::new(0) }
    }

    /// Moves the clock forward (or back, with a negative delta).
    pub fn advance(&self, by: TimeDelta) {
        let mut now = self.lock();
        *now += by;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, DateTime<Utc>> {
        // A panic while the lock is held leaves a plain time behind, which is still a time.
        self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        *self.lock()
    }

    fn new_id(&self) -> Uuid {
        let now = self.now();
        let count = self.ids.fetch_add(1, Ordering::Relaxed);
        let time = Timestamp::from_unix(
            NoContext,
            u64::try_from(now.timestamp()).unwrap_or(0),
            now.timestamp_subsec_nanos(),
        );
        let mut bytes = *Uuid::new_v7(time).as_bytes();
        // Everything after the time counts; chance would put ids of one instant out of order.
        bytes[6..8].fill(0);
        bytes[8..].copy_from_slice(&count.to_be_bytes());
        uuid::Builder::from_bytes(bytes).with_version(uuid::Version::SortRand).into_uuid()
    }
}

fn to_microseconds(time: DateTime<Utc>) -> DateTime<Utc> {
    time.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let start = DateTime::from_timestamp(1_700_000_000, 123_456_789).expect("a valid time");
        let clock = FixedClock::at(start);
        assert_eq!(clock.now().timestamp_subsec_nanos(), 123_456_000);
        clock.advance(TimeDelta::minutes(5));
        assert_eq!(clock.now().timestamp(), 1_700_000_300);
    }

    #[test]
    fn ids_made_at_the_same_instant_differ_and_keep_their_order() {
        let clock = FixedClock::at(DateTime::from_timestamp(1_700_000_000, 0).expect("a valid time"));
        let ids: Vec<_> = (0..100).map(|_| clock.new_id()).collect();
        assert!(ids.is_sorted_by(|earlier, later| earlier < later));
    }
}
