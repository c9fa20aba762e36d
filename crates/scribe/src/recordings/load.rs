//! How far a recording is.

use std::collections::HashMap;

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use clinical::encounters;
use shared::{EncounterId, RecordingId, encounters::EncounterRecording, recordings::RecordingView};

use super::store;

/// Why a recording is not there.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The practice has no such recording.
    #[error("the practice has no such recording")]
    NotFound,
    /// Its sound was removed, because its time was over.
    #[error("the sound was removed")]
    SoundRemoved,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// How far a recording is.
///
/// # Errors
/// [`LoadError`]
pub async fn load(
    tx: &mut Tx,
    _granted: Granted<perm::ReadRecordings>,
    id: RecordingId,
) -> Result<RecordingView, LoadError> {
    let view = store::find_view(tx, id).await?.ok_or(LoadError::NotFound)?;
    let read = Event::of(Action::RecordingRead, id);
    tx.record(read.about_all(encounters::clients_of(tx, view.encounter_id).await?));
    Ok(view)
}

/// The recordings of some sessions, in short. The caller records that the sessions were read.
///
/// # Errors
/// The database fails.
pub async fn of_encounters(
    tx: &Tx,
    ids: &[EncounterId],
) -> Result<HashMap<EncounterId, EncounterRecording>, AccessError> {
    store::of_encounters(tx, ids).await
}
