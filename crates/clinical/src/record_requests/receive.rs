//! Writing a request down.

use access::{Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    ClientId, RecordRequestId,
    errors::{Checks, FieldProblem},
    record_requests::{ANSWER_DAYS, Asker, NewRecordRequest, RecordRequestView},
};

use super::store;
use crate::{clients, deadlines, requests::ReceiveError};

/// Writes a request down, and when it has to be answered.
///
/// # Errors
/// [`ReceiveError`].
pub async fn receive(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    client_id: ClientId,
    new: &NewRecordRequest,
) -> Result<RecordRequestView, ReceiveError> {
    check(new, tx).map_err(ReceiveError::Invalid)?;
    if clients::store::count_among(tx, &[client_id]).await? == 0 {
        return Err(ReceiveError::NotFound);
    }
    let id: RecordRequestId = tx.new_id();
    store::insert(tx, id, client_id, new, deadlines::later(new.received_on, ANSWER_DAYS)).await?;
    tx.record(Event::of(Action::RecordRequestReceived, id).about(client_id));
    store::view(tx, id).await?.ok_or(ReceiveError::NotFound)
}

fn check(new: &NewRecordRequest, tx: &Tx) -> Result<(), Vec<FieldProblem>> {
    let mut checks = Checks::new();
    let words = new.asker_words.as_ref().map_or("", |words| words.reveal());
    if new.asker == Asker::Client {
        checks.optional_text("asker_words", words, 1_000);
    } else {
        checks.text("asker_words", words, 1_000);
    }
    deadlines::check_past(&mut checks, "received_on", new.received_on, tx.now().date_naive());
    if new.from.zip(new.to).is_some_and(|(from, to)| from > to) {
        checks.refuse("to", "before_from", "This lies before the first day.");
    }
    checks.done()
}
