//! The deletion of one client's chart: asked for, waited for, done, and proved.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ClientDeletionId, ClientId, Phi, PracticeId, UserId, deletions::DeletionState};

/// Days between the request and the deletion, in which it can be withdrawn.
pub const WAITING_DAYS: i64 = 7;

words! {
    /// Why a chart is deleted.
    pub enum DeletionGround {
        /// It was kept for as long as it has to be.
        RetentionOver => "retention_over",
        /// There should never have been one, or there is another.
        EnteredByMistake => "entered_by_mistake",
        /// The law that holds for the client demands it.
        DemandedByLaw => "demanded_by_law",
        /// Something else, which is said in words.
        Other => "other",
        /// The practice's rule says that its time is over. Found by the software, which nobody asks for.
        Rule => "rule",
    }
}

/// `POST /clients/{id}/deletion`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestClientDeletion {
    /// Why.
    pub ground: DeletionGround,
    /// Why in words: up to 2,000 characters, needed where the ground is another one. Gone with the chart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Phi<String>>,
    /// The client's name, given name first, as a sign that this one is meant.
    pub client_name: Phi<String>,
}

/// `POST /client-deletions/{id}/withdraw`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WithdrawClientDeletion {
    /// Why the chart is kept: up to 2,000 characters, needed where a rule says that its time is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Phi<String>>,
}

/// Filters of `GET /client-deletions`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct ClientDeletionFilter {
    /// Of one client.
    pub client_id: Option<ClientId>,
    /// Only those that wait or are under way.
    pub open: bool,
}

/// The deletion of a chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClientDeletionView {
    /// Its id.
    pub id: ClientDeletionId,
    /// Whose chart.
    pub client_id: ClientId,
    /// Their name, while the chart is there.
    pub client_name: Option<Phi<String>>,
    /// How far it is.
    pub state: DeletionState,
    /// Why.
    pub ground: DeletionGround,
    /// Why in words, while the chart is there.
    pub words: Option<Phi<String>>,
    /// Why the chart was kept after all, while it is there.
    pub kept_because: Option<Phi<String>>,
    /// Who asked for it; nobody's id, where a rule did.
    pub requested_by: UserId,
    /// When they did.
    pub requested_at: DateTime<Utc>,
    /// When it begins.
    pub due_at: DateTime<Utc>,
    /// When nothing was left.
    pub finished_at: Option<DateTime<Utc>>,
    /// The [`ClientDeletionStatement`], signed: a JWS in its compact form (RFC 7515), with EdDSA (RFC 8037).
    pub certificate: Option<String>,
    /// The server's public key, by which anybody can check the certificate: a JWK (RFC 7517). Not in lists.
    pub public_key: Option<String>,
}

/// What a certificate says. It is about nobody: an id names the chart that was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientDeletionStatement {
    /// Which deletion.
    pub client_deletion_id: ClientDeletionId,
    /// Of which practice.
    pub practice_id: PracticeId,
    /// Of whose chart.
    pub client_id: ClientId,
    /// Why.
    pub ground: DeletionGround,
    /// Which of the practice's people asked for it.
    pub requested_by: UserId,
    /// When they did.
    pub requested_at: DateTime<Utc>,
    /// When the removal began.
    pub begun_at: DateTime<Utc>,
    /// When nothing was left.
    pub finished_at: DateTime<Utc>,
    /// What was removed.
    pub removed: ChartParts,
    /// What was found of it when it was looked for once more. Nothing, or there is no certificate.
    pub left: ChartParts,
    /// What stays.
    pub kept: KeptOfChart,
}

/// Parts of a chart, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartParts {
    /// Rows, by table.
    pub rows: BTreeMap<String, u64>,
    /// Stored parts of recordings.
    pub objects: u64,
}

/// What stays of a chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptOfChart {
    /// Sessions with others, whose charts they are as well: they stay whole, and no longer name this client.
    pub sessions_with_others: u64,
    /// What this server cannot remove.
    pub not_reached: String,
}
