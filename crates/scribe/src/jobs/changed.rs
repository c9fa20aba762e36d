//! What has changed since somebody looked last: for the stream of events.

use access::{AccessError, Granted, Tx, perm};
use chrono::{DateTime, Utc};
use shared::{JobId, jobs::JobView};

use super::store;

/// The last change that was seen. As text it is the id of an event, which `Last-Event-ID` brings back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    at: DateTime<Utc>,
    job: JobId,
}

impl Cursor {
    /// Everything from now on.
    pub fn now(now: DateTime<Utc>) -> Self {
        Self { at: now, job: JobId(uuid::Uuid::nil()) }
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

/// Jobs of the practice that changed behind the cursor, at most 100. They hold ids and progress, nothing
/// about a person; opening the stream is what is recorded.
///
/// # Errors
/// The database fails.
pub async fn changed_since(
    tx: &Tx,
    _granted: Granted<perm::ReadJobs>,
    cursor: Cursor,
) -> Result<Vec<JobView>, AccessError> {
    store::changed_since(tx, cursor.at, cursor.job).await
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
}
