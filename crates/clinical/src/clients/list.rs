//! A page of clients.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    clients::{ClientFilter, ClientView},
    page::{Page, PageQuery},
};

use super::{search::Search, store};

/// A page of clients, newest first; of those who are meant, where somebody searches. A page of a search may hold fewer
/// than were asked for although there are more.
///
/// # Errors
/// The database or the keys fail.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReadClients>,
    filter: &ClientFilter,
    query: &PageQuery,
) -> Result<Page<ClientView>, AccessError> {
    let search = filter.q.as_ref().and_then(Search::read);
    let page = store::list(tx, search.as_ref(), query).await?;
    let listed = Event::general(Action::ClientsListed);
    tx.record(if search.is_some() { listed.naming(vec!["search"]) } else { listed });
    Ok(page)
}

/// Writes down what clients are found by, of those of whom it is not: from before there was a search. How many they
/// were; asked again until there are none.
///
/// # Errors
/// The database or the keys fail.
pub async fn mark_unmarked(tx: &mut Tx) -> Result<usize, AccessError> {
    const AT_ONCE: u64 = 200;
    let unmarked = store::list_unmarked(tx, AT_ONCE).await?;
    for client in &unmarked {
        store::mark(tx, client).await?;
    }
    tx.record(Event::general(Action::ClientsMarked));
    Ok(unmarked.len())
}
