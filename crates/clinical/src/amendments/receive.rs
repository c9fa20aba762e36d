//! Writing a request down.

use access::{Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    AmendmentId, ClientId,
    amendments::{ACT_DAYS, AmendmentView, NewAmendment},
    errors::{Checks, FieldProblem},
    notes::NoteStatus,
};

use super::store;
use crate::{clients, deadlines, notes, requests::ReceiveError};

/// Writes a request down, and when it has to be acted on. Only a signed note can be asked to be changed: what nobody has
/// signed is in no record yet.
///
/// # Errors
/// [`ReceiveError`].
pub async fn receive(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    client_id: ClientId,
    new: &NewAmendment,
) -> Result<AmendmentView, ReceiveError> {
    check(new, tx).map_err(ReceiveError::Invalid)?;
    if clients::store::count_among(tx, &[client_id]).await? == 0 {
        return Err(ReceiveError::NotFound);
    }
    if let Some(note_id) = new.note_id {
        let note = notes::store::find(tx, note_id).await?;
        let note = note.filter(|note| note.client_id == client_id).ok_or(ReceiveError::NotFound)?;
        if note.status() != NoteStatus::Signed {
            let mut checks = Checks::new();
            checks.refuse("note_id", "not_signed", "This note is not signed: it is edited.");
            checks.done().map_err(ReceiveError::Invalid)?;
        }
    }
    let id: AmendmentId = tx.new_id();
    store::insert(tx, id, client_id, new, deadlines::later(new.received_on, ACT_DAYS)).await?;
    tx.record(Event::of(Action::AmendmentReceived, id).about(client_id));
    store::view(tx, id).await?.ok_or(ReceiveError::NotFound)
}

fn check(new: &NewAmendment, tx: &Tx) -> Result<(), Vec<FieldProblem>> {
    let mut checks = Checks::new();
    checks.text("change", new.change.reveal(), 4_000);
    checks.text("reason", new.reason.reveal(), 4_000);
    deadlines::check_past(&mut checks, "received_on", new.received_on, tx.now().date_naive());
    checks.done()
}
