//! Resumable uploads (tus 1.0.0). What was received is sealed and durable, in parts, before the offset
//! says so: a server that is killed costs its client at most one part.
//!
//! Invariants: an upload has a live consent to record when it begins and whenever bytes arrive; its
//! first bytes are those of a sound file of the kind it says it is; its offset never runs ahead of what
//! is stored, and two requests cannot both move it.

mod append;
mod begin;
mod checksum;
mod finish;
mod intake;
mod judge;
mod lent_key;
mod load;
mod remove;
pub(crate) mod store;

use chrono::{DateTime, TimeDelta, Utc};
use shared::{EncounterId, RecordingId, UploadId};

pub use append::{AppendError, Arriving, End, append};
pub use begin::{BeginError, Length, NewUpload, begin};
pub use checksum::Checksum;
pub use lent_key::lent_key;
pub use load::{LoadError, arriving, load};
pub use remove::{remove, settle_expired};

/// How long an upload may take.
pub const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// An upload on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// The session.
    pub encounter_id: EncounterId,
    /// The recording it becomes.
    pub recording_id: RecordingId,
    /// Bytes in all; while it is open, the most there may be.
    pub length: u64,
    /// Whether how long it becomes is not known yet: a session that is still being recorded.
    pub open: bool,
    /// Bytes that are stored.
    pub received: u64,
    /// The kind of file it says it is; empty when it says nothing.
    pub media_type: String,
    /// When it is given up.
    pub expires_at: DateTime<Utc>,
    /// Whether it has become a recording.
    pub complete: bool,
}
