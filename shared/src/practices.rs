//! The practices that one person works in.

use serde::{Deserialize, Serialize};

use crate::{Phi, PracticeId, permissions::Role};

/// A practice one works in: `GET /me/practices`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnPractice {
    /// Its id.
    pub id: PracticeId,
    /// Its name.
    pub name: Phi<String>,
    /// As what one works there, or what that role is based on.
    pub role: Role,
    /// Whether one is signed in to it now.
    pub is_current: bool,
}

/// `POST /auth/switch`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SwitchPractice {
    /// Where to.
    pub practice_id: PracticeId,
}

/// `POST /me/practices`: joins another practice with the account one has.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct JoinPractice {
    /// From the link of the invitation.
    pub token: Phi<String>,
    /// The own password, again.
    pub password: Phi<String>,
}
