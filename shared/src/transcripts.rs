//! Transcripts: who said what, when.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{EncounterId, Phi, SegmentId, SpeakerId, TranscriptId};

words! {
    /// A voice's part in the session.
    pub enum SpeakerRole {
        /// The therapist.
        Therapist => "therapist",
        /// The client.
        Client => "client",
        /// Somebody else in the room.
        Other => "other",
        /// Not known yet.
        Unknown => "unknown",
    }
}

words! {
    /// How sure the voices were told apart.
    pub enum SpeakerCertainty {
        /// Two clear voices, or one.
        Clear => "clear",
        /// More voices than two, overlap or poor sound: please check.
        Uncertain => "uncertain",
        /// A clinician has confirmed or corrected them.
        Confirmed => "confirmed",
    }
}

/// One voice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SpeakerView {
    /// Its id.
    pub id: SpeakerId,
    /// The name shown, e.g. `Speaker 1`.
    pub label: Phi<String>,
    /// Its part in the session.
    pub role: SpeakerRole,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SegmentView {
    /// Its id: what evidence points at.
    pub id: SegmentId,
    /// Who said it.
    pub speaker_id: Option<SpeakerId>,
    /// From, in the recording.
    pub start_ms: u64,
    /// To, in the recording.
    pub end_ms: u64,
    /// What was said.
    pub text: Phi<String>,
    /// How sure the engine was, 0 to 1; `null` for text typed in.
    pub confidence: Option<f32>,
    /// Whether a person has changed the text.
    pub edited: bool,
}

/// `GET /encounters/{id}/transcript`, with an `ETag`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TranscriptView {
    /// Its id.
    pub id: TranscriptId,
    /// The session.
    pub encounter_id: EncounterId,
    /// Counts changes; also the `ETag`.
    pub revision: i32,
    /// How sure the voices were told apart.
    pub certainty: SpeakerCertainty,
    /// The voices.
    pub speakers: Vec<SpeakerView>,
    /// The lines, in order of time.
    pub segments: Vec<SegmentView>,
    /// Whether a signed note locks it.
    pub locked: bool,
    /// What is left of it, if its time is over: then there are no voices and no lines.
    pub removal: Option<TranscriptRemoval>,
}

/// What is left of a transcript that was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TranscriptRemoval {
    /// When it was removed.
    pub at: DateTime<Utc>,
    /// The lines that signed notes cite, in order of time.
    pub evidence: Vec<Evidence>,
}

/// Most words that are kept of a line.
pub const QUOTED_WORDS: usize = 25;

/// What is kept of a line that a signed note cites: whoever holds its text can show that it was this line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// The id that the line had: what the note cites.
    pub segment_id: SegmentId,
    /// The part of whoever said it.
    pub role: SpeakerRole,
    /// From, in the recording; 0, as the end is, of a line that was typed.
    pub start_ms: u64,
    /// To, in the recording.
    pub end_ms: u64,
    /// 32 random bytes, in hexadecimal.
    pub salt: Phi<String>,
    /// SHA-256 (FIPS 180-4) of the bytes of the salt and then the text of the line in UTF-8, in hexadecimal.
    pub sha256: String,
    /// The first words of the line, at most 25, where the practice keeps them.
    pub quotation: Option<Phi<String>>,
}

/// A changed voice.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditSpeaker {
    /// Which.
    pub id: SpeakerId,
    /// A new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Phi<String>>,
    /// A new part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<SpeakerRole>,
}

/// A changed line.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditSegment {
    /// Which.
    pub id: SegmentId,
    /// New text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Phi<String>>,
    /// Another voice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker_id: Option<SpeakerId>,
}

/// One voice heard as two: every line of `from` becomes `into`'s, and `from` goes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MergeSpeakers {
    /// The voice that goes.
    pub from: SpeakerId,
    /// The voice that stays.
    pub into: SpeakerId,
}

/// Words of a line that become a line of their own, and another voice's if one is given. What stands before and after
/// them stays together, so that one line becomes up to three; each part has an id of its own. All the words of a line
/// stay that line, with another voice.
///
/// Words are what white space separates, counted from 0 in the text as it is once the request's `segments` are applied.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SplitSegment {
    /// Which line; once in a request.
    pub id: SegmentId,
    /// The first word of the new line.
    pub from: u32,
    /// The first word after the new line; without it the line goes on to the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u32>,
    /// Who said these words, if it is not the line's voice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker_id: Option<SpeakerId>,
}

/// A line and the next one become one, with an id of its own and the voice of the first.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct JoinSegments {
    /// The first of the two.
    pub id: SegmentId,
}

/// `PATCH /encounters/{id}/transcript`, with `If-Match`. Applied in the order speakers, segments, split, join, merge;
/// at most 500 changes of each kind. Notes that nobody signed cite the lines that come of a split or a join.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditTranscript {
    /// Changed voices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub speakers: Vec<EditSpeaker>,
    /// Changed lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<EditSegment>,
    /// Words that become lines of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub split: Vec<SplitSegment>,
    /// Lines to join with the next one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub join: Vec<JoinSegments>,
    /// Voices to merge.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merge: Vec<MergeSpeakers>,
}

/// `PUT /encounters/{id}/transcript`: text for a session without audio.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TypedTranscript {
    /// The lines, in order; at most 5,000.
    pub lines: Vec<TypedLine>,
}

/// One typed line.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TypedLine {
    /// Who said it.
    pub role: SpeakerRole,
    /// What was said; at most 10,000 characters.
    pub text: Phi<String>,
}
