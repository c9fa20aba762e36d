//! Where and when a call is decided: the practice's place and day, and what it has ordered.

use access::{AccessError, Tx};
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;
use shared::{
    consents::Standings,
    governance::{AiData, AiSystemState, AiSystemView},
};

use crate::{
    orders,
    policy::{Budget, Facts, Place, RunBy, Version},
};

/// The practice, as far as it decides about AI.
#[derive(Debug, Clone)]
pub(crate) struct Situation {
    /// Whether it has stopped all AI.
    pub stopped: bool,
    /// Its day.
    pub on: NaiveDate,
    /// When the calendar month began there, for what a month may cost.
    pub month_began: DateTime<Utc>,
    /// Its time zone.
    pub zone: Tz,
    /// Where it works, without the rules that it has set aside.
    pub place: Place,
}

impl Situation {
    /// Asks the database.
    pub async fn of(tx: &Tx) -> Result<Self, AccessError> {
        let (jurisdiction, zone) = tx.whereabouts().await?;
        let zone = zone.and_then(|zone| zone.parse().ok()).unwrap_or(Tz::UTC);
        let orders = orders::store::in_force(tx).await?;
        let on = tx.now().with_timezone(&zone).date_naive();
        Ok(Self {
            stopped: orders.stopped,
            on,
            month_began: first_of_month(tx.now(), zone),
            zone,
            place: Place::new(jurisdiction, on, orders.set_aside),
        })
    }

    /// What decides about a call of this system.
    pub fn facts(
        &self,
        system: &AiSystemView,
        set_up: bool,
        data: AiData,
        session: Option<Standings>,
    ) -> Facts {
        Facts {
            on: self.on,
            purpose: system.purpose,
            data,
            stopped: self.stopped,
            set_up,
            switched_on: system.state == AiSystemState::Live,
            run_by: match (system.local, system.agreement_on) {
                (true, _) => RunBy::ThisComputer,
                (false, None) => RunBy::Stranger,
                (false, Some(from)) => RunBy::Associate(from, system.agreement_until),
            },
            version: match &system.pinned_version {
                None => Version::Any,
                Some(pinned) if *pinned == system.version => Version::Pinned,
                Some(_) => Version::Changed,
            },
            budget: system
                .monthly_budget_micro_usd
                .map(|allowed| Budget { allowed, spent: system.spent_micro_usd }),
            place: self.place.clone(),
            session,
        }
    }
}

fn first_of_month(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let today = now.with_timezone(&zone).date_naive();
    begin(today.with_day(1).unwrap_or(today), zone)
}

/// When a day begins somewhere: where its midnight is passed over, as in Beirut in spring, with the hour after.
pub(crate) fn begin(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let hours = (0..24).filter_map(|hour| zone.from_local_datetime(&day.and_hms_opt(hour, 0, 0)?).earliest());
    hours
        .map(|begun| begun.with_timezone(&Utc))
        .next()
        .unwrap_or_else(|| day.and_time(NaiveTime::MIN).and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_at_the_practices_midnight() {
        let of = |now: &str, zone: Tz| {
            first_of_month(now.parse().expect("a moment"), zone)
                .to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        };
        assert_eq!(of("2026-11-24T01:00:00Z", Tz::UTC), "2026-11-01T00:00:00Z");
        assert_eq!(of("2026-11-01T03:00:00Z", Tz::America__Chicago), "2026-10-01T05:00:00Z");
        assert_eq!(of("2026-03-01T09:00:00Z", Tz::America__Los_Angeles), "2026-03-01T08:00:00Z");
        // In Beirut the clocks went from 23:59:59 to 01:00:00.
        let day = "2026-03-29".parse().expect("a day");
        assert_eq!(begin(day, Tz::Asia__Beirut).to_rfc3339(), "2026-03-28T22:00:00+00:00");
    }
}
