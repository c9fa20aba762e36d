//! Gives an upload up, with everything it has stored.

use access::{AccessError, Actor, Granted, perm};
use audit::{Action, Event};
use clinical::legal_holds;
use shared::UploadId;

use super::{
    AppendError, LoadError, Upload,
    begin::may_record,
    finish::{drop_replaced, finish},
    judge::judge,
    store,
};
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

/// Gives up what has expired; returns how many uploads. What was sent while a session was being recorded, and never
/// came to its end, becomes a recording as far as it goes: what was said is kept, though the computer that heard it
/// is gone.
///
/// # Errors
/// The database or the store fails.
pub async fn settle_expired(scribe: &Scribe, actor: &Actor) -> Result<usize, StoreError> {
    let tx = scribe.database.begin_reading(actor.clone()).await?;
    let expired = store::list_expired(&tx).await;
    tx.end().await?;
    let expired = expired?;
    let mut ended = 0;
    for upload in &expired {
        if upload.open && upload.received > 0 && became_a_recording(scribe, actor, upload).await? {
            continue;
        }
        ended += usize::from(give_up(scribe, actor.clone(), upload).await? == GivenUp::Gone);
    }
    Ok(ended)
}

/// Whether it is a recording now. Not so when consent was taken back meanwhile, say, or there is no sound in it.
async fn became_a_recording(scribe: &Scribe, actor: &Actor, upload: &Upload) -> Result<bool, StoreError> {
    let tx = scribe.database.begin_reading(actor.clone()).await?;
    let seen = async {
        let may = may_record(&tx, upload.encounter_id).await;
        let parts = store::parts(&tx, upload.recording_id).await?;
        Ok::<_, AccessError>((may, parts, tx.session_key(upload.encounter_id).await?))
    }
    .await;
    tx.end().await?;
    let (may, parts, key) = seen?;
    if may.is_err() {
        return Ok(false);
    }
    let media_type = match judge(scribe, &key, parts, &upload.media_type).await {
        Ok(media_type) => media_type,
        Err(AppendError::Store(error)) => return Err(error),
        Err(_) => return Ok(false),
    };
    let ended = Upload { length: upload.received, open: false, ..upload.clone() };
    let mut tx = scribe.database.begin(actor.clone()).await?;
    match finish(&mut tx, &ended, &media_type).await {
        Ok(replaced) => {
            tx.record(Event::of(Action::UploadContinued, upload.id));
            tx.commit().await?;
            drop_replaced(scribe, actor, replaced).await;
            Ok(true)
        }
        Err(refused) => {
            tx.end().await?;
            if let AppendError::Store(error) = refused { Err(error) } else { Ok(false) }
        }
    }
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
