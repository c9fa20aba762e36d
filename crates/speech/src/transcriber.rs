//! The words of transcription: a piece of sound goes in, timed text comes out.

use std::fmt;

use async_trait::async_trait;
use remote::ServiceError;
use serde::{Deserialize, Serialize};

use crate::model::ModelError;
use crate::system::SystemDescription;

/// Samples per second that every engine here takes.
pub const SAMPLE_RATE: u32 = 16_000;

/// A piece of a recording, cut at pauses.
#[derive(Clone)]
pub struct Piece {
    /// 16 kHz mono, at most 30 s.
    pub samples: Vec<i16>,
    /// ISO 639-1 code if the language is known; otherwise a multilingual model detects it, at a cost.
    pub language: Option<String>,
}

impl fmt::Debug for Piece {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Piece({} ms)", self.milliseconds())
    }
}

impl Piece {
    /// Length in milliseconds.
    pub fn milliseconds(&self) -> u64 {
        self.samples.len() as u64 * 1000 / u64::from(SAMPLE_RATE)
    }
}

/// A word and when it was said. Times are estimates, good to about a fifth of a second.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// Milliseconds from the start of the piece.
    pub start_ms: u64,
    /// Milliseconds from the start of the piece.
    pub end_ms: u64,
    /// The word with its punctuation.
    pub text: String,
    /// 0 to 1: how sure the engine is.
    pub confidence: f32,
}

/// A stretch of text as the engine divided it, usually a sentence.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct TextSpan {
    /// Milliseconds from the start of the piece.
    pub start_ms: u64,
    /// Milliseconds from the start of the piece.
    pub end_ms: u64,
    /// What was said.
    pub text: String,
    /// 0 to 1: geometric mean over the words.
    pub confidence: f32,
    /// The words of `text` in order; joined by spaces they are `text`. Empty if the engine gives none.
    pub words: Vec<Word>,
    /// Whose voice it is, if the engine tells voices apart itself: a number that means the same in the whole recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<u8>,
}

impl TextSpan {
    /// From the start of the recording to that of a piece which starts there.
    pub(crate) fn move_to(&mut self, piece_ms: u64) {
        self.start_ms = self.start_ms.saturating_sub(piece_ms);
        self.end_ms = self.end_ms.saturating_sub(piece_ms);
        for word in &mut self.words {
            word.start_ms = word.start_ms.saturating_sub(piece_ms);
            word.end_ms = word.end_ms.saturating_sub(piece_ms);
        }
    }

    fn shift(&mut self, offset_ms: u64) {
        self.start_ms += offset_ms;
        self.end_ms += offset_ms;
        for word in &mut self.words {
            word.start_ms += offset_ms;
            word.end_ms += offset_ms;
        }
    }
}

/// Why text that the engine produced was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The engine repeated itself: a known failure of the model family, not something that was said.
    Repetition,
    /// The engine itself took the sound for something other than speech.
    NoSpeech,
    /// A stock phrase that the model family adds to silence.
    StockPhrase,
}

/// A stretch of time whose text was not kept. A reader should listen there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// Milliseconds from the start of the piece.
    pub start_ms: u64,
    /// Milliseconds from the start of the piece.
    pub end_ms: u64,
    /// Why.
    pub reason: Reason,
}

/// What was said in a piece.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PieceText {
    /// Text in order of time.
    pub segments: Vec<TextSpan>,
    /// What was cut out.
    pub dropped: Vec<Dropped>,
}

impl PieceText {
    /// The same text with every time moved by `offset_ms`, for a piece that starts there in its recording.
    #[must_use]
    pub fn shifted(mut self, offset_ms: u64) -> Self {
        self.segments.iter_mut().for_each(|span| span.shift(offset_ms));
        for dropped in &mut self.dropped {
            dropped.start_ms += offset_ms;
            dropped.end_ms += offset_ms;
        }
        self
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Word({}..{} ms)", self.start_ms, self.end_ms)
    }
}

impl fmt::Debug for TextSpan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TextSpan({}..{} ms, {} words)", self.start_ms, self.end_ms, self.words.len())
    }
}

/// Why a piece could not be transcribed. No variant carries text or sound.
#[derive(Debug, thiserror::Error)]
pub enum TranscribeError {
    /// The model is missing or damaged.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The piece is longer than 30 s.
    #[error("the piece is {milliseconds} ms long, at most 30,000 are taken")]
    TooLong {
        /// Its length.
        milliseconds: u64,
    },
    /// The engine does not know this language.
    #[error("the engine does not know the language of the piece")]
    UnknownLanguage,
    /// The caller gave up, or the process is stopping.
    #[error("the transcription was cancelled")]
    Cancelled,
    /// The service did not answer as it should.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The engine failed.
    #[error("the speech engine failed: {0}")]
    Engine(String),
}

/// Something that turns sound into text. Dropping the future of [`transcribe`](Self::transcribe) stops the work.
#[async_trait]
pub trait Transcriber: Send + Sync {
    /// Who it is, for the register of systems.
    fn system(&self) -> SystemDescription;

    /// The text of a piece. Nothing is carried over from one piece to the next.
    async fn transcribe(&self, piece: Piece) -> Result<PieceText, TranscribeError>;
}
