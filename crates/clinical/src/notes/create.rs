//! Begins an empty note.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    ClientId, UserId,
    notes::{NewNote, NoteKind, NoteView},
};

use super::{
    note::{Note, State},
    store,
};
use crate::encounters;

/// Why a note was not begun.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The practice has no such session.
    #[error("the practice has no such session")]
    NotFound,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Begins an empty note in the chart of the session's first client.
///
/// # Errors
/// [`CreateError`].
pub async fn create(
    tx: &mut Tx,
    _granted: Granted<perm::WriteNotes>,
    new: NewNote,
) -> Result<NoteView, CreateError> {
    let chart = encounters::chart_of(tx, new.encounter_id).await?.ok_or(CreateError::NotFound)?;
    let note = empty(tx, &new, chart, tx.actor().user_id());
    store::insert_last(tx, &note).await?;
    tx.record(Event::of(Action::NoteCreated, note.id).about(chart));
    Ok(note.view(Vec::new()))
}

pub(super) fn empty(tx: &Tx, new: &NewNote, chart: ClientId, author_id: UserId) -> Note {
    Note {
        id: tx.new_id(),
        practice_id: tx.practice_id(),
        encounter_id: new.encounter_id,
        client_id: chart,
        signed_in_chart_of: None,
        kind: NoteKind::Progress,
        template: new.template_id,
        revision: 1,
        state: State::Draft,
        sections: Note::empty_sections(new.template_id),
        ai_call_id: None,
        draft_label: None,
        given_back: None,
        dismissals: Vec::new(),
        author_id,
        created_at: tx.now(),
        updated_at: tx.now(),
    }
}
