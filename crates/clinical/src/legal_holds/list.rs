//! The holds of a practice or of one client, and what everybody who sees a client sees of them.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    ClientId, LegalHoldId,
    legal_holds::{ClientRetention, LegalHoldFilter, LegalHoldView},
    page::{Page, PageQuery},
};

use super::store;
use crate::{client_deletions, clients};

/// Why it was not shown.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The practice has no such hold, or no such client.
    #[error("there is nothing here")]
    NotFound,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// A page of holds, the newest first.
///
/// # Errors
/// The database or the keys fail.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ManageRetention>,
    filter: &LegalHoldFilter,
    query: &PageQuery,
) -> Result<Page<LegalHoldView>, AccessError> {
    let page = store::list(tx, filter, query).await?;
    let event = Event::general(Action::LegalHoldsListed);
    tx.record(filter.client_id.map_or(event.clone(), |client_id| event.about(client_id)));
    Ok(page)
}

/// One hold.
///
/// # Errors
/// [`LoadError`].
pub async fn load(
    tx: &mut Tx,
    _granted: Granted<perm::ManageRetention>,
    id: LegalHoldId,
) -> Result<LegalHoldView, LoadError> {
    let hold = store::view(tx, id).await?.ok_or(LoadError::NotFound)?;
    tx.record(Event::of(Action::LegalHoldsListed, id).about(hold.client_id));
    Ok(hold)
}

/// What is decided about how long a client's chart stays.
///
/// # Errors
/// [`LoadError`].
pub async fn load_retention(
    tx: &mut Tx,
    _granted: Granted<perm::ReadClients>,
    client_id: ClientId,
) -> Result<ClientRetention, LoadError> {
    if clients::store::count_among(tx, &[client_id]).await? == 0 {
        return Err(LoadError::NotFound);
    }
    let held_since = store::held_since(tx, &[client_id]).await?;
    tx.record(Event::of(Action::RetentionRead, client_id));
    let deletion = client_deletions::store::find_open(tx, client_id).await?;
    Ok(ClientRetention { held_since, deleted_at: deletion.map(|row| row.due_at) })
}
