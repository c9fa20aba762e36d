//! Looking again, every few months, at who has access to what (45 CFR 164.308(a)(4)(ii)(C)).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Phi, UserId,
    permissions::{Permission, Role},
    roles::OwnRole,
};

/// Months after which somebody's access is looked at again.
pub const REVIEW_MONTHS: std::ops::RangeInclusive<i32> = 1..=24;

words! {
    /// What was decided.
    pub enum Decision {
        /// They keep their access.
        Keep => "keep",
        /// It ends.
        Remove => "remove",
    }
}

/// One person of the practice, as a reviewer sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessReviewView {
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
    /// Of what they may do, what opens more than the calendar.
    pub opens: Vec<Permission>,
    /// Since when they are here.
    pub joined_at: DateTime<Utc>,
    /// When they last used the practice; `null`: never.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Whether they have set up a second factor.
    pub second_factor: bool,
    /// The last decision about them.
    pub last: Option<ReviewView>,
    /// When they are looked at again.
    pub due_at: DateTime<Utc>,
    /// Whether that is now.
    pub due: bool,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewView {
    /// Which.
    pub decision: Decision,
    /// Why.
    pub note: Option<Phi<String>>,
    /// By whom.
    pub reviewed_by: UserId,
    /// When.
    pub reviewed_at: DateTime<Utc>,
}

/// `POST /access-reviews/{id}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// Whether they keep their access.
    pub decision: Decision,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Phi<String>>,
}
