//! The audit trail as an auditor reads it: who, what, which, when. Nothing of a chart's content.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use uuid::Uuid;

use crate::{AuditEventId, ClientId, EmergencyAccessId, UserId};

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEventView {
    /// Its id.
    pub id: AuditEventId,
    /// When.
    pub at: DateTime<Utc>,
    /// What, e.g. `note_signed`.
    pub action: String,
    /// Who, if a person.
    pub user_id: Option<UserId>,
    /// Who, if the software itself, e.g. `system:pipeline`.
    pub actor: String,
    /// About whom.
    pub client_id: Option<ClientId>,
    /// About what, e.g. `note`.
    pub subject: String,
    /// Which one.
    pub subject_id: Option<Uuid>,
    /// `done` or the code of the refusal.
    pub outcome: String,
    /// The request that did it.
    pub request_id: String,
    /// Which settings were changed, e.g. `name,locale`. Their names, never what they hold.
    pub detail: Option<String>,
    /// The emergency access that was open to this client when this was done.
    pub emergency_id: Option<EmergencyAccessId>,
}

/// Filters of `GET /audit/events`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct AuditFilter {
    /// By one person.
    pub user_id: Option<UserId>,
    /// About one client.
    pub client_id: Option<ClientId>,
    /// Of one kind.
    pub action: Option<String>,
}
