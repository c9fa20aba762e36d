//! Adds to a signed note.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    NoteId, Phi,
    errors::{Checks, FieldProblem},
    notes::{AddendumView, NewAddendum, NoteStatus, NoteView},
};

use super::store;

/// Most characters of an addendum.
const LENGTH: usize = 10_000;

/// Why nothing was added.
#[derive(Debug, thiserror::Error)]
pub enum AddAddendumError {
    /// The practice has no such note.
    #[error("the practice has no such note")]
    NotFound,
    /// The note is still a draft, which is edited instead.
    #[error("the note is not signed")]
    NotSigned,
    /// The text cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Adds to a signed note, as the person who acts, under their name. It is kept as if signed, so who
/// cannot sign alone cannot add.
///
/// # Errors
/// [`AddAddendumError`].
pub async fn add_addendum(
    tx: &mut Tx,
    _granted: Granted<perm::SignNotesAlone>,
    note_id: NoteId,
    new: NewAddendum,
    author_name: Phi<String>,
) -> Result<NoteView, AddAddendumError> {
    let mut checks = Checks::new();
    checks.text("text", new.text.reveal(), LENGTH);
    checks.done().map_err(AddAddendumError::Invalid)?;
    let note = store::find(tx, note_id).await?.ok_or(AddAddendumError::NotFound)?;
    if note.status() != NoteStatus::Signed {
        return Err(AddAddendumError::NotSigned);
    }
    let addendum = AddendumView {
        id: tx.new_id(),
        text: new.text,
        author_id: tx.actor().user_id(),
        author_name,
        created_at: tx.now(),
    };
    store::insert_addendum(tx, &note, &addendum).await?;
    tx.record(Event::of(Action::AddendumAdded, addendum.id).about(note.client_id));
    let addenda = store::list_addenda(tx, &note).await?;
    Ok(note.view(addenda))
}
