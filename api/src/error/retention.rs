//! Refusals about what stays and what is removed.

use clinical::legal_holds::{LoadError, PlaceError, ReleaseError};
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

impl From<PlaceError> for Refusal {
    fn from(error: PlaceError) -> Self {
        match error {
            PlaceError::NotFound => Self::new(ErrorCode::NotFound),
            PlaceError::Invalid(problems) => Self::invalid(problems),
            PlaceError::Access(error) => error.into(),
        }
    }
}

impl From<ReleaseError> for Refusal {
    fn from(error: ReleaseError) -> Self {
        match error {
            ReleaseError::NotFound => Self::new(ErrorCode::NotFound),
            ReleaseError::Invalid(problems) => Self::invalid(problems),
            ReleaseError::Released => Self::new(ErrorCode::HoldReleased),
            ReleaseError::Access(error) => error.into(),
        }
    }
}
