//! Encounters: one therapy session each.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ClientId, EncounterId, Phi, RecordingId, UploadId, recordings::RecordingState};

words! {
    /// Who is in the room.
    pub enum Modality {
        /// One client.
        Individual => "individual",
        /// Two partners.
        Couple => "couple",
        /// A family.
        Family => "family",
        /// A group.
        Group => "group",
    }
}

words! {
    /// Where the session takes place.
    pub enum Setting {
        /// In the practice.
        InPerson => "in_person",
        /// By video.
        Video => "video",
        /// By telephone.
        Phone => "phone",
    }
}

/// `POST /encounters`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewEncounter {
    /// The clients in the room; at least one. The first one's chart holds the note.
    pub client_ids: Vec<ClientId>,
    /// Who is in the room.
    pub modality: Modality,
    /// Where.
    pub setting: Setting,
    /// When it was planned.
    #[serde(default)]
    pub scheduled_start: Option<DateTime<Utc>>,
    /// When it began.
    #[serde(default)]
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    #[serde(default)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Billing code, e.g. `90834`.
    #[serde(default)]
    pub cpt_code: Option<String>,
    /// Others in the room.
    #[serde(default)]
    pub participants: Vec<Phi<String>>,
}

/// `PATCH /encounters/{id}`: what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditEncounter {
    /// Who is in the room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modality: Option<Modality>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<Setting>,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// Billing code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpt_code: Option<String>,
    /// Others in the room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participants: Option<Vec<Phi<String>>>,
}

/// A session as the app shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EncounterView {
    /// Its id.
    pub id: EncounterId,
    /// The clients in the room.
    pub client_ids: Vec<ClientId>,
    /// Who is in the room.
    pub modality: Modality,
    /// Where.
    pub setting: Setting,
    /// When it was planned.
    pub scheduled_start: Option<DateTime<Utc>>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Billing code; left out for who may not see codes.
    pub cpt_code: Option<String>,
    /// Others in the room; left out for who does not plan sessions.
    pub participants: Vec<Phi<String>>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// Its recording, if there is one; left out for who may not hear it.
    pub recording: Option<EncounterRecording>,
    /// What has arrived of a recording that has not come to its end; left out for who may not hear it, and in lists.
    pub arriving: Option<ArrivingSound>,
    /// Whether a signed note locks its clinical fields.
    pub locked: bool,
}

/// Sound of a session that is being recorded, or was when the computer that hears it was last heard of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArrivingSound {
    /// As what it comes.
    pub upload_id: UploadId,
    /// Bytes that are stored.
    pub received: u64,
    /// When it becomes a recording as far as it goes, if nobody ends it before.
    pub expires_at: DateTime<Utc>,
}

/// The recording of a session, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EncounterRecording {
    /// Its id.
    pub id: RecordingId,
    /// How far it is.
    pub state: RecordingState,
}
