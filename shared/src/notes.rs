//! Notes: drafted, edited sentence by sentence, signed, and then added to but never changed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    AddendumId, AiCallId, ClientId, EncounterId, JobId, NoteId, Phi, SegmentId, SentenceId, UserId,
    risk::RiskDismissal, templates::NoteFormat,
};

words! {
    /// What kind of document it is.
    pub enum NoteKind {
        /// The note of one session, part of the chart.
        Progress => "progress",
    }
}

words! {
    /// How far a note is.
    pub enum NoteStatus {
        /// Being written.
        Draft => "draft",
        /// Signed by somebody whose signature is not enough: nothing in it changes until a supervisor has
        /// signed as well, or gives it back.
        AwaitingCoSignature => "awaiting_co_signature",
        /// Signed: nothing in it can change any more.
        Signed => "signed",
    }
}

words! {
    /// Whose words a sentence holds.
    pub enum Origin {
        /// An AI system's, unchanged.
        Ai => "ai",
        /// The clinician's own, or changed by them.
        Clinician => "clinician",
    }
}

/// One sentence with what supports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Sentence {
    /// Its id. A new sentence of a `PATCH` may leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<SentenceId>,
    /// The words; 1 to 4,000 characters.
    pub text: Phi<String>,
    /// Whose words. The server decides: a drafted sentence that was changed is the clinician's.
    pub origin: Origin,
    /// The lines of the transcript that support it. Never empty for `ai`.
    #[serde(default)]
    pub evidence: Vec<SegmentId>,
}

/// One section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Key of the format's section.
    pub key: String,
    /// Title shown.
    pub title: String,
    /// Its sentences; empty is allowed and says "Not discussed" or "Not assessed".
    pub sentences: Vec<Sentence>,
}

/// `POST /notes`: an empty note to write by hand.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    /// The session.
    pub encounter_id: EncounterId,
    /// The format.
    pub template_id: NoteFormat,
}

/// `PATCH /notes/{id}`, with `If-Match`: the sections given replace those of the same key.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditNote {
    /// Changed sections.
    pub sections: Vec<Section>,
}

/// `POST /notes/{id}/give-back`, with `If-Match`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GiveBackNote {
    /// What is to be changed; 1 to 4,000 characters.
    pub reason: Phi<String>,
}

/// `POST /notes/{id}/addenda`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAddendum {
    /// What is added; 1 to 10,000 characters.
    pub text: Phi<String>,
}

/// Something added to a signed note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddendumView {
    /// Its id.
    pub id: AddendumId,
    /// What was added.
    pub text: Phi<String>,
    /// By whom.
    pub author_id: UserId,
    /// By whom, as a name.
    pub author_name: Phi<String>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Who signed what, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Signature {
    /// The signer.
    pub signer_id: UserId,
    /// The signer's name.
    pub signer_name: Phi<String>,
    /// When.
    pub signed_at: DateTime<Utc>,
    /// SHA-256 of the note's canonical bytes, in hex.
    pub sha256: String,
}

/// A note as the app shows it; `GET` answers with an `ETag`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoteView {
    /// Its id.
    pub id: NoteId,
    /// The session.
    pub encounter_id: EncounterId,
    /// Whose chart.
    pub client_id: ClientId,
    /// What kind of document.
    pub kind: NoteKind,
    /// The format.
    pub template_id: NoteFormat,
    /// How far.
    pub status: NoteStatus,
    /// Counts changes; also the `ETag`.
    pub revision: i32,
    /// The sections, in the format's order.
    pub sections: Vec<Section>,
    /// The AI call that drafted it, if one did.
    pub ai_call_id: Option<AiCallId>,
    /// What the draft is, e.g. `extract`; shown beside it.
    pub draft_label: Option<String>,
    /// Who signed it.
    pub signature: Option<Signature>,
    /// Who signed it as well, where that was needed.
    pub co_signature: Option<Signature>,
    /// Why a supervisor gave it back; until it is signed again.
    pub given_back: Option<Phi<String>>,
    /// What was added since.
    #[serde(default)]
    pub addenda: Vec<AddendumView>,
    /// The lines about risk that need no place in it, and who says so.
    #[serde(default)]
    pub dismissals: Vec<RiskDismissal>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

/// A note in a list: no narrative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoteSummary {
    /// Its id.
    pub id: NoteId,
    /// The session.
    pub encounter_id: EncounterId,
    /// Whose chart.
    pub client_id: ClientId,
    /// The format.
    pub template_id: NoteFormat,
    /// How far.
    pub status: NoteStatus,
    /// When it was signed.
    pub signed_at: Option<DateTime<Utc>>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

/// Filters of `GET /notes`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct NoteFilter {
    /// Of one session.
    pub encounter_id: Option<EncounterId>,
    /// Of one client.
    pub client_id: Option<ClientId>,
    /// In one state.
    pub status: Option<NoteStatus>,
}

words! {
    /// What a draft is made from.
    pub enum DraftFrom {
        /// The session's transcript.
        Transcript => "transcript",
    }
}

/// `POST /encounters/{id}/drafts`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDraft {
    /// The format.
    pub template_id: NoteFormat,
    /// What to make it from.
    pub source: DraftFrom,
}

/// `202 Accepted`: the job that is doing it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Accepted {
    /// Ask `GET /jobs/{id}`, or listen to `GET /events`.
    pub job_id: JobId,
}
