//! The roles that the practice has made.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    RoleId,
    page::{Page, PageQuery},
    roles::RoleView,
};

use super::store;

/// A page of roles, the oldest first.
///
/// # Errors
/// The database or the keys fail.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReadPeople>,
    query: &PageQuery,
) -> Result<Page<RoleView>, AccessError> {
    let page = store::list(tx, query).await?;
    tx.record(Event::general(Action::RolesListed));
    Ok(page)
}

/// One role; `None` when the practice has no such role.
///
/// # Errors
/// The database or the keys fail.
pub async fn load(
    tx: &mut Tx,
    _granted: Granted<perm::WritePeople>,
    id: RoleId,
) -> Result<Option<RoleView>, AccessError> {
    match store::find(tx, id).await? {
        Some(row) => store::view(tx, row).await.map(Some),
        None => Ok(None),
    }
}
