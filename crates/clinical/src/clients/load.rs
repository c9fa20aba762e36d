//! One client.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{ClientId, clients::ClientView};

use super::store;

/// Why a client was not shown.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The practice has no such client.
    #[error("the practice has no such client")]
    NotFound,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// One client.
///
/// # Errors
/// [`LoadError`].
pub async fn load(
    tx: &mut Tx,
    _granted: Granted<perm::ReadClients>,
    id: ClientId,
) -> Result<ClientView, LoadError> {
    let client = store::find(tx, id).await?.ok_or(LoadError::NotFound)?;
    tx.record(Event::of(Action::ClientRead, id).about(id));
    Ok(client)
}
