//! How far deletions of charts are.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    ClientDeletionId,
    client_deletions::{ClientDeletionFilter, ClientDeletionView},
    page::{Page, PageQuery},
};

use super::store;

/// Why it was not shown.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The practice has no such deletion.
    #[error("the practice has no such deletion")]
    NotFound,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// A page of deletions, the newest first.
///
/// # Errors
/// The database or the keys fail.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ManageRetention>,
    filter: &ClientDeletionFilter,
    query: &PageQuery,
) -> Result<Page<ClientDeletionView>, AccessError> {
    let page = store::list(tx, filter, query).await?;
    let event = Event::general(Action::ClientDeletionsListed);
    tx.record(filter.client_id.map_or(event.clone(), |client_id| event.about(client_id)));
    Ok(page)
}

/// One deletion, with its certificate once nothing is left.
///
/// # Errors
/// [`LoadError`].
pub async fn load(
    tx: &mut Tx,
    _granted: Granted<perm::ManageRetention>,
    id: ClientDeletionId,
) -> Result<ClientDeletionView, LoadError> {
    let deletion = store::view(tx, id).await?.ok_or(LoadError::NotFound)?;
    tx.record(Event::of(Action::ClientDeletionsListed, id).about(deletion.client_id));
    Ok(deletion)
}
