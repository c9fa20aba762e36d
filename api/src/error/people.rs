//! What practices, people and invitations refuse.

use shared::errors::ErrorCode;

use super::Refusal;

impl From<identity::EditPracticeError> for Refusal {
    fn from(error: identity::EditPracticeError) -> Self {
        use identity::EditPracticeError as Error;
        match error {
            Error::Invalid(problems) => Self::invalid(problems),
            Error::PreconditionFailed => Self::new(ErrorCode::PreconditionFailed),
            Error::StepUp(error) => error.into(),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<identity::people::EditError> for Refusal {
    fn from(error: identity::people::EditError) -> Self {
        use identity::people::EditError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Forbidden(forbidden) => forbidden.into(),
            Error::Own => Self::new(ErrorCode::OwnRole),
            Error::LastOwner => Self::new(ErrorCode::LastOwner),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<identity::people::SupervisionError> for Refusal {
    fn from(error: identity::people::SupervisionError) -> Self {
        use identity::people::SupervisionError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::NotASupervisor => Self::new(ErrorCode::NotASupervisor),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::care_teams::CareTeamError> for Refusal {
    fn from(error: clinical::care_teams::CareTeamError) -> Self {
        use clinical::care_teams::CareTeamError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<identity::invitations::InviteError> for Refusal {
    fn from(error: identity::invitations::InviteError) -> Self {
        use identity::invitations::InviteError as Error;
        match error {
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Forbidden(forbidden) => forbidden.into(),
            Error::NoSuchRole => Self::new(ErrorCode::NotFound),
            Error::AlreadyMember => Self::new(ErrorCode::AlreadyMember),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<identity::invitations::RevokeError> for Refusal {
    fn from(error: identity::invitations::RevokeError) -> Self {
        use identity::invitations::RevokeError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Forbidden(forbidden) => forbidden.into(),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<identity::api_keys::CreateError> for Refusal {
    fn from(error: identity::api_keys::CreateError) -> Self {
        use identity::api_keys::CreateError as Error;
        match error {
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Forbidden(forbidden) => forbidden.into(),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<identity::api_keys::EndError> for Refusal {
    fn from(error: identity::api_keys::EndError) -> Self {
        use identity::api_keys::EndError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<identity::invitations::AcceptError> for Refusal {
    fn from(error: identity::invitations::AcceptError) -> Self {
        use identity::invitations::AcceptError as Error;
        match error {
            Error::Ended => Self::new(ErrorCode::InvitationEnded),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Password(refused) => refused.into(),
            Error::AccountExists => Self::new(ErrorCode::InvitationAccountExists),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<identity::JoinError> for Refusal {
    fn from(error: identity::JoinError) -> Self {
        use identity::JoinError as Error;
        match error {
            Error::Ended => Self::new(ErrorCode::InvitationEnded),
            Error::ForAnother => Self::new(ErrorCode::InvitationForAnother),
            Error::AlreadyMember => Self::new(ErrorCode::AlreadyMember),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<identity::SwitchError> for Refusal {
    fn from(error: identity::SwitchError) -> Self {
        use identity::SwitchError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::NotSignedIn => Self::new(ErrorCode::Unauthenticated),
            Error::SentByProvider => Self::new(ErrorCode::SsoSwitchRefused),
            Error::ProviderRequired => Self::new(ErrorCode::SsoRequired),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<identity::roles::RoleError> for Refusal {
    fn from(error: identity::roles::RoleError) -> Self {
        use identity::roles::RoleError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Forbidden(forbidden) => forbidden.into(),
            Error::InUse => Self::new(ErrorCode::RoleInUse),
            Error::StepUp(error) => error.into(),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<identity::reviews::ReviewError> for Refusal {
    fn from(error: identity::reviews::ReviewError) -> Self {
        use identity::reviews::ReviewError as Error;
        match error {
            Error::Invalid(problems) => Self::invalid(problems),
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Own => Self::new(ErrorCode::OwnRole),
            Error::StepUp(error) => error.into(),
            Error::Edit(error) => error.into(),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<identity::emergencies::BeginError> for Refusal {
    fn from(error: identity::emergencies::BeginError) -> Self {
        use identity::emergencies::BeginError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::NotNeeded => Self::new(ErrorCode::EmergencyNotNeeded),
            Error::TooMany => Self::new(ErrorCode::RateLimited).retry_after(3600),
            Error::StepUp(error) => error.into(),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<identity::emergencies::SettleError> for Refusal {
    fn from(error: identity::emergencies::SettleError) -> Self {
        use identity::emergencies::SettleError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Own => Self::new(ErrorCode::OwnEmergency),
            Error::Settled => Self::new(ErrorCode::EmergencySettled),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<identity::activity::DecideError> for Refusal {
    fn from(error: identity::activity::DecideError) -> Self {
        use identity::activity::DecideError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Own => Self::new(ErrorCode::OwnFinding),
            Error::Decided => Self::new(ErrorCode::Conflict),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<identity::deletions::AskError> for Refusal {
    fn from(error: identity::deletions::AskError) -> Self {
        use identity::deletions::AskError as Error;
        match error {
            Error::Invalid(problems) => Self::invalid(problems),
            Error::ExportFirst => Self::new(ErrorCode::ExportFirst),
            Error::Requested => Self::new(ErrorCode::DeletionRequested),
            Error::OnLegalHold => Self::new(ErrorCode::OnLegalHold),
            Error::StepUp(error) => error.into(),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<identity::deletions::NotSigned> for Refusal {
    fn from(error: identity::deletions::NotSigned) -> Self {
        Self::failed(error)
    }
}

impl From<identity::deletions::WithdrawError> for Refusal {
    fn from(error: identity::deletions::WithdrawError) -> Self {
        use identity::deletions::WithdrawError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::StepUp(error) => error.into(),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<clinical::clients::SearchError> for Refusal {
    fn from(error: clinical::clients::SearchError) -> Self {
        use clinical::clients::SearchError as Error;
        match error {
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Access(error) => error.into(),
        }
    }
}
