//! Recordings and the resumable uploads that bring them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{EncounterId, JobId, RecordingId, errors::ErrorCode};

words! {
    /// How far a recording is. `no_speech_captured` and `failed` are ends; the first can never reach drafting.
    pub enum RecordingState {
        /// Stored, waiting for its turn.
        Stored => "stored",
        /// On its way through the pipeline.
        Processing => "processing",
        /// The transcript is there.
        Transcribed => "transcribed",
        /// Nobody spoke. No model was called.
        NoSpeechCaptured => "no_speech_captured",
        /// It could not be read; `error` says why.
        Failed => "failed",
    }
}

words! {
    /// The stages of the pipeline, in order. Each persists its result before the next begins.
    pub enum Stage {
        /// Reading the file into plain sound.
        Decode => "decode",
        /// Finding where somebody speaks.
        VoiceActivity => "voice_activity",
        /// Turning speech into text.
        Transcription => "transcription",
        /// Telling the voices apart.
        Speakers => "speakers",
        /// Writing the draft.
        Draft => "draft",
    }
}

/// A recording as the app shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordingView {
    /// Its id.
    pub id: RecordingId,
    /// The session it is of.
    pub encounter_id: EncounterId,
    /// How far it is.
    pub state: RecordingState,
    /// The job that is turning it into text.
    pub job_id: Option<JobId>,
    /// The kind of file, e.g. `audio/mpeg`.
    pub media_type: String,
    /// Bytes as uploaded.
    pub size: u64,
    /// Length, once decoded.
    pub duration_ms: Option<u64>,
    /// How much of it is speech, once known.
    pub speech_ms: Option<u64>,
    /// Why it failed.
    pub error: Option<ErrorCode>,
    /// A picture of the sound: up to 1000 peaks of 0 to 255, once decoded.
    #[serde(default)]
    pub peaks: Vec<u8>,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
    /// When its sound was removed, as the practice has set; what was made of it stays.
    #[serde(default)]
    pub sound_removed_at: Option<DateTime<Utc>>,
}

/// `POST /recordings/{id}/audio-ticket` answers with this and a cookie that opens
/// `GET /recordings/{id}/audio` for a while, because an `<audio>` element sends no header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AudioTicket {
    /// Where to listen.
    pub url: String,
    /// Seconds the ticket lasts.
    pub expires_in: u64,
}
