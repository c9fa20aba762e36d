//! The requests of a practice, or of one client, by their clock; and those that go with a record.

use std::collections::BTreeSet;

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    ClientId,
    amendments::AmendmentView,
    page::{Page, PageQuery},
    requests::RequestFilter,
};

use super::store;

/// A page of requests: of those that wait the first due first, of those that were answered the last due first.
///
/// # Errors
/// The database or the keys fail.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    filter: &RequestFilter,
    query: &PageQuery,
) -> Result<Page<AmendmentView>, AccessError> {
    let page = store::list(tx, filter, query).await?;
    let event = Event::general(Action::AmendmentsListed);
    tx.record(filter.client_id.map_or(event.clone(), |client_id| event.about(client_id)));
    record_read(tx, &page.items);
    Ok(page)
}

/// What was accepted or denied of one client's, in the order in which it came: the request, its answer, the statement
/// of disagreement and the rebuttal go with the record (164.526(d)(4) and (5)).
///
/// # Errors
/// The database or the keys fail.
pub async fn list_answered(
    tx: &mut Tx,
    _granted: Granted<perm::ReadNotes>,
    client_id: ClientId,
) -> Result<Vec<AmendmentView>, AccessError> {
    let answered = store::list_answered(tx, client_id).await?;
    record_read(tx, &answered);
    Ok(answered)
}

/// What is asked for says what the chart says.
fn record_read(tx: &mut Tx, read: &[AmendmentView]) {
    let clients: BTreeSet<_> = read.iter().map(|one| one.client_id).collect();
    if !clients.is_empty() {
        tx.record(Event::general(Action::AmendmentsRead).about_all(clients));
    }
}
