//! What is worth a second look.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    activity::ActivityFindingView,
    page::{Page, PageQuery},
};

use super::store;

/// A page of what was found, the newest first.
///
/// # Errors
/// The database or the keys fail.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReadAudit>,
    query: &PageQuery,
) -> Result<Page<ActivityFindingView>, AccessError> {
    let page = store::list(tx, query).await?;
    tx.record(Event::general(Action::ActivityFindingsListed));
    Ok(page)
}
