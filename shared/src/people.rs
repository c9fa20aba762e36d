//! The people of a practice, and invitations into it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{InvitationId, Phi, UserId, permissions::Role};

words! {
    /// What became of a mail.
    pub enum MailState {
        /// It is being sent, again if need be.
        Waiting => "waiting",
        /// The mail server took it.
        Sent => "sent",
        /// It could not be sent, and will not be tried again.
        Failed => "failed",
    }
}

/// `POST /invitations`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// Whom: the name they will sign in with.
    pub email: Phi<String>,
    /// As what.
    pub role: Role,
}

/// An invitation that was neither accepted nor taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationView {
    /// Its id.
    pub id: InvitationId,
    /// Whom.
    pub email: Phi<String>,
    /// As what.
    pub role: Role,
    /// By whom.
    pub invited_by: UserId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when the link opens.
    pub expires_at: DateTime<Utc>,
    /// Whether that is over.
    pub expired: bool,
    /// What became of the mail.
    pub mail: MailState,
}

/// `POST /auth/invitations/read`: the token comes from the link's fragment, which no server log sees.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReadInvitation {
    /// From the link.
    pub token: Phi<String>,
}

/// What an invitation says to whoever holds its link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationGreeting {
    /// Into which practice.
    pub practice_name: Phi<String>,
    /// The name one will sign in with.
    pub email: Phi<String>,
    /// As what.
    pub role: Role,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// `POST /auth/invitations/accept`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// From the link.
    pub token: Phi<String>,
    /// One's own name.
    pub name: Phi<String>,
    /// At least 15 characters (NIST SP 800-63B-4 §3.1.1.2, single factor).
    pub password: Phi<String>,
}

/// Somebody who is or was in the practice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonView {
    /// Their account.
    pub id: UserId,
    /// Their name.
    pub name: Phi<String>,
    /// The name they sign in with.
    pub email: Phi<String>,
    /// Their part.
    pub role: Role,
    /// Whether they may sign in.
    pub active: bool,
    /// Since when they are here.
    pub joined_at: DateTime<Utc>,
    /// When they last used the practice, to the minute; `null`: never.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// `PATCH /users/{id}`: what is left out stays; one of both has to be there.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditPerson {
    /// Another part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Whether they may sign in; `false` ends every sign-in of theirs here at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}
