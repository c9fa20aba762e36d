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

/// How well speech can be heard in a recording. It tells how the recording sounds, not who speaks or what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SoundQuality {
    /// Average level of the speech, in decibels relative to full scale.
    pub speech_dbfs: i16,
    /// How far that lies above what is left between words, in decibels.
    pub over_noise_db: i16,
    /// Samples at full scale, where loud parts are cut off, for a million samples of speech.
    pub clipped_ppm: u32,
    /// Up to which frequency there is sound, in Hz, at most 8000.
    pub bandwidth_hz: u16,
}

words! {
    /// What is wrong with the sound of a recording, so that somebody can do better the next time.
    pub enum SoundTrouble {
        /// The loudest parts are cut off.
        CutOff => "cut_off",
        /// The voices are hardly louder than the room.
        Noisy => "noisy",
        /// The voices are very soft.
        Faint => "faint",
        /// High sounds are missing, as on a telephone.
        Narrow => "narrow",
    }
}

impl SoundQuality {
    /// What is wrong. Where each begins is measured, on one recording and the base model (ADR 40).
    pub fn troubles(self) -> impl Iterator<Item = SoundTrouble> {
        let found = [
            (self.clipped_ppm > 50_000, SoundTrouble::CutOff),
            (self.over_noise_db < 18, SoundTrouble::Noisy),
            (self.speech_dbfs < -55, SoundTrouble::Faint),
            (self.bandwidth_hz <= 4_000, SoundTrouble::Narrow),
        ];
        found.into_iter().filter_map(|(there, trouble)| there.then_some(trouble))
    }
}

words! {
    /// Why text that a speech engine put somewhere is not in the transcript. Nobody is known to have said it.
    pub enum LeftOutReason {
        /// The engine repeated itself.
        Repetition => "repetition",
        /// The engine itself took the sound for something other than speech.
        NoSpeech => "no_speech",
        /// A phrase that engines put where nobody speaks, such as thanks for watching.
        StockPhrase => "stock_phrase",
    }
}

/// A place in a recording where text was left out. Whoever wants to be sure listens there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeftOut {
    /// From, in milliseconds from the start of the recording.
    pub start_ms: u64,
    /// To.
    pub end_ms: u64,
    /// Why.
    pub reason: LeftOutReason,
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
    /// How well that can be heard, once known; nothing where nobody speaks.
    #[serde(default)]
    pub quality: Option<SoundQuality>,
    /// Where text was left out of its transcript, in order of time.
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
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
