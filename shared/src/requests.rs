//! What the requests of clients have in common, whatever is asked for: a clock, more time once, and a list.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{ClientId, Phi};

/// Days by which the time to answer can be extended, once (45 CFR 164.524(b)(2)(ii), 164.526(b)(2)(ii)).
pub const EXTENSION_DAYS: u64 = 30;

/// `POST /record-requests/{id}/extend`, `POST /amendments/{id}/extend`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExtendRequest {
    /// Why it takes longer, as the person was told in writing: up to 2,000 characters.
    pub reason: Phi<String>,
    /// The day on which they were told.
    pub told_on: NaiveDate,
}

/// The one extension that there may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Extension {
    /// Why, as the person was told.
    pub reason: Phi<String>,
    /// When they were told.
    pub told_on: NaiveDate,
}

/// Filters of `GET /record-requests` and `GET /amendments`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct RequestFilter {
    /// Of one client.
    pub client_id: Option<ClientId>,
    /// Those that were answered or withdrawn, the last due first; without it those that wait, the first due first.
    pub settled: bool,
}
