//! Hearing a recording.

use access::{Granted, Tx, perm};
use audit::{Action, Event};
use clinical::encounters;
use shared::RecordingId;

use super::{LoadError, store};
use crate::{Scribe, Sound, uploads};

/// The sound of a recording. That somebody listens is recorded before a byte leaves.
///
/// # Errors
/// [`LoadError`]
pub async fn sound(
    scribe: &Scribe,
    tx: &mut Tx,
    _granted: Granted<perm::ReadRecordings>,
    id: RecordingId,
) -> Result<Sound, LoadError> {
    let recording = store::find(tx, id).await?.ok_or(LoadError::NotFound)?;
    let heard = Event::of(Action::RecordingHeard, id);
    tx.record(heard.about_all(encounters::clients_of(tx, recording.encounter_id).await?));
    if recording.sound_removed {
        return Err(LoadError::SoundRemoved);
    }
    Ok(Sound {
        media_type: recording.media_type,
        parts: uploads::store::parts(tx, id).await?,
        key: tx.session_key(recording.encounter_id).await?,
        blobs: scribe.blobs.clone(),
    })
}
