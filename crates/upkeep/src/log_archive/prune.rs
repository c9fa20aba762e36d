//! Removing what is older than the archive reaches back.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::TryStreamExt as _;
use uuid::Uuid;

use super::{
    LogArchive, LogError, OWNER,
    base::{END, TAR, object_of},
    name::HISTORY,
};

/// The clocks of the store and of whoever made a base backup may differ by this much.
const SKEW: TimeDelta = TimeDelta::hours(1);

impl LogArchive {
    /// Removes what was kept longer ago than `kept_for`, but for the newest base backup and the log since it began, without
    /// which nothing would come back; and but for where timelines come from. How many objects went. No key is needed.
    ///
    /// # Errors
    /// The store fails.
    pub async fn prune(&self, now: DateTime<Utc>, kept_for: TimeDelta) -> Result<usize, LogError> {
        let newest = self.ended_bases().await?.pop();
        let needed_from = newest.and_then(moment).map(|begun_at| begun_at - SKEW);
        let mut old = Vec::new();
        let mut stored = self.store.list(&OWNER.to_string());
        while let Some(stored) = stored.try_next().await? {
            let Some((id, part)) = object_of(&stored.path) else { continue };
            let needed = match part {
                HISTORY => true,
                TAR | END => Some(id) == newest,
                _ => needed_from.is_some_and(|from| stored.at >= from),
            };
            if !needed && stored.at + kept_for < now {
                old.push(stored.path);
            }
        }
        // The end of a base backup goes before what it ends.
        old.sort_unstable_by(|one, other| other.cmp(one));
        for path in &old {
            self.store.remove(path).await?;
        }
        Ok(old.len())
    }
}

/// When an id was made (RFC 9562 §5.7).
fn moment(id: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}
