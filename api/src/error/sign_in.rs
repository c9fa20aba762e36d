//! Refusals of sign-in.

use identity::{
    ChangePasswordError, EndSignInError, PasswordRefused, SecondFactorError, StepUpError, ThrottleError,
    password_resets::ResetError,
};
use shared::errors::ErrorCode;

use crate::Refusal;

impl From<ThrottleError> for Refusal {
    fn from(error: ThrottleError) -> Self {
        match error {
            ThrottleError::TooSoon { seconds } => {
                let wait = match seconds {
                    1 => "1 second".to_owned(),
                    2..=99 => format!("{seconds} seconds"),
                    _ => format!("{} minutes", seconds.div_ceil(60)),
                };
                Self::new(ErrorCode::RateLimited)
                    .because(format!("Too many attempts. Please try again in {wait}."))
                    .retry_after(seconds)
            }
            ThrottleError::Access(error) => error.into(),
        }
    }
}

impl From<SecondFactorError> for Refusal {
    fn from(error: SecondFactorError) -> Self {
        match error {
            SecondFactorError::Exists => Self::new(ErrorCode::SecondFactorExists),
            SecondFactorError::Missing => Self::new(ErrorCode::NoSecondFactor),
            SecondFactorError::Kept => Self::new(ErrorCode::SecondFactorKept),
            SecondFactorError::NotFound => Self::new(ErrorCode::NotFound),
            SecondFactorError::Invalid(problems) => Self::invalid(problems),
            SecondFactorError::TooMany => Self::new(ErrorCode::TooManyPasskeys),
            SecondFactorError::Unavailable => Self::new(ErrorCode::PasskeysUnavailable),
            SecondFactorError::StepUp(error) => error.into(),
            SecondFactorError::WrongCode => Self::new(ErrorCode::InvalidCode),
            SecondFactorError::Password(PasswordRefused::Length { at_least }) => {
                Self::new(ErrorCode::PasswordTooShort).because(format!(
                    "Without a second factor a password needs {at_least} characters. Please change it first."
                ))
            }
            SecondFactorError::Password(refused) => refused.into(),
            SecondFactorError::NotSignedIn => Self::new(ErrorCode::Unauthenticated),
            SecondFactorError::Access(error) => error.into(),
        }
    }
}

impl From<StepUpError> for Refusal {
    fn from(error: StepUpError) -> Self {
        match error {
            StepUpError::Required => Self::new(ErrorCode::StepUpRequired),
            StepUpError::WrongCode => Self::new(ErrorCode::InvalidCode),
            StepUpError::Access(error) => error.into(),
        }
    }
}

impl From<ChangePasswordError> for Refusal {
    fn from(error: ChangePasswordError) -> Self {
        match error {
            ChangePasswordError::Refused(refused) => refused.into(),
            ChangePasswordError::StepUp(error) => error.into(),
            ChangePasswordError::NotSignedIn => Self::new(ErrorCode::Unauthenticated),
            ChangePasswordError::Access(error) => error.into(),
        }
    }
}

impl From<ResetError> for Refusal {
    fn from(error: ResetError) -> Self {
        match error {
            ResetError::Ended => Self::new(ErrorCode::PasswordResetEnded),
            ResetError::Password(refused) => refused.into(),
            ResetError::Access(error) => error.into(),
        }
    }
}

impl From<PasswordRefused> for Refusal {
    fn from(refused: PasswordRefused) -> Self {
        match refused {
            PasswordRefused::Length { at_least } => Self::new(ErrorCode::PasswordTooShort)
                .because(format!("Please use at least {at_least} characters.")),
            PasswordRefused::Common => Self::new(ErrorCode::PasswordTooCommon),
        }
    }
}

impl From<EndSignInError> for Refusal {
    fn from(error: EndSignInError) -> Self {
        match error {
            EndSignInError::NotFound => Self::new(ErrorCode::NotFound),
            EndSignInError::Access(error) => error.into(),
        }
    }
}
