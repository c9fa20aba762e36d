//! What has to be answered by a day that a rule names: when that is, and who is told that it comes nearer.
//!
//! Days are those of UTC: the server computes with no time zones. A day that somebody writes down may be one ahead of
//! that, east of it.

use chrono::{Days, NaiveDate};
use shared::errors::Checks;

/// How near the last day is. Each is told once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// A week or less is left.
    Week = 1,
    /// A day, or today.
    Day = 2,
    /// It is over.
    Overdue = 3,
}

/// So many days before the last one it is told for the first time.
pub const FIRST_REMINDER_DAYS: u64 = 7;

impl Nearness {
    /// How near the last day is; `None` while there is time.
    pub fn of(due_on: NaiveDate, today: NaiveDate) -> Option<Self> {
        match (due_on - today).num_days() {
            ..0 => Some(Self::Overdue),
            0..=1 => Some(Self::Day),
            2..=7 => Some(Self::Week),
            _ => None,
        }
    }
}

/// The day that lies so many days after another; the last day of the calendar where there is none.
pub fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

/// Refuses a day that has not come anywhere yet.
pub fn check_past(checks: &mut Checks, field: &str, day: NaiveDate, today: NaiveDate) {
    if day > later(today, 1) {
        checks.refuse(field, "in_future", "This lies in the future.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn the_last_day_still_counts_and_the_next_is_too_late() {
        let due = later(day("2026-11-22"), 30);
        assert_eq!(due, day("2026-12-22"));
        for (today, expected) in [
            ("2026-12-14", None),
            ("2026-12-15", Some(Nearness::Week)),
            ("2026-12-20", Some(Nearness::Week)),
            ("2026-12-21", Some(Nearness::Day)),
            ("2026-12-22", Some(Nearness::Day)),
            ("2026-12-23", Some(Nearness::Overdue)),
        ] {
            assert_eq!(Nearness::of(due, day(today)), expected, "{today}");
        }
    }
}
