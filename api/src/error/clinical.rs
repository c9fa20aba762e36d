//! What the chart refuses.

use shared::errors::ErrorCode;

use super::Refusal;

impl From<clinical::clients::CreateError> for Refusal {
    fn from(error: clinical::clients::CreateError) -> Self {
        use clinical::clients::CreateError as Error;
        match error {
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::clients::LoadError> for Refusal {
    fn from(error: clinical::clients::LoadError) -> Self {
        use clinical::clients::LoadError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::clients::EditError> for Refusal {
    fn from(error: clinical::clients::EditError) -> Self {
        use clinical::clients::EditError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::consents::GrantError> for Refusal {
    fn from(error: clinical::consents::GrantError) -> Self {
        use clinical::consents::GrantError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::consents::ListError> for Refusal {
    fn from(error: clinical::consents::ListError) -> Self {
        use clinical::consents::ListError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::consents::LoadError> for Refusal {
    fn from(error: clinical::consents::LoadError) -> Self {
        use clinical::consents::LoadError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::consents::RevokeError> for Refusal {
    fn from(error: clinical::consents::RevokeError) -> Self {
        use clinical::consents::RevokeError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::AlreadyRevoked { .. } => Self::new(ErrorCode::ConsentRevoked),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::consents::RecordingConsentError> for Refusal {
    fn from(error: clinical::consents::RecordingConsentError) -> Self {
        use clinical::consents::RecordingConsentError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Missing => Self::new(ErrorCode::ConsentMissing),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::encounters::CreateError> for Refusal {
    fn from(error: clinical::encounters::CreateError) -> Self {
        use clinical::encounters::CreateError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Forbidden(forbidden) => forbidden.into(),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::encounters::LoadError> for Refusal {
    fn from(error: clinical::encounters::LoadError) -> Self {
        use clinical::encounters::LoadError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::encounters::EditError> for Refusal {
    fn from(error: clinical::encounters::EditError) -> Self {
        use clinical::encounters::EditError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::AlreadySigned => Self::new(ErrorCode::AlreadySigned),
            Error::Forbidden(forbidden) => forbidden.into(),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::transcripts::LoadError> for Refusal {
    fn from(error: clinical::transcripts::LoadError) -> Self {
        use clinical::transcripts::LoadError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::transcripts::StoreTypedError> for Refusal {
    fn from(error: clinical::transcripts::StoreTypedError) -> Self {
        use clinical::transcripts::StoreTypedError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::AlreadySigned => Self::new(ErrorCode::AlreadySigned),
            Error::TranscriptExists => Self::new(ErrorCode::PreconditionFailed),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::transcripts::EditError> for Refusal {
    fn from(error: clinical::transcripts::EditError) -> Self {
        use clinical::transcripts::EditError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::AlreadySigned => Self::new(ErrorCode::AlreadySigned),
            Error::PreconditionFailed => Self::new(ErrorCode::PreconditionFailed),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::notes::CreateError> for Refusal {
    fn from(error: clinical::notes::CreateError) -> Self {
        use clinical::notes::CreateError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::notes::LoadError> for Refusal {
    fn from(error: clinical::notes::LoadError) -> Self {
        use clinical::notes::LoadError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::notes::EditError> for Refusal {
    fn from(error: clinical::notes::EditError) -> Self {
        use clinical::notes::EditError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::AlreadySigned => Self::new(ErrorCode::AlreadySigned),
            Error::PreconditionFailed => Self::new(ErrorCode::PreconditionFailed),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::notes::SignError> for Refusal {
    fn from(error: clinical::notes::SignError) -> Self {
        use clinical::notes::SignError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::AlreadySigned => Self::new(ErrorCode::AlreadySigned),
            Error::PreconditionFailed => Self::new(ErrorCode::PreconditionFailed),
            Error::NoteIncomplete => Self::new(ErrorCode::NoteIncomplete),
            Error::RiskUnanswered(1) => Self::new(ErrorCode::RiskUnanswered)
                .because("1 line about risk is neither in the note nor dismissed."),
            Error::RiskUnanswered(open) => Self::new(ErrorCode::RiskUnanswered)
                .because(format!("{open} lines about risk are neither in the note nor dismissed.")),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::notes::DismissError> for Refusal {
    fn from(error: clinical::notes::DismissError) -> Self {
        use clinical::notes::DismissError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::AlreadySigned => Self::new(ErrorCode::AlreadySigned),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::notes::CoSignError> for Refusal {
    fn from(error: clinical::notes::CoSignError) -> Self {
        use clinical::notes::CoSignError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::NotAwaiting => Self::new(ErrorCode::NotAwaitingCoSignature),
            Error::NotSupervised => Self::new(ErrorCode::NotSupervised),
            Error::PreconditionFailed => Self::new(ErrorCode::PreconditionFailed),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::notes::AddAddendumError> for Refusal {
    fn from(error: clinical::notes::AddAddendumError) -> Self {
        use clinical::notes::AddAddendumError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::NotSigned => Self::new(ErrorCode::NotSigned),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Access(error) => error.into(),
        }
    }
}
