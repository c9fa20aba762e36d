//! Registering, signing in, and who I am.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Phi, PracticeId, SessionId, UserId,
    permissions::{Permission, Role},
};

/// `POST /auth/register`: creates a practice and its owner.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The practice's name.
    pub practice_name: Phi<String>,
    /// The owner's name.
    pub name: Phi<String>,
    /// The owner's e-mail: the name they sign in with.
    pub email: Phi<String>,
    /// At least 15 characters (NIST SP 800-63B-4 §3.1.1.2, single factor).
    pub password: Phi<String>,
    /// Where the practice works, e.g. `US-CA`.
    pub jurisdiction: String,
}

/// `POST /auth/login`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The e-mail of the account.
    pub email: Phi<String>,
    /// Its password.
    pub password: Phi<String>,
}

/// What a sign-in, a registration and a refresh answer with. The refresh token is in a cookie.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// For `Authorization: Bearer`.
    pub access_token: Phi<String>,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds until the access token ends.
    pub expires_in: u64,
    /// Who signed in.
    pub user: UserView,
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserView {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub name: Phi<String>,
    /// Their e-mail.
    pub email: Phi<String>,
}

/// The practice one is signed in to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PracticeView {
    /// Its id.
    pub id: PracticeId,
    /// Its name.
    pub name: Phi<String>,
    /// Where it works.
    pub jurisdiction: String,
    /// Whose clock times are shown by; `null`: each reader's own.
    pub time_zone: Option<String>,
    /// How dates and numbers are written; `null`: as each reader's browser does.
    pub locale: Option<String>,
}

/// `GET /me`.
#[expect(clippy::struct_excessive_bools, reason = "they are four facts, each of its own")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// Who.
    pub user: UserView,
    /// Where.
    pub practice: PracticeView,
    /// As what.
    pub role: Role,
    /// What the role may do.
    pub permissions: Vec<Permission>,
    /// This sign-in.
    pub session_id: SessionId,
    /// When it ends however much it is used.
    pub session_expires_at: DateTime<Utc>,
    /// After how many minutes without a touch the app hides the screen.
    pub idle_lock_minutes: i32,
    /// Whether there is a password; whoever came by a provider has none until they choose one.
    pub has_password: bool,
    /// Whether a second factor is set up.
    pub second_factor: bool,
    /// Whether a passkey is among them.
    pub has_passkey: bool,
    /// Whether this sign-in has to show one before anything but the own account opens.
    pub owes_second_factor: bool,
}
