//! Gives an upload up, with everything it has stored.

use access::{Actor, Granted, perm};
use audit::{Action, Event};
use clinical::legal_holds;
use shared::UploadId;

use super::{AppendError, LoadError, Upload, store};
use crate::{Scribe, StoreError};

/// Gives up an upload that is not complete.
///
/// # Errors
/// [`AppendError::Load`] when there is none, [`AppendError::OnLegalHold`].
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
    if give_up(scribe, actor, &upload).await? == GivenUp::Held {
        return Err(AppendError::OnLegalHold);
    }
    Ok(())
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
    let mut ended = 0;
    for upload in &expired {
        ended += usize::from(give_up(scribe, actor.clone(), upload).await? == GivenUp::Gone);
    }
    Ok(ended)
}

/// What became of an upload that was to be given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GivenUp {
    /// It is gone.
    Gone,
    /// It has become a recording meanwhile, or was gone before.
    Settled,
    /// Its session is on legal hold: it stays.
    Held,
}

/// What has become a recording meanwhile, or is gone, stays as it is. The rows first: what is left of the blobs if the process dies in between belongs to nobody and
/// cannot be opened.
pub(super) async fn give_up(scribe: &Scribe, actor: Actor, upload: &Upload) -> Result<GivenUp, StoreError> {
    let practice_id = actor.practice_id();
    let mut tx = scribe.database.begin(actor).await?;
    if legal_holds::hold_still(&tx, upload.encounter_id).await? {
        tx.end().await?;
        return Ok(GivenUp::Held);
    }
    if !store::delete(&mut tx, upload).await? {
        tx.end().await?;
        return Ok(GivenUp::Settled);
    }
    tx.record(Event::of(Action::UploadEnded, upload.id));
    tx.commit().await?;
    scribe.blobs.delete_all(practice_id.0, upload.recording_id.0).await?;
    Ok(GivenUp::Gone)
}
