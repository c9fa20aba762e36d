//! The register of one client.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    ClientId,
    disclosures::{DisclosureFilter, DisclosureRegister},
    page::PageQuery,
};

use super::store;
use crate::clients;

/// Why the register was not shown.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The practice has no such client.
    #[error("the practice has no such client")]
    NotFound,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// A page of the register, the last disclosure first: what was corrected and what is left out of an accounting too.
///
/// # Errors
/// [`ListError`].
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    client_id: ClientId,
    filter: DisclosureFilter,
    query: &PageQuery,
) -> Result<DisclosureRegister, ListError> {
    if clients::store::count_among(tx, &[client_id]).await? == 0 {
        return Err(ListError::NotFound);
    }
    let page = store::list(tx, client_id, filter, query).await?;
    let last_accounting_at = store::find_last_accounting(tx, client_id).await?;
    tx.record(Event::general(Action::DisclosuresListed).about(client_id));
    Ok(DisclosureRegister { items: page.items, next_cursor: page.next_cursor, last_accounting_at })
}
