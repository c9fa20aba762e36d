//! Refusals about incidents.

use governance::incidents::{AddError, LoadError, OpenError};
use shared::errors::ErrorCode;

use crate::Refusal;

impl From<LoadError> for Refusal {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::NotFound => Self::new(ErrorCode::NotFound),
            LoadError::Access(error) => error.into(),
        }
    }
}

impl From<OpenError> for Refusal {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Invalid(fields) => Self::invalid(fields),
            OpenError::Access(error) => error.into(),
        }
    }
}

impl From<AddError> for Refusal {
    fn from(error: AddError) -> Self {
        match error {
            AddError::NotFound => Self::new(ErrorCode::NotFound),
            AddError::Invalid(fields) => Self::invalid(fields),
            AddError::Closed => Self::new(ErrorCode::IncidentClosed),
            AddError::Unassessed => Self::new(ErrorCode::IncidentUnassessed),
            AddError::DutiesOpen => Self::new(ErrorCode::DutiesOpen),
            AddError::Access(error) => error.into(),
        }
    }
}
