//! What touches risk in a session: every such line is cited by the note or dismissed with a reason before the note is signed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Phi, SegmentId, UserId, transcripts::SpeakerRole};

words! {
    /// What a line touches.
    pub enum RiskTopic {
        /// Suicide, wishes to be dead, safety and crisis talk.
        Suicide => "suicide",
        /// Self-harm and its means.
        SelfHarm => "self_harm",
        /// Overdose and stockpiling.
        Overdose => "overdose",
        /// Harm to others, threats, loss of control.
        HarmToOthers => "harm_to_others",
        /// Abuse, neglect, violence suffered.
        Abuse => "abuse",
        /// Voices, hallucinations, persecution.
        Psychosis => "psychosis",
    }
}

words! {
    /// How it is said, as far as words tell.
    pub enum RiskManner {
        /// It is asked about.
        Asked => "asked",
        /// It is denied.
        Denied => "denied",
        /// It is said, or it cannot be told that it is denied.
        Said => "said",
    }
}

words! {
    /// Why a line needs no place in the note.
    pub enum DismissalReason {
        /// A way of speaking.
        Idiom => "idiom",
        /// It tells of somebody else's words, or of a book or a film.
        OthersWords => "others_words",
        /// It was not said: it was misheard.
        Misheard => "misheard",
        /// As the person's own words say.
        OwnWords => "own_words",
    }
}

/// `PUT /notes/{id}/risk/{segment_id}/dismissal`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DismissRisk {
    /// Why.
    pub reason: DismissalReason,
    /// In the person's own words, 1 to 500 characters; asked for with `own_words`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Phi<String>>,
}

/// That a line needs no place in the note, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RiskDismissal {
    /// The first segment of the line.
    pub segment_id: SegmentId,
    /// Why.
    pub reason: DismissalReason,
    /// In the person's own words.
    pub words: Option<Phi<String>>,
    /// The version of the lexicon that had listed the line.
    pub lexicon_version: u32,
    /// By whom.
    pub dismissed_by: UserId,
    /// By whom, as a name.
    pub dismissed_by_name: Phi<String>,
    /// When.
    pub dismissed_at: DateTime<Utc>,
}

/// A line that touches risk. Its words are in the transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RiskLine {
    /// The segments it is in, in order; never empty. More than one where a sentence goes on in the next.
    pub segment_ids: Vec<SegmentId>,
    /// The segments with which it is answered, where it asks: up to the end of the first sentence.
    pub answer: Vec<SegmentId>,
    /// What it touches.
    pub topics: Vec<RiskTopic>,
    /// How it is said.
    pub manner: RiskManner,
    /// The part of whoever says it.
    pub role: SpeakerRole,
    /// From, in the recording, in milliseconds; 0, as the end is, of a line that was typed.
    pub start_ms: u64,
    /// To, in the recording, in milliseconds.
    pub end_ms: u64,
    /// Whether sentences of the note cite every segment of it.
    pub cited: bool,
    /// That it needs no place in the note; gone as soon as its words are corrected.
    pub dismissal: Option<RiskDismissal>,
}

impl RiskLine {
    /// Whether it has to be answered before the note is signed.
    pub fn is_open(&self) -> bool {
        !self.cited && self.dismissal.is_none()
    }
}

/// `GET /notes/{id}/risk`: every line of the session that touches risk, in the order of the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RiskReview {
    /// The version of the lexicon that lists them.
    pub lexicon_version: u32,
    /// The lines. None where nothing touches risk, and where there is no transcript.
    pub lines: Vec<RiskLine>,
}
