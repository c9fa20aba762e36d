//! A page of notes, without their narrative.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    notes::{NoteFilter, NoteSummary},
    page::{Page, PageQuery},
};

use super::store;

/// A page of notes, the last begun first.
///
/// # Errors
/// The database fails.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReadNotes>,
    filter: &NoteFilter,
    query: &PageQuery,
) -> Result<Page<NoteSummary>, AccessError> {
    let page = store::list(tx, filter, query).await?;
    let event = Event::general(Action::NotesListed);
    tx.record(filter.client_id.map_or(event.clone(), |client_id| event.about(client_id)));
    Ok(page)
}
