//! Refusals about what stays and what is removed.

use clinical::{
    client_deletions,
    legal_holds::{LoadError, PlaceError, ReleaseError},
    retention::{SaveError, WithdrawRuleError},
};
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

impl From<client_deletions::LoadError> for Refusal {
    fn from(error: client_deletions::LoadError) -> Self {
        use client_deletions::LoadError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<client_deletions::AskError> for Refusal {
    fn from(error: client_deletions::AskError) -> Self {
        use client_deletions::AskError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::OnLegalHold => Self::new(ErrorCode::OnLegalHold),
            Error::Requested => Self::new(ErrorCode::ClientDeletionRequested),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<client_deletions::WithdrawError> for Refusal {
    fn from(error: client_deletions::WithdrawError) -> Self {
        use client_deletions::WithdrawError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Settled => Self::new(ErrorCode::DeletionSettled),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<SaveError> for Refusal {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Invalid(problems) => Self::invalid(problems),
            SaveError::BelowMinimum => Self::new(ErrorCode::BelowMinimum),
            SaveError::Access(error) => error.into(),
        }
    }
}

impl From<WithdrawRuleError> for Refusal {
    fn from(error: WithdrawRuleError) -> Self {
        match error {
            WithdrawRuleError::NotFound => Self::new(ErrorCode::NotFound),
            WithdrawRuleError::Access(error) => error.into(),
        }
    }
}
