//! Health, as load balancers and operators read it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// `GET /health`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// `healthy` or `unhealthy`.
    pub status: String,
    /// Now.
    pub timestamp: DateTime<Utc>,
    /// Seconds since the start.
    pub uptime: u64,
    /// `connected` or `unreachable`.
    pub database: String,
}

words! {
    /// How a component is.
    pub enum ComponentState {
        /// Fine.
        Ok => "ok",
        /// Works, with something to look at.
        Degraded => "degraded",
        /// Does not work.
        Down => "down",
    }
}

/// One component of `GET /health/detailed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Component {
    /// Its name, e.g. `database`.
    pub name: String,
    /// How it is.
    pub state: ComponentState,
    /// How long it took to ask.
    pub latency_ms: u64,
    /// More, without personal data: e.g. `3 waiting, oldest 12 s`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// `GET /health/detailed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DetailedHealth {
    /// The short answer.
    #[serde(flatten)]
    pub health: Health,
    /// The version of the software.
    pub version: String,
    /// The parts.
    pub components: Vec<Component>,
}
