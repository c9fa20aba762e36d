//! Everything that can be a plain function: no browser, no signals, tested natively.

pub mod backoff;
pub mod consent_text;
pub mod decisions;
pub mod meter;
pub mod note;
pub mod place;
pub mod return_path;
pub mod risk;
pub mod search;
pub mod sse;
pub mod time;
pub mod transcript;
pub mod typed;
pub mod upload;
pub mod waveform;
pub mod webm;
pub mod words;
