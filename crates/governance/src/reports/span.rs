//! A span of days where the practice is.

use std::ops::Range;

use access::{AccessError, Tx};
use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use shared::{
    errors::{Checks, FieldProblem},
    reports::{MOST_DAYS, Span},
};

use crate::situation::{Situation, begin};

/// Up to so many days are told day by day, more month by month.
const DAY_BY_DAY: i64 = 62;

/// Why a span is none.
#[derive(Debug, thiserror::Error)]
pub enum SpanError {
    /// It ends before it begins, or is too long.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// A span of days in a time zone, both days in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within {
    /// The first day.
    pub from: NaiveDate,
    /// The last.
    pub until: NaiveDate,
    zone: Tz,
}

impl Within {
    /// The span that is asked for, where the practice is.
    ///
    /// # Errors
    /// [`SpanError`].
    pub async fn of(tx: &Tx, asked: Span) -> Result<Self, SpanError> {
        let Situation { on: today, zone, .. } = Situation::of(tx).await?;
        let until = asked.until.unwrap_or(today);
        let from = asked.from.unwrap_or_else(|| until.checked_sub_months(Months::new(1)).unwrap_or(until));
        let mut checks = Checks::new();
        let days = (until - from).num_days() + 1;
        if days < 1 {
            checks.refuse("until", "invalid", "It ends before it begins.");
        } else if days > MOST_DAYS {
            checks.refuse("until", "too_long", "At most two years at once.");
        }
        checks.done().map_err(SpanError::Invalid)?;
        Ok(Self { from, until, zone })
    }

    /// From its first moment to that after its last.
    pub(super) fn moments(&self) -> Range<DateTime<Utc>> {
        begin(self.from, self.zone)..begin(self.until.succ_opt().unwrap_or(self.until), self.zone)
    }

    /// Its days, or its months where there are many.
    pub(super) fn bars(&self) -> Vec<Self> {
        let days = (self.until - self.from).num_days() + 1;
        let mut bars: Vec<Self> = Vec::new();
        let mut from = self.from;
        while from <= self.until {
            let last = if days <= DAY_BY_DAY { from } else { last_of_month(from).min(self.until) };
            bars.push(Self { from, until: last, zone: self.zone });
            let Some(next) = last.succ_opt() else { break };
            from = next;
        }
        bars
    }
}

fn last_of_month(day: NaiveDate) -> NaiveDate {
    let first = day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
    first.and_then(|next| next.checked_sub_days(Days::new(1))).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(from: &str, until: &str) -> Within {
        let day = |text: &str| text.parse().expect("a day");
        Within { from: day(from), until: day(until), zone: Tz::America__Chicago }
    }

    #[test]
    fn a_month_is_told_by_days_and_a_year_by_months() {
        assert_eq!(within("2026-11-01", "2026-11-30").bars().len(), 30);
        let year = within("2026-01-15", "2026-12-10").bars();
        let ends: Vec<_> = year.iter().map(|bar| (bar.from.to_string(), bar.until.to_string())).collect();
        assert_eq!(ends.len(), 12);
        assert_eq!(ends[0], ("2026-01-15".into(), "2026-01-31".into()));
        assert_eq!(ends[1], ("2026-02-01".into(), "2026-02-28".into()));
        assert_eq!(ends[11], ("2026-12-01".into(), "2026-12-10".into()));
    }

    #[test]
    fn bars_lie_side_by_side_over_a_change_of_clocks_too() {
        let march = within("2026-03-01", "2026-03-31");
        let bars = march.bars();
        assert_eq!(bars[0].moments().start, march.moments().start);
        assert_eq!(bars[30].moments().end, march.moments().end);
        for pair in bars.windows(2) {
            assert_eq!(pair[0].moments().end, pair[1].moments().start);
        }
        let hours = |bar: &Within| (bar.moments().end - bar.moments().start).num_hours();
        assert_eq!((hours(&bars[6]), hours(&bars[7])), (24, 23), "on the 8th an hour is missing");
    }
}
