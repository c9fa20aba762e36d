//! Jobs: work done after its request was answered, and the events that tell of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{EncounterId, JobId, NoteId, RecordingId, errors::ErrorCode, recordings::Stage};

words! {
    /// How far a job is.
    pub enum JobState {
        /// Waiting for its turn.
        Queued => "queued",
        /// Being done.
        Running => "running",
        /// Done.
        Succeeded => "succeeded",
        /// Given up; `error` says why.
        Failed => "failed",
        /// Stopped by a person.
        Cancelled => "cancelled",
    }
}

words! {
    /// What a job does.
    pub enum JobKind {
        /// Turns a recording into a transcript and a first draft.
        ProcessRecording => "process_recording",
        /// Drafts a note from a transcript.
        DraftNote => "draft_note",
    }
}

/// A job as the app shows it, and the data of the event `job` of `GET /events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobView {
    /// Its id.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// How far.
    pub state: JobState,
    /// The session it is about.
    pub encounter_id: EncounterId,
    /// The recording it is about.
    pub recording_id: Option<RecordingId>,
    /// The note it made, once it did.
    pub note_id: Option<NoteId>,
    /// The stage it is in.
    pub stage: Option<Stage>,
    /// Percent of the whole job, 0 to 100.
    pub progress: u8,
    /// Time left, as far as it can be told.
    pub remaining_ms: Option<u64>,
    /// How often it was begun.
    pub attempts: i32,
    /// Why it failed.
    pub error: Option<ErrorCode>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}
