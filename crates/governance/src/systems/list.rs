//! The register of a practice.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::governance::AiSystemView;

use super::store;

/// Every system of the practice, in the order of their entry.
///
/// # Errors
/// The database fails.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReadGovernance>,
) -> Result<Vec<AiSystemView>, AccessError> {
    tx.record(Event::general(Action::AiSystemsListed));
    store::list(tx).await
}
