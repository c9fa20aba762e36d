//! From sound to a draft: uploads, recordings, and the pipeline that turns them into a transcript and
//! a first note.
//!
//! - Sound arrives in **parts** ([`uploads`]), each a sealed blob that is durable before the upload's
//!   offset says so. No byte is taken without a live consent to record.
//! - The last byte, the **recording** and its **job** are one transaction.
//! - The **pipeline** ([`pipeline`]) goes through its stages, each of which keeps its result before the
//!   next begins and can be run twice.

mod error;
pub mod jobs;
mod pieces;
pub mod pipeline;
pub mod recordings;
mod sound;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod uploads;

use access::Database;
use blobs::BlobStore;
use governance::Gateway;

pub use error::StoreError;
pub use sound::Sound;

/// What the pipeline and the uploads work with. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Scribe {
    /// The database.
    pub database: Database,
    /// The sealed sound.
    pub blobs: BlobStore,
    /// The door to the models.
    pub gateway: Gateway,
    /// How much is taken.
    pub limits: Limits,
}

/// How much is taken.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a recording.
    pub max_file_size: u64,
    /// Milliseconds of a recording.
    pub max_duration_ms: u64,
}
