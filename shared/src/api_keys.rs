//! Keys by which other programs work for a practice.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ApiKeyId, Phi, UserId, permissions::Permission};

/// The most days that a key lasts.
pub const MOST_DAYS: u16 = 365;

/// `POST /api-keys`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateApiKey {
    /// What it is for; 80 characters at most.
    pub name: Phi<String>,
    /// What it may do: nothing that its maker may not.
    pub permissions: Vec<Permission>,
    /// After how many days it ends by itself; 1 to 365.
    pub days: u16,
}

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKeyView {
    /// Its id, as the audit trail names it.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: Phi<String>,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// Whether that is over.
    pub expired: bool,
    /// When it was last used, to the minute; `null`: never.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A key with its secret, which is told this once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewApiKey {
    /// For `Authorization: Bearer …`.
    pub secret: Phi<String>,
    /// The rest of it.
    pub api_key: ApiKeyView,
}
