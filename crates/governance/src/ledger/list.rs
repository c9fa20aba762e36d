//! A page of the ledger.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    governance::AiCallView,
    page::{Page, PageQuery},
};

use super::store;

/// A page of calls, newest first.
///
/// # Errors
/// The database fails.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReadGovernance>,
    query: &PageQuery,
) -> Result<Page<AiCallView>, AccessError> {
    tx.record(Event::general(Action::AiCallsListed));
    store::list(tx, query).await
}
