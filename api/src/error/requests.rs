//! Refusals of what is owed to clients.

use clinical::{
    amendments::{self, AcceptError, AddPaperError},
    disclosures::{self, CorrectError, RecordError},
    record_requests::LoadError,
    requests::{ExtendError, ReceiveError, SettleError},
};
use shared::errors::ErrorCode;

use crate::Refusal;

impl From<ReceiveError> for Refusal {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::NotFound => Self::new(ErrorCode::NotFound),
            ReceiveError::Invalid(problems) => Self::invalid(problems),
            ReceiveError::Access(error) => error.into(),
        }
    }
}

impl From<LoadError> for Refusal {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::NotFound => Self::new(ErrorCode::NotFound),
            LoadError::Settled => Self::new(ErrorCode::RequestSettled),
            LoadError::Access(error) => error.into(),
        }
    }
}

impl From<ExtendError> for Refusal {
    fn from(error: ExtendError) -> Self {
        match error {
            ExtendError::NotFound => Self::new(ErrorCode::NotFound),
            ExtendError::Invalid(problems) => Self::invalid(problems),
            ExtendError::Settled => Self::new(ErrorCode::RequestSettled),
            ExtendError::Extended => Self::new(ErrorCode::RequestExtended),
            ExtendError::Access(error) => error.into(),
        }
    }
}

impl From<SettleError> for Refusal {
    fn from(error: SettleError) -> Self {
        match error {
            SettleError::NotFound => Self::new(ErrorCode::NotFound),
            SettleError::Invalid(problems) => Self::invalid(problems),
            SettleError::Settled => Self::new(ErrorCode::RequestSettled),
            SettleError::Access(error) => error.into(),
        }
    }
}

impl From<amendments::LoadError> for Refusal {
    fn from(error: amendments::LoadError) -> Self {
        match error {
            amendments::LoadError::NotFound => Self::new(ErrorCode::NotFound),
            amendments::LoadError::Access(error) => error.into(),
        }
    }
}

impl From<AcceptError> for Refusal {
    fn from(error: AcceptError) -> Self {
        match error {
            AcceptError::Settle(error) => error.into(),
            AcceptError::Forbidden(error) => error.into(),
            AcceptError::Note(error) => error.into(),
        }
    }
}

impl From<AddPaperError> for Refusal {
    fn from(error: AddPaperError) -> Self {
        match error {
            AddPaperError::NotFound => Self::new(ErrorCode::NotFound),
            AddPaperError::Invalid(problems) => Self::invalid(problems),
            AddPaperError::Misplaced => Self::new(ErrorCode::PaperMisplaced),
            AddPaperError::Access(error) => error.into(),
        }
    }
}

impl From<disclosures::LoadError> for Refusal {
    fn from(error: disclosures::LoadError) -> Self {
        match error {
            disclosures::LoadError::NotFound => Self::new(ErrorCode::NotFound),
            disclosures::LoadError::Access(error) => error.into(),
        }
    }
}

impl From<disclosures::ListError> for Refusal {
    fn from(error: disclosures::ListError) -> Self {
        match error {
            disclosures::ListError::NotFound => Self::new(ErrorCode::NotFound),
            disclosures::ListError::Access(error) => error.into(),
        }
    }
}

impl From<RecordError> for Refusal {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::NotFound => Self::new(ErrorCode::NotFound),
            RecordError::Invalid(problems) => Self::invalid(problems),
            RecordError::Access(error) => error.into(),
        }
    }
}

impl From<CorrectError> for Refusal {
    fn from(error: CorrectError) -> Self {
        match error {
            CorrectError::NotFound => Self::new(ErrorCode::NotFound),
            CorrectError::Invalid(problems) => Self::invalid(problems),
            CorrectError::Corrected => Self::new(ErrorCode::EntryCorrected),
            CorrectError::Access(error) => error.into(),
        }
    }
}
