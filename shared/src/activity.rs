//! The weekly review of what people did (45 CFR 164.308(a)(1)(ii)(D)): what is worth a second look, and what somebody
//! else has decided about it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{ActivityFindingId, ClientId, Phi, UserId};

words! {
    /// Why something is worth a second look. None of it is wrong by itself.
    pub enum FindingKind {
        /// They were at a chart whose client has their own name.
        OwnChart => "own_chart",
        /// They were at a chart whose client has their family name.
        SameSurname => "same_surname",
        /// In one hour they were at far more charts than they usually are.
        BulkReading => "bulk_reading",
        /// They were at charts between ten in the evening and six in the morning, in the practice's time zone.
        OddHours => "odd_hours",
        /// Something was done in their name after they were deactivated.
        AfterTermination => "after_termination",
        /// They opened a chart in an emergency.
        Emergency => "emergency",
        /// In one hour they were refused again and again.
        RefusedStreak => "refused_streak",
    }
}

words! {
    /// What was decided.
    pub enum FindingDecision {
        /// There is a good reason for it.
        Fine => "fine",
        /// They are asked about it.
        NeedsExplanation => "needs_explanation",
        /// It is looked into as an incident.
        Incident => "incident",
    }
}

/// Something that is worth a second look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivityFindingView {
    /// Its id.
    pub id: ActivityFindingId,
    /// The Monday with which its week began, in the practice's time zone.
    pub week: NaiveDate,
    /// Why.
    pub kind: FindingKind,
    /// Who.
    pub user_id: UserId,
    /// Their name.
    pub user_name: Phi<String>,
    /// At whose chart, if it was one.
    pub client_id: Option<ClientId>,
    /// How often; of bulk reading the most charts, and of refusals the most, in an hour.
    pub times: i32,
    /// The first time.
    pub first_at: DateTime<Utc>,
    /// The last time.
    pub last_at: DateTime<Utc>,
    /// What was decided; `null`: nothing yet.
    pub decision: Option<FindingDecision>,
    /// Why.
    pub note: Option<Phi<String>>,
    /// By whom.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
}

/// `POST /activity-findings/{id}/decision`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideFinding {
    /// What.
    pub decision: FindingDecision,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Phi<String>>,
}
