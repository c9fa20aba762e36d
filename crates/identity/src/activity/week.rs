//! Looking at the weeks that are over.

use access::{AccessError, Actor, Database, export_audit_events};
use audit::{Action, Event};
use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use shared::{activity::FindingKind, audit::AuditFilter};

use super::{
    look::{Client, Found, Look},
    store,
};
use crate::{people, practice};

/// What somebody did so long before says what is usual for them.
const BEFORE: TimeDelta = TimeDelta::weeks(4);
/// Events read at a time.
const PAGE: u64 = 2000;
/// If nobody has looked for longer, as many weeks are looked at.
const MOST_WEEKS: usize = 8;

/// The weeks that are over and were not looked at, of one practice.
#[derive(Debug)]
pub struct Weeks {
    zone: Tz,
    /// Their Mondays.
    pub due: Vec<NaiveDate>,
}

impl Weeks {
    /// Asks the database.
    ///
    /// # Errors
    /// It fails.
    pub async fn due(database: &Database, actor: &Actor) -> Result<Self, AccessError> {
        let tx = database.begin_reading(actor.clone()).await?;
        let practice = practice::store::find(&tx).await?;
        let last = store::last_week(&tx).await?;
        let now = tx.now();
        tx.end().await?;
        let zone =
            practice.as_ref().and_then(|row| row.time_zone.as_deref()?.parse().ok()).unwrap_or(Tz::UTC);
        let begun = practice.map_or(now, |row| row.created_at);
        let this_week = monday_of(now.with_timezone(&zone).date_naive());
        // There is nothing to see from before the practice was.
        let first = last
            .map_or_else(|| monday_of(begun.with_timezone(&zone).date_naive()), |last| last + Days::new(7));
        let mut due: Vec<_> = first.iter_weeks().take_while(|monday| *monday < this_week).collect();
        let due = due.split_off(due.len().saturating_sub(MOST_WEEKS));
        Ok(Self { zone, due })
    }
}

/// Looks at the weeks that are due, each in a transaction of its own; how many things are worth a second look.
///
/// # Errors
/// The database or the keys fail; what was looked at until then is kept.
pub async fn look_at_weeks_that_are_over(
    database: &Database,
    actor: &Actor,
    weeks: &Weeks,
    clients: &[Client],
) -> Result<usize, AccessError> {
    let mut count = 0;
    for monday in &weeks.due {
        let found = look_at(database, actor, weeks.zone, *monday, clients).await?;
        count += keep(database, actor, *monday, found).await?;
    }
    Ok(count)
}

async fn look_at(
    database: &Database,
    actor: &Actor,
    zone: Tz,
    monday: NaiveDate,
    clients: &[Client],
) -> Result<Vec<Found>, AccessError> {
    let (from, to) = (midnight(zone, monday), midnight(zone, monday + Days::new(7)));
    let mut look = Look::new(zone, from, clients);
    let tx = database.begin_reading(actor.clone()).await?;
    for (member, name) in people::store::list_named(&tx).await? {
        look.member(member.user_id, name.reveal(), member.deactivated_at);
    }
    tx.end().await?;
    let filter = AuditFilter { from: Some(from - BEFORE), to: Some(to), ..AuditFilter::default() };
    let mut after = None;
    loop {
        let tx = database.begin_reading(actor.clone()).await?;
        // The software itself may what its code names.
        let Ok(granted) = actor.require() else { return Ok(Vec::new()) };
        let page = export_audit_events(&tx, granted, &filter, after, PAGE).await?;
        tx.end().await?;
        for exported in &page {
            look.event(&exported.event);
        }
        after = page.last().map(|last| last.event.id);
        if (page.len() as u64) < PAGE {
            return Ok(look.found());
        }
    }
}

/// Keeps that the week was looked at, and what was found; nothing if another process has looked meanwhile.
async fn keep(
    database: &Database,
    actor: &Actor,
    monday: NaiveDate,
    found: Vec<Found>,
) -> Result<usize, AccessError> {
    let mut tx = database.begin(actor.clone()).await?;
    if !store::note_week(&mut tx, monday).await? {
        tx.end().await?;
        return Ok(0);
    }
    let fine = store::list_fine_surnames(&tx).await?;
    let new = |one: &Found| {
        let known = one.client_id.is_some_and(|client| fine.contains(&(one.user_id, client)));
        !(one.kind == FindingKind::SameSurname && known)
    };
    let found: Vec<_> = found.into_iter().filter(new).collect();
    for one in &found {
        store::insert(&mut tx, monday, one).await?;
    }
    tx.record(Event::general(Action::ActivityReviewed));
    tx.commit().await?;
    Ok(found.len())
}

fn monday_of(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}

/// When a day begins; where clocks go forward at midnight, an hour later.
fn midnight(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let there = |at: chrono::NaiveDateTime| at.and_local_timezone(zone).earliest().map(|at| at.to_utc());
    there(midnight).or_else(|| there(midnight + TimeDelta::hours(1))).unwrap_or_else(|| midnight.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_from_monday_to_monday_also_when_the_clocks_change() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        assert_eq!(monday_of(day("2026-11-22")), day("2026-11-16"));
        assert_eq!(monday_of(day("2026-11-16")), day("2026-11-16"));
        let zone = chrono_tz::America::Los_Angeles;
        // On 1 November 2026 the clocks go back there.
        let hours = midnight(zone, day("2026-11-02")) - midnight(zone, day("2026-10-26"));
        assert_eq!(hours, TimeDelta::hours(7 * 24 + 1));
        // In Beirut they went forward at midnight on 30 March 2025.
        let beirut = chrono_tz::Asia::Beirut;
        assert_eq!(midnight(beirut, day("2025-03-30")).to_rfc3339(), "2025-03-29T22:00:00+00:00");
    }
}
