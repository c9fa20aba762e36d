//! The end of a practice: asked for, waited for, done, and proved.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{DeletionId, Phi, PracticeId, UserId};

/// Days between the request and the deletion, in which an owner may think better of it.
pub const WAITING_DAYS: i64 = 14;
/// Days that an archive of everything counts as made before the deletion was asked for.
pub const EXPORT_DAYS: i64 = 30;

words! {
    /// How far a deletion is.
    pub enum DeletionState {
        /// It is asked for, and can be withdrawn.
        Waiting => "waiting",
        /// It was withdrawn: nothing was removed.
        Withdrawn => "withdrawn",
        /// A legal hold made an end of it: nothing was removed.
        Held => "held",
        /// The rows are gone; sound and keys follow.
        Underway => "underway",
        /// Nothing is left, and the certificate says so.
        Done => "done",
    }
}

impl DeletionState {
    /// How far one is that no hold has ended.
    pub fn of(
        withdrawn_at: Option<DateTime<Utc>>,
        begun_at: Option<DateTime<Utc>>,
        finished_at: Option<DateTime<Utc>>,
    ) -> Self {
        match (withdrawn_at, begun_at, finished_at) {
            (Some(_), _, _) => Self::Withdrawn,
            (None, _, Some(_)) => Self::Done,
            (None, Some(_), None) => Self::Underway,
            (None, None, None) => Self::Waiting,
        }
    }
}

/// What was under way when a deletion began has ended by then, one way or the other: no request takes so long, and no
/// process believes so long in a sign-in that was ended.
const SETTLED: TimeDelta = TimeDelta::minutes(5);

/// What is next, of a deletion whose time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The rows go.
    Begin,
    /// The stored sound goes, and it is seen to that nothing is left.
    Finish,
}

impl Step {
    /// `None` while what was under way when it began may still add something.
    pub fn next(begun_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<Self> {
        match begun_at {
            None => Some(Self::Begin),
            Some(begun_at) => (begun_at + SETTLED <= now).then_some(Self::Finish),
        }
    }
}

/// `POST /practice/deletion`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestDeletion {
    /// The practice's name, as a sign that this one is meant.
    pub practice_name: Phi<String>,
}

/// `GET /practice/deletion`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeletionStatus {
    /// When an archive of everything was last made, if within the days that count.
    pub exported_at: Option<DateTime<Utc>>,
    /// The deletion that waits, if one does.
    pub waiting: Option<DeletionView>,
}

/// `GET /deletions/{id}`: for whoever has the link. It says nothing about anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeletionView {
    /// Its id.
    pub id: DeletionId,
    /// How far it is.
    pub state: DeletionState,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// When it begins.
    pub due_at: DateTime<Utc>,
    /// When nothing was left.
    pub finished_at: Option<DateTime<Utc>>,
    /// The [`DeletionStatement`], signed: a JWS in its compact form (RFC 7515), with EdDSA (RFC 8037).
    pub certificate: Option<String>,
    /// The server's public key, by which anybody can check the certificate: a JWK (RFC 7517).
    pub public_key: String,
}

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionStatement {
    /// Which deletion.
    pub deletion_id: DeletionId,
    /// Of which practice.
    pub practice_id: PracticeId,
    /// Which of its people asked for it.
    pub requested_by: UserId,
    /// When they did.
    pub requested_at: DateTime<Utc>,
    /// When the removal began.
    pub begun_at: DateTime<Utc>,
    /// When nothing was left.
    pub finished_at: DateTime<Utc>,
    /// What was removed.
    pub removed: Removed,
    /// What was found of it afterwards.
    pub left: Left,
    /// What stays, and why.
    pub kept: Kept,
}

/// What was removed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// Rows, by table.
    pub rows: BTreeMap<String, u64>,
    /// Accounts of people who were in no other practice.
    pub accounts: u64,
    /// Stored parts of recordings.
    pub objects: u64,
    /// Keys, without which no copy of anything sealed can be read (SP 800-88 rev. 1 §2.5: cryptographic erase).
    pub keys: u64,
}

/// What was found when it was looked for once more. All are 0, or there is no certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// Rows in the tables that held any.
    pub rows: u64,
    /// Stored parts of recordings.
    pub objects: u64,
    /// Keys.
    pub keys: u64,
}

/// What stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Events of the audit trail: ids, times and words of the software, and no name (45 CFR 164.316(b)(2)(i)).
    pub audit_events: u64,
    /// What this server cannot remove.
    pub not_reached: String,
}
