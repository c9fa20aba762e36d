//! After how many days something of a session is removed. What was decided in a moment can be thought over: a rule that removes
//! more than the one before waits, and until then that one holds.

use chrono::{DateTime, TimeDelta, Utc};
use shared::practice::REMOVAL_WAITING_DAYS;

/// The days that a practice has set, and those that hold until a moment that has not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemovalDays {
    /// What was set last; `None`: it stays.
    pub set: Option<i32>,
    /// From when that holds, if it was to wait.
    pub from: Option<DateTime<Utc>>,
    /// What holds until then.
    pub before: Option<i32>,
}

impl RemovalDays {
    /// What holds now.
    pub fn in_force(self, now: DateTime<Utc>) -> Option<i32> {
        if self.waits(now) { self.before } else { self.set }
    }

    /// Whether what was set last does not hold yet.
    pub fn waits(self, now: DateTime<Utc>) -> bool {
        self.from.is_some_and(|from| from > now)
    }

    /// After somebody has set this.
    pub fn set(self, days: Option<i32>, now: DateTime<Utc>) -> Self {
        let before = self.in_force(now);
        let removes_more = days.is_some_and(|days| before.is_none_or(|before| days < before));
        if removes_more {
            Self { set: days, from: Some(now + TimeDelta::days(REMOVAL_WAITING_DAYS)), before }
        } else {
            Self { set: days, from: None, before: None }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_removes_more_waits_and_what_removes_less_holds_at_once() {
        let day = |number: i64| DateTime::UNIX_EPOCH + TimeDelta::days(number);
        let nothing = RemovalDays { set: None, from: None, before: None };
        let thirty = nothing.set(Some(30), day(0));
        assert_eq!((thirty.in_force(day(6)), thirty.in_force(day(7))), (None, Some(30)));
        // Shorter still while it waits: the time begins anew, and what held goes on to hold.
        let ten = thirty.set(Some(10), day(5));
        assert_eq!(
            (ten.in_force(day(7)), ten.in_force(day(11)), ten.in_force(day(12))),
            (None, None, Some(10))
        );
        let five = thirty.set(Some(5), day(20));
        assert_eq!((five.in_force(day(26)), five.in_force(day(27))), (Some(30), Some(5)));
        // Thinking better of it.
        assert_eq!(five.set(Some(30), day(21)).in_force(day(21)), Some(30));
        assert_eq!(five.set(None, day(21)).in_force(day(21)), None);
        assert_eq!(five.set(Some(90), day(40)).in_force(day(40)), Some(90));
    }
}
