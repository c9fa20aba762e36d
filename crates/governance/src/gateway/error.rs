//! Why there is no answer.

use access::AccessError;
use shared::errors::ErrorCode;

/// Why there is no answer. No variant carries what went in.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// A rule forbids the call: the first that does.
    #[error("the call is not allowed: {}", .0.as_str())]
    Forbidden(ErrorCode),
    /// The service does not take the key or the account of this server.
    #[error("the service does not accept this server")]
    NotAccepted,
    /// The model is not installed, or is damaged.
    #[error("the model is not installed")]
    ModelMissing,
    /// There is not one word to draft from.
    #[error("nothing was said")]
    NothingSaid,
    /// The engine cannot take this input, however often it is asked.
    #[error("the engine cannot take this input")]
    Unusable,
    /// The engine failed; it may not do so again.
    #[error("the engine failed")]
    Engine,
    /// The call was given up, or the process is stopping.
    #[error("the call was given up")]
    Cancelled,
    /// The sound could not be read.
    #[error("the sound could not be read")]
    Sound(#[source] speech::SoundError),
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

impl GatewayError {
    /// The code that the ledger and the job note.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Forbidden(code) => *code,
            Self::NotAccepted => ErrorCode::ServiceNotAccepted,
            Self::ModelMissing => ErrorCode::ModelMissing,
            Self::NothingSaid => ErrorCode::NoTranscript,
            Self::Unusable | Self::Engine | Self::Cancelled | Self::Sound(_) => ErrorCode::EngineFailed,
            Self::Access(_) => ErrorCode::Internal,
        }
    }
}

impl From<speech::TranscribeError> for GatewayError {
    fn from(error: speech::TranscribeError) -> Self {
        use speech::TranscribeError;
        match error {
            TranscribeError::Model(_) => Self::ModelMissing,
            TranscribeError::TooLong { .. } | TranscribeError::UnknownLanguage => Self::Unusable,
            TranscribeError::Cancelled => Self::Cancelled,
            TranscribeError::Service(error) => error.into(),
            TranscribeError::Engine(_) => Self::Engine,
        }
    }
}

impl From<remote::ServiceError> for GatewayError {
    fn from(error: remote::ServiceError) -> Self {
        use remote::ServiceError;
        match error {
            ServiceError::NotAccepted(_) => Self::NotAccepted,
            ServiceError::NotTaken(_) => Self::Unusable,
            ServiceError::NoAnswer
            | ServiceError::Busy(_)
            | ServiceError::TooLong
            | ServiceError::Malformed => Self::Engine,
        }
    }
}

impl From<speech::SeparateError> for GatewayError {
    fn from(error: speech::SeparateError) -> Self {
        use speech::SeparateError;
        match error {
            SeparateError::Model(_) => Self::ModelMissing,
            SeparateError::Sound(error) => Self::Sound(error),
            SeparateError::Cancelled => Self::Cancelled,
        }
    }
}

impl From<llm::DraftError> for GatewayError {
    fn from(error: llm::DraftError) -> Self {
        match error {
            llm::DraftError::NothingSaid => Self::NothingSaid,
            llm::DraftError::CutOff | llm::DraftError::Refused => Self::Unusable,
            llm::DraftError::Service(error) => error.into(),
        }
    }
}
