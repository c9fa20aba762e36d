//! A page of clients.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    clients::ClientView,
    page::{Page, PageQuery},
};

use super::store;

/// A page of clients, newest first.
///
/// # Errors
/// The database or the keys fail.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReadClients>,
    query: &PageQuery,
) -> Result<Page<ClientView>, AccessError> {
    let page = store::list(tx, query).await?;
    tx.record(Event::general(Action::ClientsListed));
    Ok(page)
}
