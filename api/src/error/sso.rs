//! Refusals of single sign-on.

use identity::sso::{ArriveError, AttemptError, SettingsError};
use shared::errors::ErrorCode;

use crate::Refusal;

impl From<SettingsError> for Refusal {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::NotFound => Self::new(ErrorCode::NotFound),
            SettingsError::Invalid(problems) => Self::invalid(problems),
            SettingsError::DomainTaken => Self::new(ErrorCode::SsoDomainTaken),
            SettingsError::Untried => Self::new(ErrorCode::SsoUntried),
            SettingsError::Forbidden(forbidden) => forbidden.into(),
            SettingsError::StepUp(error) => error.into(),
            SettingsError::Access(error) => error.into(),
        }
    }
}

impl From<AttemptError> for Refusal {
    fn from(error: AttemptError) -> Self {
        match error {
            AttemptError::Ended => Self::new(ErrorCode::SsoExpired),
            AttemptError::Access(error) => error.into(),
        }
    }
}

impl From<ArriveError> for Refusal {
    fn from(error: ArriveError) -> Self {
        match error {
            ArriveError::EmailRefused => Self::new(ErrorCode::SsoEmailRefused),
            ArriveError::AccountElsewhere => Self::new(ErrorCode::SsoAccountElsewhere),
            ArriveError::Deactivated => Self::new(ErrorCode::SsoDeactivated),
            ArriveError::NoRole => Self::new(ErrorCode::SsoNoRole),
            ArriveError::OwnerRefused => Self::new(ErrorCode::SsoOwnerRefused),
            ArriveError::Again => Self::new(ErrorCode::SsoFailed),
            ArriveError::Access(error) => error.into(),
        }
    }
}
