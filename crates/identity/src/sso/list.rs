//! A practice's connections as they are shown.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    SsoConnectionId,
    page::{Page, PageQuery},
    sso::SsoConnectionView,
};

use super::store;

/// A page of connections, newest first. `base_url` is where browsers reach the app.
///
/// # Errors
/// The database fails.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReadPeople>,
    query: &PageQuery,
    base_url: &str,
) -> Result<Page<SsoConnectionView>, AccessError> {
    let page = store::list(tx, query).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for row in page.items {
        items.push(store::view(tx, row, base_url).await?);
    }
    tx.record(Event::general(Action::SsoConnectionsListed));
    Ok(Page { items, next_cursor: page.next_cursor })
}

/// A connection as it is shown; `None` if it is gone.
///
/// # Errors
/// The database fails.
pub async fn load_view(
    tx: &Tx,
    _granted: Granted<perm::WritePeople>,
    id: SsoConnectionId,
    base_url: &str,
) -> Result<Option<SsoConnectionView>, AccessError> {
    let Some(row) = store::find(tx, id).await? else { return Ok(None) };
    Ok(Some(store::view(tx, row, base_url).await?))
}
