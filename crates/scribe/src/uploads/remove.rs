//! Gives an upload up, with everything it has stored.

use access::{Actor, Granted, perm};
use audit::{Action, Event};
use shared::UploadId;

use super::{AppendError, LoadError, Upload, store};
use crate::{Scribe, StoreError};

/// Gives up an upload that is not complete.
///
/// # Errors
/// [`AppendError::Load`] when there is none.
pub async fn remove(
    scribe: &Scribe,
    actor: Actor,
    _granted: Granted<perm::WriteRecordings>,
    id: UploadId,
) -> Result<(), AppendError> {
    let tx = scribe.database.begin_reading(actor.clone()).await?;
    let upload = store::find(&tx, id).await;
    tx.end().await?;
    let upload = upload?.filter(|upload| !upload.complete).ok_or(LoadError::NotFound)?;
    Ok(give_up(scribe, actor, &upload).await?)
}

/// Gives up what has expired; returns how many uploads.
///
/// # Errors
/// The database or the store fails.
pub async fn remove_expired(scribe: &Scribe, actor: &Actor) -> Result<usize, StoreError> {
    let tx = scribe.database.begin_reading(actor.clone()).await?;
    let expired = store::list_expired(&tx).await;
    tx.end().await?;
    let expired = expired?;
    for upload in &expired {
        give_up(scribe, actor.clone(), upload).await?;
    }
    Ok(expired.len())
}

/// What has become a recording meanwhile, or is gone, stays as it is. The rows first: what is left of the blobs if the process dies in between belongs to nobody and
/// cannot be opened.
pub(super) async fn give_up(scribe: &Scribe, actor: Actor, upload: &Upload) -> Result<(), StoreError> {
    let practice_id = actor.practice_id();
    let mut tx = scribe.database.begin(actor).await?;
    if !store::delete(&mut tx, upload).await? {
        return Ok(tx.end().await?);
    }
    tx.record(Event::of(Action::UploadEnded, upload.id));
    tx.commit().await?;
    scribe.blobs.delete_all(practice_id.0, upload.recording_id.0).await?;
    Ok(())
}
