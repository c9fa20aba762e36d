//! decode → voice activity → transcription → speakers → draft.
//!
//! A recording's `stage` names what is to be done next. Each stage keeps its result and the next stage
//! in one transaction, so a process that is killed goes on where it was, and a stage that is run twice
//! leaves what it would leave once.

mod caller;
mod decode;
mod draft;
mod hear_elsewhere;
mod progress;
mod run;
mod speakers;
mod stages;
mod transcribe;

use audio::AudioError;
use shared::errors::ErrorCode;

use crate::StoreError;

pub use run::{Ended, run};

/// Less speech than this is none: a recording that only coughs must not become a visit.
pub const LEAST_SPEECH_MS: u64 = 1_500;

/// Why a stage did not end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StageError {
    /// It never will: the file, the consent or the practice's rules forbid it.
    #[error("{}", .0.as_str())]
    Refused(ErrorCode),
    /// It may when it is tried again.
    #[error("{}", .0.as_str())]
    Failed(ErrorCode),
    /// A person has stopped the job.
    #[error("the job was cancelled")]
    Cancelled,
    /// The database or the store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StageError {
    /// How the stage ended, for the metrics.
    fn outcome(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Cancelled => "cancelled",
            Self::Failed(_) | Self::Store(_) => "failed",
        }
    }
}

impl From<access::AccessError> for StageError {
    fn from(error: access::AccessError) -> Self {
        Self::Store(error.into())
    }
}

impl From<blobs::BlobError> for StageError {
    fn from(error: blobs::BlobError) -> Self {
        Self::Store(error.into())
    }
}

impl From<governance::GatewayError> for StageError {
    fn from(error: governance::GatewayError) -> Self {
        use governance::GatewayError;
        match error {
            GatewayError::Engine | GatewayError::Cancelled | GatewayError::Sound(_) => {
                Self::Failed(error.code())
            }
            GatewayError::Access(error) => error.into(),
            refused => Self::Refused(refused.code()),
        }
    }
}

impl From<AudioError> for StageError {
    fn from(error: AudioError) -> Self {
        Self::Refused(match error {
            AudioError::Empty => ErrorCode::AudioEmpty,
            AudioError::NotAudio => ErrorCode::AudioNotRecognised,
            AudioError::NoAudioTrack => ErrorCode::AudioNoTrack,
            AudioError::UnsupportedCodec(_) => ErrorCode::AudioUnsupportedCodec,
            AudioError::Damaged => ErrorCode::AudioDamaged,
            AudioError::TooLong { .. } => ErrorCode::AudioTooLong,
            AudioError::Cancelled | AudioError::Source(_) => return Self::Failed(ErrorCode::Internal),
        })
    }
}
