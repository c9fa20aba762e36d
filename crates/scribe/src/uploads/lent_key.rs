//! The key under which the app keeps sound that has not arrived here yet.

use access::{AccessError, Granted, Tx, perm};
use crypto::LentKey;

use super::Upload;

/// The key (for AES-256-GCM) for what a browser keeps of this upload until it has arrived. The browser has it only while
/// somebody is signed in who may record the session: what stays behind on a disk opens for nobody else, and for nobody
/// at all when the chart is gone.
///
/// # Errors
/// The database or the keys fail.
pub async fn lent_key(
    tx: &Tx,
    _granted: Granted<perm::WriteRecordings>,
    upload: &Upload,
) -> Result<LentKey, AccessError> {
    Ok(tx.session_key(upload.encounter_id).await?.lent("sound in a browser", upload.id.0))
}
