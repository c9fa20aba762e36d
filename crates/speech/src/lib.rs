//! Speech to text and who spoke: capabilities without any knowledge of the product.
//!
//! - [`Transcriber`] turns a piece of sound (16 kHz mono, at most 30 s) into timed text; [`LocalWhisper`] is
//!   whisper.cpp on this computer, [`SpeechService`] a service elsewhere.
//! - [`RecordingTranscriber`] takes a whole recording, elsewhere, and comes back later; [`AssemblyAi`] is one.
//! - [`SpeakerSeparator`] says which voice spoke when; [`LocalVoices`] clusters voice vectors.
//! - [`assign`] puts the two together.
//!
//! No text and no sound is ever logged or shown by `Debug`.

mod assembly_ai;
mod assign;
mod cut;
mod model;
mod service;
mod speakers;
mod system;
mod transcriber;
mod voice;
mod wav;
mod whisper;
mod whole;

pub use assembly_ai::AssemblyAi;
pub use assign::{SpokenText, assign};
pub use model::ModelError;
pub use service::SpeechService;
pub use speakers::{
    Certainty, Doubt, LocalVoices, SeparateError, SoundError, SpeakerSeparator, SpeakerTurns, SpokenSpan,
    SpokenSpans, Turn,
};
pub use system::SystemDescription;
pub use transcriber::{
    Dropped, Piece, PieceText, Reason, SAMPLE_RATE, TextSpan, TranscribeError, Transcriber, Word,
};
pub use whisper::{LocalWhisper, LocalWhisperConfig};
pub use whole::{OpenSound, RecordingTranscriber, WholeRecording, into_pieces};
