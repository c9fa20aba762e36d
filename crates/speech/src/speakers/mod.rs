//! Who spoke when: the words of speaker separation, and the separator that runs on this computer.
//!
//! Two clear voices are told apart and one voice is recognised as one. Everything else, voices too alike,
//! more than two, too little speech, is answered with the best guess *and* the doubt, never with the guess alone.

mod cluster;
mod path;

use std::fmt;
use std::path::PathBuf;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::model::{self, ModelError};
use crate::system::SystemDescription;
use crate::voice::VoiceVectors;

/// Uninterrupted speech of a recording, 16 kHz mono.
pub struct SpokenSpan {
    /// Where it starts in the recording.
    pub start_ms: u64,
    /// The samples.
    pub samples: Vec<i16>,
}

impl fmt::Debug for SpokenSpan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SpokenSpan(from {} ms, {} samples)", self.start_ms, self.samples.len())
    }
}

/// Whatever kept the caller from delivering the sound.
pub type SoundError = Box<dyn std::error::Error + Send + Sync>;

/// The speech of a recording in order of time, delivered one span at a time so that no recording has to be held
/// as a whole. It is read on a thread that may block.
pub type SpokenSpans = Box<dyn Iterator<Item = Result<SpokenSpan, SoundError>> + Send>;

/// A stretch of time in which one voice speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Milliseconds from the start of the recording.
    pub start_ms: u64,
    /// Milliseconds from the start of the recording.
    pub end_ms: u64,
    /// Number of the voice, from 0, in order of first appearance.
    pub speaker: u8,
}

/// Why a separation should not be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// Less than eight seconds of speech, or less than two for one of the voices.
    TooLittleSpeech,
    /// The voices sound alike, or the recording is too poor to tell them apart.
    VoicesAlike,
    /// More than two voices.
    MoreThanTwo,
}

/// Whether a separation can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// One voice, or two that differ clearly.
    Clear,
    /// The turns are a guess.
    Uncertain {
        /// Why.
        why: Doubt,
    },
}

/// Who spoke when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpeakerTurns {
    /// Turns in order of time; they do not overlap.
    pub turns: Vec<Turn>,
    /// How many voices; 0 if there was no speech.
    pub speakers: u8,
    /// Whether to rely on it.
    pub certainty: Certainty,
}

/// Why speakers could not be separated.
#[derive(Debug, thiserror::Error)]
pub enum SeparateError {
    /// The model is missing or damaged.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The sound could not be delivered.
    #[error("the sound could not be read: {0}")]
    Sound(SoundError),
    /// The caller gave up, or the process is stopping.
    #[error("the separation was cancelled")]
    Cancelled,
}

/// Something that tells voices apart.
#[async_trait]
pub trait SpeakerSeparator: Send + Sync {
    /// Who it is, for the register of systems.
    fn system(&self) -> SystemDescription;

    /// Who spoke when. `expected` is the number of people known to take part, if it is known.
    async fn separate(
        &self,
        speech: SpokenSpans,
        expected: Option<u8>,
    ) -> Result<SpeakerTurns, SeparateError>;
}

/// Tells voices apart on this computer by voice vectors and clustering.
#[derive(Debug)]
pub struct LocalVoices {
    model: PathBuf,
}

impl LocalVoices {
    /// The model (safetensors) is read for each call: 6 MB, a few milliseconds.
    pub fn new(model: impl Into<PathBuf>) -> Self {
        Self { model: model.into() }
    }
}

/// One voice vector for each half second of speech.
const HOP_MS: u64 = 500;

#[async_trait]
impl SpeakerSeparator for LocalVoices {
    fn system(&self) -> SystemDescription {
        SystemDescription {
            key: "local-voices".into(),
            name: "Voice separation on this computer".into(),
            version: format!("speech {}, {}", env!("CARGO_PKG_VERSION"), model::describe(&self.model)),
            vendor: "this computer".into(),
            local: true,
        }
    }

    async fn separate(
        &self,
        speech: SpokenSpans,
        expected: Option<u8>,
    ) -> Result<SpeakerTurns, SeparateError> {
        let model = self.model.clone();
        // Dropping the receiver of this channel, that is the future, stops the work at the next span.
        let (alive, watched) = tokio::sync::oneshot::channel::<()>();
        let work = move || {
            let mut vectors = VoiceVectors::load(&model)?;
            for span in speech {
                if alive.is_closed() {
                    return Err(SeparateError::Cancelled);
                }
                let span = span.map_err(SeparateError::Sound)?;
                vectors.add(span.start_ms, &span.samples, HOP_MS);
            }
            Ok(turns(&vectors.finish(), expected))
        };
        let result = tokio::task::spawn_blocking(work).await.map_err(|_stopped| SeparateError::Cancelled)?;
        drop(watched);
        result
    }
}

fn turns(voices: &[crate::voice::Voice], expected: Option<u8>) -> SpeakerTurns {
    let vectors: Vec<_> = voices.iter().map(|voice| voice.vector).collect();
    let found = cluster::find(&vectors, expected);
    let turns = path::turns(voices, &found.centres);
    let speakers = turns.iter().map(|turn| turn.speaker + 1).max().unwrap_or(0);
    let spoken = |speaker: u8| {
        turns
            .iter()
            .filter(|turn| turn.speaker == speaker)
            .map(|turn| turn.end_ms - turn.start_ms)
            .sum::<u64>()
    };
    let little =
        (0..speakers).map(spoken).sum::<u64>() < 8_000 || (0..speakers).any(|one| spoken(one) < 2_000);
    let certainty = match found.doubt {
        Some(why) => Certainty::Uncertain { why },
        None if little => Certainty::Uncertain { why: Doubt::TooLittleSpeech },
        None => Certainty::Clear,
    };
    SpeakerTurns { turns, speakers, certainty }
}
