//! Sign-ins that this process has just asked the database about. A busy person's requests come many a
//! second, and the answer is the same; so it is kept for a moment. What this process changes itself
//! takes effect at once; what another process changes, as soon as this one hears of it (ADR 13), and
//! after [`KEPT`] at the latest (ADR 12).

use std::{
    collections::HashMap,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use shared::{PracticeId, SessionId};
use tokio::sync::Notify;

use crate::Person;

/// How long an answer is kept. The goal from revocation to refusal is 5 s over all processes.
const KEPT: TimeDelta = TimeDelta::seconds(2);
/// More than this many at once, and what is old is thrown out.
const MANY: usize = 10_000;

/// Who a live sign-in stands for.
#[derive(Debug, Clone, Copy)]
pub struct SignIn {
    /// Who, as what.
    pub person: Person,
    /// Where.
    pub practice_id: PracticeId,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
}

/// What is known of sign-ins, and since when.
#[derive(Debug, Default)]
pub struct SignIns {
    /// Counts what this process has changed. An answer from before counts for nothing.
    changes: AtomicU64,
    /// Others are to be told.
    changed_here: Notify,
    known: RwLock<HashMap<SessionId, Known>>,
}

#[derive(Debug)]
struct Known {
    sign_in: SignIn,
    asked_at: DateTime<Utc>,
    changes: u64,
}

impl SignIns {
    /// A moment before the database is asked; hand it to [`SignIns::remember`] with the answer.
    pub fn asking(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// A sign-in that the database was asked about a moment ago, if it was.
    pub fn find(&self, id: SessionId, now: DateTime<Utc>) -> Option<SignIn> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(&id)?;
        let fresh = now - known.asked_at < KEPT && known.changes == self.asking();
        fresh.then_some(known.sign_in)
    }

    /// Keeps an answer to a question that was asked at `asking`, when it was `now`.
    pub fn remember(&self, asking: u64, now: DateTime<Utc>, sign_in: SignIn) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MANY {
            known.retain(|_, known| now - known.asked_at < KEPT);
        }
        known.insert(sign_in.person.session_id, Known { sign_in, asked_at: now, changes: asking });
    }

    /// Something was changed that may decide a sign-in.
    pub(crate) fn forget_all(&self) {
        self.heard_of_changes();
        self.changed_here.notify_one();
    }

    /// Another process has changed something that may decide a sign-in.
    pub fn heard_of_changes(&self) {
        self.changes.fetch_add(1, Ordering::AcqRel);
    }

    /// Returns when this process has changed something, which others are to be told.
    pub async fn changed_here(&self) {
        self.changed_here.notified().await;
    }
}
