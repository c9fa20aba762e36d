//! One note with what was added to it.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{NoteId, notes::NoteView};

use super::store;
use crate::encounters;

/// Why a note was not shown.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The practice has no such note.
    #[error("the practice has no such note")]
    NotFound,
    /// The database or the keys failed, or the note does not fit its signature.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// One note with what was added to it.
///
/// # Errors
/// [`LoadError`].
pub async fn load(
    tx: &mut Tx,
    _granted: Granted<perm::ReadNotes>,
    id: NoteId,
) -> Result<NoteView, LoadError> {
    let note = store::find(tx, id).await?.ok_or(LoadError::NotFound)?;
    let addenda = store::list_addenda(tx, &note).await?;
    let clients = encounters::clients_of(tx, note.encounter_id).await?;
    tx.record(Event::of(Action::NoteRead, id).about_all(clients));
    Ok(note.view(addenda))
}
