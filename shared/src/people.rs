//! The people of a practice, and invitations into it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{InvitationId, Phi, RoleId, UserId, permissions::Role, roles::OwnRole};

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
    /// As what: this,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// or this role of the practice's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_id: Option<RoleId>,
}

/// An invitation that was neither accepted nor taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationView {
    /// Its id.
    pub id: InvitationId,
    /// Whom.
    pub email: Phi<String>,
    /// As what, or the role that `own_role` is based on.
    pub role: Role,
    /// As what, if it is a role of the practice's own.
    pub own_role: Option<OwnRole>,
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
    /// As what, or the role that `own_role` is based on.
    pub role: Role,
    /// As what, if it is a role of the practice's own.
    pub own_role: Option<OwnRole>,
    /// Whether the address has an account: then its person joins signed in, by `POST /me/practices`.
    pub has_account: bool,
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

/// Somebody whom the operator of the server adds by hand; no request.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// The name they sign in with.
    pub email: Phi<String>,
    /// Their name.
    pub name: Phi<String>,
    /// Their password.
    pub password: Phi<String>,
    /// Their part.
    pub role: Role,
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
    /// Their part, or the one that `own_role` is based on.
    pub role: Role,
    /// Their part, if it is one of the practice's own.
    pub own_role: Option<OwnRole>,
    /// Whether they may sign in.
    pub active: bool,
    /// Since when they are here.
    pub joined_at: DateTime<Utc>,
    /// When they last used the practice, to the minute; `null`: never.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Who answers for their work.
    pub supervisors: Vec<UserId>,
}

/// Somebody who works in the practice, for those who share clients with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Colleague {
    /// Their account.
    pub id: UserId,
    /// Their name.
    pub name: Phi<String>,
    /// Their part.
    pub role: Role,
}

/// `GET /clients/{id}/care-team`: who is in care of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CareTeam {
    /// The people, the first one first.
    pub items: Vec<CareTeamMember>,
}

/// Somebody in care of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CareTeamMember {
    /// Their account.
    pub id: UserId,
    /// Their name.
    pub name: Phi<String>,
    /// Their part.
    pub role: Role,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// `PATCH /users/{id}`: what is left out stays; something has to be there, and not two roles.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditPerson {
    /// Another part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Another part, of the practice's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_id: Option<RoleId>,
    /// Whether they may sign in; `false` ends every sign-in of theirs here at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}
