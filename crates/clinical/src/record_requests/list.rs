//! The requests of a practice, or of one client, by their clock.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    page::{Page, PageQuery},
    record_requests::RecordRequestView,
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
) -> Result<Page<RecordRequestView>, AccessError> {
    let page = store::list(tx, filter, query).await?;
    let event = Event::general(Action::RecordRequestsListed);
    tx.record(filter.client_id.map_or(event.clone(), |client_id| event.about(client_id)));
    Ok(page)
}
