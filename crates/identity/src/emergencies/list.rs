//! The queue of those who review, and what a person still owes themselves.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    emergencies::EmergencyView,
    page::{Page, PageQuery},
};

use super::store;

/// A page of emergency accesses, the newest first.
///
/// # Errors
/// The database or the keys fail.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReadAudit>,
    query: &PageQuery,
) -> Result<Page<EmergencyView>, AccessError> {
    let page = store::list(tx, query).await?;
    tx.record(Event::general(Action::EmergenciesListed));
    Ok(page)
}

/// The acting person's own that go on, or that they have not attested yet.
///
/// # Errors
/// The database or the keys fail.
pub async fn list_own(tx: &mut Tx) -> Result<Vec<EmergencyView>, AccessError> {
    let own = store::list_own(tx).await?;
    tx.record(Event::general(Action::EmergenciesListed));
    Ok(own)
}
