//! The system's clock, which a test can move forward: an hour need not be waited for.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use clock::{Clock, SystemClock};
use uuid::Uuid;

/// The system's clock, moved forward.
#[derive(Debug, Default)]
pub struct MovableClock(AtomicI64);

impl MovableClock {
    /// Moves it forward from now on.
    pub fn advance(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
    }
}

impl Clock for MovableClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + TimeDelta::milliseconds(self.0.load(Ordering::SeqCst))
    }

    fn new_id(&self) -> Uuid {
        // The first 48 bits are milliseconds (RFC 9562 §5.7): an id is of the time that is shown.
        let (high, low) = SystemClock.new_id().as_u64_pair();
        let moved = u64::try_from(self.0.load(Ordering::SeqCst)).unwrap_or(0);
        Uuid::from_u64_pair(high + (moved << 16), low)
    }
}
