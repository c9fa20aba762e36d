//! The transcript of a session.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{EncounterId, transcripts::TranscriptView};

use super::store;
use crate::encounters;

/// Why a transcript was not shown.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The practice has no such session, or the session has no transcript yet.
    #[error("there is no transcript")]
    NotFound,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// The transcript of a session.
///
/// # Errors
/// [`LoadError`].
pub async fn load(
    tx: &mut Tx,
    _granted: Granted<perm::ReadTranscripts>,
    encounter_id: EncounterId,
) -> Result<TranscriptView, LoadError> {
    let mut transcript = store::find(tx, encounter_id).await?.ok_or(LoadError::NotFound)?;
    transcript.locked = encounters::locked(tx, encounter_id).await?;
    let clients = encounters::clients_of(tx, encounter_id).await?;
    tx.record(Event::of(Action::TranscriptRead, transcript.id).about_all(clients));
    Ok(transcript)
}

/// Whether a session has a transcript, typed or heard, or had one that was removed.
///
/// # Errors
/// The database fails.
pub async fn exists(tx: &Tx, encounter_id: EncounterId) -> Result<bool, AccessError> {
    Ok(store::find_origin(tx, encounter_id).await?.is_some())
}
