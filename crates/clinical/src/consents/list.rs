//! A client's consents, those taken back among them.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    ClientId,
    consents::ConsentView,
    page::{Page, PageQuery},
};

use super::store;
use crate::clients;

/// Why consents were not listed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The practice has no such client.
    #[error("the practice has no such client")]
    NotFound,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// A page of a client's consents, the last recorded first.
///
/// # Errors
/// [`ListError`].
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReadConsents>,
    client_id: ClientId,
    query: &PageQuery,
) -> Result<Page<ConsentView>, ListError> {
    if clients::store::count_among(tx, &[client_id]).await? == 0 {
        return Err(ListError::NotFound);
    }
    let page = store::list(tx, client_id, query).await?;
    tx.record(Event::general(Action::ConsentsListed).about(client_id));
    Ok(page)
}
