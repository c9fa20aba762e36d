//! Why there is no answer.

use access::AccessError;
use shared::errors::ErrorCode;

use crate::policy::Violation;

/// Why there is no answer. No variant carries what went in.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The system that the practice has chosen is not set up on this server.
    #[error("the chosen system is not set up on this server")]
    SystemMissing,
    /// The practice has switched the system off.
    #[error("the system is switched off in this practice")]
    SystemOff,
    /// The service does not take the key or the account of this server.
    #[error("the service does not accept this server")]
    NotAccepted,
    /// A client has taken back their agreement to AI.
    #[error("a client has taken back their agreement to AI")]
    ConsentTakenBack,
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
            Self::SystemMissing => ErrorCode::SystemMissing,
            Self::SystemOff => ErrorCode::AiSystemOff,
            Self::NotAccepted => ErrorCode::ServiceNotAccepted,
            Self::ConsentTakenBack => ErrorCode::ConsentRevoked,
            Self::ModelMissing => ErrorCode::ModelMissing,
            Self::NothingSaid => ErrorCode::NoTranscript,
            Self::Unusable | Self::Engine | Self::Cancelled | Self::Sound(_) => ErrorCode::EngineFailed,
            Self::Access(_) => ErrorCode::Internal,
        }
    }
}

impl From<Violation> for GatewayError {
    fn from(violation: Violation) -> Self {
        match violation {
            Violation::SystemMissing => Self::SystemMissing,
            Violation::SystemOff => Self::SystemOff,
            Violation::ConsentTakenBack => Self::ConsentTakenBack,
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
