//! The audit trail as an auditor reads it: who, what, which, when. Nothing of a chart's content.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use uuid::Uuid;

use crate::{ApiKeyId, AuditEventId, ClientId, EmergencyAccessId, Phi, PracticeId, SessionId, UserId};

words! {
    /// What something was done for, where the software knows it. An emergency is told by its own id.
    pub enum Purpose {
        /// Taking it away in a file.
        Export => "export",
        /// Making a transcript and a draft of a recording, for whoever treats.
        Treatment => "treatment",
    }
}

words! {
    /// How near somebody came to what is kept about a client, the nearest last.
    pub enum Touch {
        /// It stood in a list.
        Listed => "listed",
        /// They changed it.
        Changed => "changed",
        /// They opened it.
        Viewed => "viewed",
        /// They took it away in a file.
        Exported => "exported",
    }
}

words! {
    /// A class of what is kept about a client.
    pub enum DataClass {
        /// Name, birth, contact.
        Details => "details",
        /// What they have agreed to.
        Consents => "consents",
        /// When and how they met whom, and billing codes.
        Sessions => "sessions",
        /// Their voice.
        Sound => "sound",
        /// What was said.
        Transcript => "transcript",
        /// Notes and what was added to them.
        Notes => "notes",
    }
}

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
    /// From where: the network, as sign-ins show it, e.g. `203.0.113.0/24`.
    pub network: Option<String>,
    /// As what, if a person: their role then, or the one that theirs was based on.
    pub role: Option<String>,
    /// What for, where the software knows it.
    pub purpose: Option<String>,
    /// In which sign-in.
    pub session_id: Option<SessionId>,
}

/// Somebody, or a part of the software, that came near what is kept about a client: `GET /clients/{id}/readers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChartReader {
    /// Who, if a person.
    pub user_id: Option<UserId>,
    /// Their name, if they are or were of the practice.
    pub name: Option<Phi<String>>,
    /// Who, if it was another program or the software itself.
    pub actor: String,
    /// The first time.
    pub first_at: DateTime<Utc>,
    /// The last time.
    pub last_at: DateTime<Utc>,
    /// How often something stood in a list of this client's.
    pub listed: u64,
    /// How often they opened something.
    pub viewed: u64,
    /// How often they changed something.
    pub changed: u64,
    /// How often something was taken away in a file.
    pub exported: u64,
}

/// Filters of `GET /audit/events` and `GET /audit/export`. All that are given hold at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct AuditFilter {
    /// By one person.
    pub user_id: Option<UserId>,
    /// About one client.
    pub client_id: Option<ClientId>,
    /// Of one kind, e.g. `note_signed`.
    pub action: Option<String>,
    /// About one kind of thing, e.g. `note`.
    pub subject: Option<String>,
    /// About one thing.
    pub subject_id: Option<Uuid>,
    /// `done`, `refused`, or the code of one refusal.
    pub outcome: Option<String>,
    /// In one request, or one job (`job:` and its id).
    pub request_id: Option<String>,
    /// In one sign-in.
    pub session_id: Option<SessionId>,
    /// Not before then.
    pub from: Option<DateTime<Utc>>,
    /// Before then.
    pub to: Option<DateTime<Utc>>,
}

/// A line of `GET /audit/export?format=ndjson`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedEvent {
    /// The event, as it is kept.
    #[serde(flatten)]
    pub event: AuditEventView,
    /// The code that the server wrote with it, in hexadecimal; events from before there were codes have none.
    pub code: Option<String>,
}

/// What the last line of an export says, signed by the server (RFC 7515): that this is what it has given out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailManifest {
    /// Of which practice.
    pub practice_id: PracticeId,
    /// When the export began: of what was recorded later, nothing is in it.
    pub at: DateTime<Utc>,
    /// What was asked for.
    pub filter: AuditFilter,
    /// How many events are in it.
    pub events: u64,
    /// The first one.
    pub first: Option<AuditEventId>,
    /// The last one.
    pub last: Option<AuditEventId>,
    /// How many of them do not carry the server's own code: from before there were codes, or tampered with.
    pub without_own_code: u64,
    /// The end of the chain when the export ended. The same stands in the anchors and in the daily mails.
    pub head: Option<TrailHead>,
    /// SHA-256 of every byte before the last line, in hexadecimal.
    pub sha256: String,
}

/// Whoever has this can take an export away: `POST /audit/export`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrailTicket {
    /// Where it is, with what was asked for.
    pub url: String,
    /// For how many seconds.
    pub expires_in: u64,
}

/// Whom `GET /audit/affected` asks about. All that are given hold at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct AffectedFilter {
    /// A person.
    pub user_id: Option<UserId>,
    /// Another program's key.
    pub api_key_id: Option<ApiKeyId>,
    /// A sign-in.
    pub session_id: Option<SessionId>,
    /// Not before then.
    pub from: Option<DateTime<Utc>>,
    /// Before then.
    pub to: Option<DateTime<Utc>>,
}

/// Whose data was touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Affected {
    /// Each of them, those first to whom whoever it was came nearest.
    pub clients: Vec<AffectedClient>,
    /// What was touched of which the trail does not say whose it was: lists of everybody.
    pub without_client: Vec<Unattributed>,
}

/// Somebody whose data was touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AffectedClient {
    /// Who.
    pub client_id: ClientId,
    /// Their name, for whoever may see the chart.
    pub name: Option<Phi<String>>,
    /// How near it came at most.
    pub touch: Touch,
    /// The first time.
    pub first_at: DateTime<Utc>,
    /// The last time.
    pub last_at: DateTime<Utc>,
    /// What of it.
    pub data: Vec<Touched>,
}

/// A class of somebody's data that was touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Touched {
    /// Which.
    pub class: DataClass,
    /// How near it came at most.
    pub touch: Touch,
    /// How often, however near.
    pub times: u64,
    /// The first time.
    pub first_at: DateTime<Utc>,
    /// The last time.
    pub last_at: DateTime<Utc>,
}

/// How often data was touched of nobody knows whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unattributed {
    /// Which class.
    pub class: DataClass,
    /// How near.
    pub touch: Touch,
    /// How often.
    pub times: u64,
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
    /// What says up to where the trail was shortened is not what the server made, or not what the trail says of it.
    ForgedCut,
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
            Self::ForgedCut => "forged_cut",
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

/// Up to where a trail was shortened, because the time of its oldest events was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrailCut {
    /// The last link that was removed.
    pub number: i64,
    /// How many events were removed since the trail began.
    pub events: u64,
    /// What was recorded from then on is kept.
    pub kept_from: DateTime<Utc>,
    /// When it was shortened.
    pub at: DateTime<Utc>,
}

/// For how long the trail is kept: `GET /audit/retention`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrailRetention {
    /// For so many years, by whole months.
    pub years: i32,
    /// What was recorded from then on is there.
    pub kept_since: DateTime<Utc>,
    /// How many older events were removed because their time was over.
    pub removed: u64,
    /// Whether a client is on legal hold: then nothing is removed.
    pub held: bool,
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
    /// Where it was shortened the last time, if it was: it is verified from there on.
    pub shortened: Option<TrailCut>,
}
