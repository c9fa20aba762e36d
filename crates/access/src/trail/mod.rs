//! The audit trail: reading it, binding its rows into a chain, and verifying both.
//!
//! A commit writes its rows with their codes and holds no lock of the chain. A [`Chainer`] of the same process binds
//! them a moment later. Any number of processes may do so at once: a link has its number once.

mod affected;
mod chain;
mod cuts;
mod export;
mod filter;
mod links;
mod list;
mod readers;
mod retention;
mod rows;
mod shorten;
mod verify;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError, RwLock},
};

use audit::{Anchor, Link, TrailKey};
use chrono::{DateTime, TimeDelta, Utc};
use crypto::{RootSecret, Zeroizing};
use shared::PracticeId;
use tokio::sync::Notify;

use crate::{AccessError, Database, connection::Intent};

pub use affected::list_affected;
pub use chain::{Chainer, Linked};
pub use export::{export_audit_events, is_own};
pub use list::list_audit_events;
pub use readers::list_chart_readers;
pub use retention::load_trail_retention;
pub use shorten::{Outlived, ShortenError};
pub use verify::Verified;

/// An id may be seen this much later than it was made: its row is kept right after, unless the database stalls.
pub(crate) const WINDOW: TimeDelta = TimeDelta::seconds(10);
/// The clocks of two servers may differ by this much.
pub(crate) const SKEW: TimeDelta = TimeDelta::minutes(5);

/// What a process knows of the trails of its practices.
pub(crate) struct Trails {
    secret: Zeroizing<[u8; 32]>,
    /// Keys in use, so that a commit derives none. Grows with the number of practices.
    keys: RwLock<HashMap<PracticeId, TrailKey>>,
    /// Where this process has kept rows that it has not seen bound, and since when.
    unlinked: Mutex<HashMap<PracticeId, DateTime<Utc>>>,
    wanted: Notify,
}

impl Trails {
    pub(crate) fn new(root: &RootSecret) -> Self {
        Self {
            secret: root.secret("audit trail"),
            keys: RwLock::default(),
            unlinked: Mutex::default(),
            wanted: Notify::new(),
        }
    }
}

impl Database {
    /// The keys of a practice's trail.
    pub fn trail_key(&self, practice_id: PracticeId) -> TrailKey {
        let trails = self.trails();
        let known = trails.keys.read().unwrap_or_else(PoisonError::into_inner).get(&practice_id).cloned();
        known.unwrap_or_else(|| {
            let key = TrailKey::of(practice_id, &trails.secret);
            trails.keys.write().unwrap_or_else(PoisonError::into_inner).insert(practice_id, key.clone());
            key
        })
    }

    /// Asks for the rows of a practice to be bound that were kept since then.
    pub fn want_links(&self, practice_id: PracticeId, since: DateTime<Utc>) {
        let trails = self.trails();
        let mut unlinked = trails.unlinked.lock().unwrap_or_else(PoisonError::into_inner);
        let first = unlinked.entry(practice_id).or_insert(since);
        *first = since.min(*first);
        drop(unlinked);
        trails.wanted.notify_one();
    }

    /// Returns when this process has kept rows, or was asked to look.
    pub async fn links_wanted(&self) {
        self.trails().wanted.notified().await;
    }

    /// The practices in which there is something to bind, and since when. They are taken off the list.
    pub fn take_unlinked(&self) -> HashMap<PracticeId, DateTime<Utc>> {
        std::mem::take(&mut *self.trails().unlinked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One link of a practice's chain, the last if no number is named.
    ///
    /// # Errors
    /// The database fails.
    pub async fn find_link(
        &self,
        practice_id: PracticeId,
        number: Option<i64>,
    ) -> Result<Option<Link>, AccessError> {
        let reading = self.transaction(practice_id, Intent::Read).await?;
        let before = number.map(|number| number + 1);
        let link = links::before(&reading, practice_id, before, 1).await?.pop();
        reading.end().await?;
        Ok(link.filter(|link| number.is_none_or(|number| link.number == number)))
    }

    /// Whether the chain holds what an anchor names, as far as it is kept.
    ///
    /// # Errors
    /// The database fails.
    pub async fn holds_anchor(&self, practice_id: PracticeId, anchor: &Anchor) -> Result<bool, AccessError> {
        let link = self.find_link(practice_id, Some(anchor.number)).await?;
        if let Some(link) = link {
            return Ok(anchor.names(&link.head()));
        }
        let reading = self.transaction(practice_id, Intent::Read).await?;
        let cut = cuts::newest(&reading, practice_id, &self.trail_key(practice_id)).await?;
        reading.end().await?;
        Ok(cut.is_some_and(|cut| cut.takes(anchor.number)))
    }

    /// How long the oldest row that this process has kept has waited for its link.
    pub fn chain_lag(&self) -> TimeDelta {
        let unlinked = self.trails().unlinked.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock().now();
        unlinked.values().min().map_or(TimeDelta::zero(), |since| now - *since)
    }
}
