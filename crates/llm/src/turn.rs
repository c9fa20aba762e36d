//! What goes in: the turns of a session and the form of the note.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A speaker's part in the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The clinician.
    Therapist,
    /// The client.
    Client,
    /// Somebody else in the room.
    Other,
    /// Not known: the speaker's label is used and nothing is put in the third person.
    Unknown,
}

/// One turn: an uninterrupted stretch of one speaker.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// What evidence points at.
    pub id: Uuid,
    /// The speaker's part.
    pub role: Role,
    /// The speaker's label, e.g. `Speaker 1`: shown where the part is not known.
    pub speaker_label: String,
    /// From, in the recording, in milliseconds.
    pub start_ms: u64,
    /// To, in the recording, in milliseconds.
    pub end_ms: u64,
    /// What was said.
    pub text: String,
}

impl fmt::Debug for Turn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Turn").field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}

/// What a note is drafted from.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRequest {
    /// The form of the note.
    pub format: NoteFormat,
    /// The turns, in the order in which they were said.
    pub turns: Vec<Turn>,
    /// Names of those in the session, which nobody elsewhere learns.
    pub names: Vec<String>,
}

impl fmt::Debug for DraftRequest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("DraftRequest")
            .field("format", &self.format)
            .field("turns", &self.turns)
            .finish_non_exhaustive()
    }
}

/// The form of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteFormat {
    /// Subjective, objective, assessment, plan.
    Soap,
    /// Data, assessment, plan.
    Dap,
    /// Behaviour, intervention, response, plan.
    Birp,
}

/// A section of a form before anything is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SectionShape {
    /// Stable key.
    pub key: &'static str,
    /// Title shown.
    pub title: &'static str,
    /// Shown while it is empty.
    pub prompt: &'static str,
}

const fn shape(key: &'static str, title: &'static str, prompt: &'static str) -> SectionShape {
    SectionShape { key, title, prompt }
}

const RISK: SectionShape = shape("risk", "Risk", "Not discussed");
const MEDICATION: SectionShape = shape("medication", "Medication", "Not discussed");
const MENTAL_STATUS: SectionShape = shape("mental_status", "Mental status", "Not assessed");
const ASSESSMENT: SectionShape = shape("assessment", "Assessment", "Not assessed");
const PLAN: SectionShape = shape("plan", "Plan", "Not discussed");
const SUBJECTIVE: SectionShape = shape("subjective", "Subjective", "Not discussed");
const OBJECTIVE: SectionShape = shape("objective", "Objective", "Not assessed");
const DATA: SectionShape = shape("data", "Data", "Not discussed");
const BEHAVIOUR: SectionShape = shape("behaviour", "Behaviour", "Not discussed");
const INTERVENTION: SectionShape = shape("intervention", "Intervention", "Not discussed");
const RESPONSE: SectionShape = shape("response", "Response", "Not discussed");

impl NoteFormat {
    /// The sections in their order. Risk and medication stand first, so that nobody scrolls past them.
    pub const fn sections(self) -> &'static [SectionShape] {
        match self {
            Self::Soap => &[RISK, MEDICATION, SUBJECTIVE, OBJECTIVE, MENTAL_STATUS, ASSESSMENT, PLAN],
            Self::Dap => &[RISK, MEDICATION, DATA, MENTAL_STATUS, ASSESSMENT, PLAN],
            Self::Birp => &[RISK, MEDICATION, BEHAVIOUR, MENTAL_STATUS, INTERVENTION, RESPONSE, PLAN],
        }
    }
}
