//! Consents: what a client agreed to, when, and whether it still holds.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ClientId, ConsentId, Phi};

words! {
    /// What was agreed to.
    pub enum ConsentKind {
        /// The session may be recorded.
        Recording => "recording",
        /// The recording may be turned into text and a draft by AI.
        AiProcessing => "ai_processing",
        /// The session may be held at a distance.
        Telehealth => "telehealth",
        /// Substance-use records may be used for treatment, payment and operations (42 CFR 2.31).
        Part2Tpo => "part2_tpo",
    }
}

words! {
    /// How it was given.
    pub enum ConsentMethod {
        /// Said aloud, noted by the clinician.
        Verbal => "verbal",
        /// Signed on paper.
        Written => "written",
        /// Signed on a screen.
        Electronic => "electronic",
    }
}

/// `POST /clients/{id}/consents`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewConsent {
    /// What was agreed to.
    pub kind: ConsentKind,
    /// Which wording was read to or by the client, e.g. `2026-11`.
    pub text_version: String,
    /// When it was given; now when left out.
    #[serde(default)]
    pub granted_at: Option<DateTime<Utc>>,
    /// How it was given.
    pub method: ConsentMethod,
    /// Who else in the room agreed (couples, an interpreter), as the clinician names them.
    #[serde(default)]
    pub participants: Vec<Phi<String>>,
}

/// A consent as the app shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentView {
    /// Its id.
    pub id: ConsentId,
    /// Whose.
    pub client_id: ClientId,
    /// What was agreed to.
    pub kind: ConsentKind,
    /// Which wording.
    pub text_version: String,
    /// How.
    pub method: ConsentMethod,
    /// Who else agreed.
    pub participants: Vec<Phi<String>>,
    /// When it was given.
    pub granted_at: DateTime<Utc>,
    /// When it was taken back, if it was.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// How far all clients in a session agree to one thing now: as far as the one who agrees least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Somebody has taken their agreement back.
    TakenBack,
    /// Somebody was never asked.
    NeverAsked,
    /// Everybody agrees, somebody of them by word of mouth.
    Aloud,
    /// Everybody agrees in writing, on paper or on a screen.
    InWriting,
}

impl Standing {
    /// Whether everybody agrees.
    pub fn holds(self) -> bool {
        self >= Self::Aloud
    }
}

/// How far the clients in a session agree to what concerns AI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standings {
    /// To the recording, whose wording names AI and its purpose.
    pub recording: Standing,
    /// To AI, asked apart.
    pub ai: Standing,
}
