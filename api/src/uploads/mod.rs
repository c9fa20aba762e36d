//! Resumable uploads: tus 1.0.0 with creation, creation-with-upload, termination, expiration and checksum.

pub mod append;
pub mod begin;
pub mod describe;
mod header_values;
pub mod offset;
pub mod remove;
mod tus;

use access::{AccessError, Granted, Tx, perm};
use crypto::LentKey;
use scribe::uploads::{self, Upload};

/// The key for what the app keeps of a session that is being recorded; none for a file, which is somewhere already.
async fn lent_for(
    tx: &Tx,
    granted: Granted<perm::WriteRecordings>,
    upload: &Upload,
) -> Result<Option<LentKey>, AccessError> {
    if upload.open { Ok(Some(uploads::lent_key(tx, granted, upload).await?)) } else { Ok(None) }
}
