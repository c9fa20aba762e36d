//! Legal holds: as long as one is in force, nothing of the client is removed, by no rule and by nobody.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ClientId, LegalHoldId, Phi, UserId};

/// `POST /clients/{id}/legal-holds`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewLegalHold {
    /// Why everything has to stay: up to 2,000 characters.
    pub reason: Phi<String>,
}

/// `POST /legal-holds/{id}/release`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReleaseLegalHold {
    /// Why it may end: up to 2,000 characters.
    pub reason: Phi<String>,
}

/// Filters of `GET /legal-holds`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct LegalHoldFilter {
    /// Of one client.
    pub client_id: Option<ClientId>,
    /// Only those that are in force.
    pub in_force: bool,
}

/// A hold on a client's chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LegalHoldView {
    /// Its id.
    pub id: LegalHoldId,
    /// Whose chart.
    pub client_id: ClientId,
    /// Their name.
    pub client_name: Phi<String>,
    /// Why everything has to stay.
    pub reason: Phi<String>,
    /// When it was placed.
    pub placed_at: DateTime<Utc>,
    /// By whom.
    pub placed_by: UserId,
    /// Its end; without one it is in force.
    pub release: Option<Release>,
}

/// The end of a hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Release {
    /// Why it could end.
    pub reason: Phi<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: UserId,
}

/// `GET /clients/{id}/retention`: what is decided about how long a chart stays, for everybody who sees the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClientRetention {
    /// Since when nothing of it is removed, while a hold is in force.
    pub held_since: Option<DateTime<Utc>>,
    /// When its deletion begins, or has begun, if one was asked for.
    pub deleted_at: Option<DateTime<Utc>>,
}
