//! What has changed since somebody looked last: for the stream of events.

use std::collections::HashMap;

use access::{AccessError, Granted, Tx, perm};
use chrono::{DateTime, TimeDelta, Utc};
use shared::{JobId, jobs::JobView};

use super::store;

/// The last change that was seen. As text it is the id of an event, which `Last-Event-ID` brings back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    at: DateTime<Utc>,
    job: JobId,
}

impl Cursor {
    /// Everything from now on. What is dated just before may be kept only after the caller has asked how
    /// a job is, so it is told too: rather once more than not at all.
    pub fn now(now: DateTime<Utc>) -> Self {
        Self { at: now - LOOK_BACK, job: JobId(uuid::Uuid::nil()) }
    }

    /// Behind this change.
    pub fn after(job: &JobView) -> Self {
        Self { at: job.updated_at, job: job.id }
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.at.timestamp_micros(), self.job.0.simple())
    }
}

impl std::str::FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, job) = text.split_once('-').ok_or(())?;
        let at = at.parse().ok().and_then(DateTime::from_timestamp_micros).ok_or(())?;
        Ok(Self { at, job: job.parse().map_err(drop)? })
    }
}

/// A change is dated when it is made and seen when it is kept, and the clocks of several servers are not
/// one: so this far back is looked each time, for what has appeared behind the cursor.
const LOOK_BACK: TimeDelta = TimeDelta::seconds(10);

/// Somebody who watches, and what they have seen.
#[derive(Debug)]
pub struct Watch {
    cursor: Cursor,
    /// Changes within [`LOOK_BACK`] of the cursor that were told; before the first look, nobody knows.
    seen: Option<HashMap<JobId, DateTime<Utc>>>,
}

impl Watch {
    /// Watches for what changes behind the cursor.
    pub fn from(cursor: Cursor) -> Self {
        Self { cursor, seen: None }
    }

    /// Jobs of the practice that changed since the last look, each with its place, which never goes
    /// back. They hold ids and progress, nothing about a person; beginning to watch is what is recorded.
    ///
    /// # Errors
    /// The database fails.
    pub async fn changes(
        &mut self,
        tx: &Tx,
        _granted: Granted<perm::ReadJobs>,
    ) -> Result<Vec<(Cursor, JobView)>, AccessError> {
        let from = self.cursor.at - LOOK_BACK;
        let jobs = store::changed_since(tx, from, JobId(uuid::Uuid::nil())).await?;
        Ok(self.unseen(jobs))
    }

    fn unseen(&mut self, jobs: Vec<JobView>) -> Vec<(Cursor, JobView)> {
        let before = |job: &&JobView| Cursor::after(job) <= self.cursor;
        let seen = self
            .seen
            .get_or_insert_with(|| jobs.iter().filter(before).map(|job| (job.id, job.updated_at)).collect());
        let mut changes = Vec::new();
        for job in jobs {
            if seen.insert(job.id, job.updated_at) != Some(job.updated_at) {
                self.cursor = self.cursor.max(Cursor::after(&job));
                changes.push((self.cursor, job));
            }
        }
        let from = self.cursor.at - LOOK_BACK;
        seen.retain(|_, at| *at >= from);
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_way_through_a_header() {
        let at = DateTime::from_timestamp_micros(1_780_000_000_123_456).expect("a time");
        let cursor = Cursor { at, job: JobId(uuid::Uuid::from_u128(7)) };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        assert_eq!("nonsense".parse::<Cursor>(), Err(()));
    }

    fn job(number: u128, at: DateTime<Utc>) -> JobView {
        JobView {
            id: JobId(uuid::Uuid::from_u128(number)),
            kind: shared::jobs::JobKind::DraftNote,
            state: shared::jobs::JobState::Running,
            encounter_id: uuid::Uuid::nil().into(),
            recording_id: None,
            note_id: None,
            stage: None,
            progress: 0,
            remaining_ms: None,
            attempts: 1,
            error: None,
            created_at: at,
            updated_at: at,
        }
    }

    #[test]
    fn a_change_that_is_kept_while_somebody_begins_to_watch_is_told() {
        let now = DateTime::from_timestamp_millis(1_780_000_000_000).expect("a time");
        let mut watch = Watch::from(Cursor::now(now));
        let told = watch.unseen(vec![job(1, now - TimeDelta::milliseconds(5))]);
        assert_eq!(told.len(), 1);
    }

    #[test]
    fn every_change_is_told_once_even_one_that_appears_behind_the_cursor() {
        let at = |ms: i64| DateTime::from_timestamp_millis(1_780_000_000_000 + ms).expect("a time");
        let ids = |changes: Vec<(Cursor, JobView)>| {
            changes.into_iter().map(|(_, job)| job.id.0.as_u128()).collect::<Vec<_>>()
        };
        let seen = job(1, at(0));
        let mut watch = Watch::from(Cursor::after(&seen));
        assert_eq!(ids(watch.unseen(vec![job(9, at(-5)), seen.clone(), job(2, at(20))])), [2]);
        // A slower transaction, dated earlier, is kept only now.
        let late = watch.unseen(vec![seen.clone(), job(3, at(10)), job(2, at(20))]);
        assert_eq!(late[0].0, Cursor::after(&job(2, at(20))), "the place does not go back");
        assert_eq!(ids(late), [3]);
        assert_eq!(ids(watch.unseen(vec![seen, job(3, at(10)), job(2, at(20))])), [0_u128; 0]);
        assert_eq!(ids(watch.unseen(vec![job(3, at(30))])), [3], "changed again");
    }
}
