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

/// What somebody without the key has done to the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TrailBreakKind {
    /// An event is not what was recorded.
    Altered,
    /// An event, or a link, was there and is not any more.
    Removed,
    /// An event is there that the server has not recorded.
    Inserted,
    /// An event, or a link, stands in the place of another, or has its time.
    Reordered,
    /// The end that was anchored is not there: it was cut off, or an older state was put back.
    Truncated,
    /// A link is not what the server made.
    ForgedLink,
    /// An anchor is not what the server made.
    ForgedAnchor,
}

impl TrailBreakKind {
    /// As it is called outside.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Removed => "removed",
            Self::Inserted => "inserted",
            Self::Reordered => "reordered",
            Self::Truncated => "truncated",
            Self::ForgedLink => "forged_link",
            Self::ForgedAnchor => "forged_anchor",
        }
    }
}

/// One place where the trail does not agree with what was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrailBreak {
    /// What was done.
    pub kind: TrailBreakKind,
    /// To which event, if it was one and its id can be read.
    pub event_id: Option<AuditEventId>,
    /// The link, if it was one; of an event, the one that binds it.
    pub link: Option<i64>,
    /// When the event was recorded or the link made, as far as that can still be known.
    pub at: Option<DateTime<Utc>>,
}

/// The last link of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrailHead {
    /// Its number.
    pub number: i64,
    /// Its code, in hexadecimal.
    pub mac: String,
    /// When it was made.
    pub at: DateTime<Utc>,
}

/// The newest anchor that the trail was compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrailAnchor {
    /// The link that it names.
    pub number: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
}

/// What `POST /audit/verify` and `verify-audit` have found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrailReport {
    /// Whether everything that was looked at is as it was recorded.
    pub intact: bool,
    /// Whether all of it was looked at: a long trail may take longer than a request.
    pub complete: bool,
    /// How many events were looked at.
    pub events: u64,
    /// How many links.
    pub links: u64,
    /// How many of the events carry their code and are not bound by a link yet: those of the last moments.
    pub unlinked: u64,
    /// The last link, if there is one.
    pub head: Option<TrailHead>,
    /// The earliest of what was found.
    pub first_break: Option<TrailBreak>,
    /// What was found, earliest first; of very much, a part.
    pub breaks: Vec<TrailBreak>,
    /// How much was found.
    pub breaks_found: u64,
    /// The newest anchor, if there is one.
    pub anchored: Option<TrailAnchor>,
}
