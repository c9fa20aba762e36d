//! What comes out: sections of sentences, none of them without evidence.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The turns that support a sentence: one at least, each once, in the order in which they were said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Uuid>", into = "Vec<Uuid>")]
pub struct Evidence {
    first: Uuid,
    rest: Vec<Uuid>,
}

/// An empty list was offered as evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sentence needs at least one turn as evidence")]
pub struct NoEvidence;

impl Evidence {
    /// One turn.
    pub const fn one(turn: Uuid) -> Self {
        Self { first: turn, rest: Vec::new() }
    }

    /// Adds a turn, once.
    #[must_use]
    pub fn and(mut self, turn: Uuid) -> Self {
        if self.first != turn && !self.rest.contains(&turn) {
            self.rest.push(turn);
        }
        self
    }

    /// The turns.
    pub fn iter(&self) -> impl Iterator<Item = Uuid> + '_ {
        std::iter::once(self.first).chain(self.rest.iter().copied())
    }

    /// The turns as a list that is never empty.
    pub fn to_vec(&self) -> Vec<Uuid> {
        self.iter().collect()
    }
}

impl TryFrom<Vec<Uuid>> for Evidence {
    type Error = NoEvidence;

    fn try_from(turns: Vec<Uuid>) -> Result<Self, NoEvidence> {
        let mut turns = turns.into_iter();
        let first = turns.next().ok_or(NoEvidence)?;
        Ok(turns.fold(Self::one(first), Self::and))
    }
}

impl From<Evidence> for Vec<Uuid> {
    fn from(evidence: Evidence) -> Self {
        evidence.to_vec()
    }
}

/// How a sentence came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SentenceKind {
    /// The client's words put in the third person.
    Extract,
    /// Words quoted with their speaker.
    Quote,
    /// An exchange that touches risk: every one is listed, word for word, with time and speaker.
    RiskExchange,
    /// A line about a drug or a dose, word for word.
    Medication,
    /// Put into words by a model, and supported by what it cites.
    Written,
}

/// One sentence with what supports it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// The words; 4,000 characters at most.
    pub text: String,
    /// The turns that support it.
    pub evidence: Evidence,
    /// Whether the text quotes.
    pub quotation: bool,
    /// How it came about.
    pub kind: SentenceKind,
}

impl fmt::Debug for Sentence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Sentence")
            .field("kind", &self.kind)
            .field("evidence", &self.evidence)
            .finish_non_exhaustive()
    }
}

/// One section of the note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Stable key, e.g. `subjective`.
    pub key: String,
    /// Title shown.
    pub title: String,
    /// What is shown in place of sentences; `Some` exactly when there are none.
    pub prompt: Option<String>,
    /// Its sentences, in the order of the session.
    pub sentences: Vec<Sentence>,
}

/// What a model was given and gave, in its own units; what it costs is counted by them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Of the question.
    pub read: u64,
    /// Of the answer.
    pub written: u64,
}

/// A draft note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The sections of the form, in its order, empty ones included.
    pub sections: Vec<Section>,
    /// What the draft is, e.g. `extract`; shown beside it.
    pub label: String,
    /// What a model elsewhere used for it, if one did and said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
}
