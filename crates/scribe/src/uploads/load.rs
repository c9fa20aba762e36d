//! How far an upload is.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{EncounterId, UploadId, encounters::ArrivingSound};

use super::{Upload, store};

/// Why there is no upload to go on with.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The practice has no such upload.
    #[error("the practice has no such upload")]
    NotFound,
    /// It took too long.
    #[error("the upload has expired")]
    Expired,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// What has arrived of a session that is being recorded, or was when its sender was last heard of. The caller records
/// that the session was read.
///
/// # Errors
/// The database fails.
pub async fn arriving(tx: &Tx, id: EncounterId) -> Result<Option<ArrivingSound>, AccessError> {
    let open = store::find_open(tx, id).await?;
    Ok(open.map(|upload| ArrivingSound {
        upload_id: upload.id,
        received: upload.received,
        expires_at: upload.expires_at,
    }))
}

/// How far an upload is.
///
/// # Errors
/// [`LoadError`]
pub async fn load(
    tx: &mut Tx,
    _granted: Granted<perm::WriteRecordings>,
    id: UploadId,
) -> Result<Upload, LoadError> {
    let upload = store::find(tx, id).await?.ok_or(LoadError::NotFound)?;
    if !upload.complete && upload.expires_at <= tx.now() {
        return Err(LoadError::Expired);
    }
    tx.record(Event::of(Action::UploadRead, id));
    Ok(upload)
}
