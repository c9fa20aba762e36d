//! Recordings in, speech out: what a file is, its sound at 16 kHz, and where somebody speaks in it.
//!
//! ```text
//! bytes ─ recognise ─► Format ─ decode ─► 16 kHz mono ─┬─► VoiceActivity ─► spans ─► pieces
//!                                                      ├─► QualityMeter (how well it can be heard)
//!                                                      └─► Peaks (the waveform on screen)
//! ```
//!
//! Everything streams in memory that does not grow with the recording (a few bytes per second of
//! sound excepted, each said where it is), is pure Rust, and treats every file as hostile: no input
//! panics, loops for ever or decides how much is allocated.
#![deny(missing_docs)]

mod channels;
mod decode;
mod edits;
mod error;
mod format;
mod level;
mod opus;
mod output;
mod peaks;
mod pieces;
mod quality;
mod resample;
mod source;
mod track;
mod voice;

pub use channels::{ChannelDifferences, ChannelTurn};
pub use decode::{Chunk, Decoded, Limits, decode};
pub use error::AudioError;
pub use format::{Format, recognise};
pub use level::{SILENCE_PEAK, SILENCE_RMS_DBFS, is_silent};
pub use peaks::Peaks;
pub use pieces::{PIECE_MAX_MS, pieces};
pub use quality::{Quality, QualityMeter};
pub use voice::{Activity, Levels, Span, VoiceActivity, speech_ms};

/// Samples per second of everything this crate hands out.
pub const SAMPLE_RATE: u32 = 16_000;
