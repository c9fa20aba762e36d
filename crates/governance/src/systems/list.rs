//! The register of a practice.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::governance::AiSystemView;

use super::store;
use crate::{ledger, situation::Situation};

/// Every system of the practice, in the order of their entry.
///
/// # Errors
/// The database fails.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReadGovernance>,
) -> Result<Vec<AiSystemView>, AccessError> {
    tx.record(Event::general(Action::AiSystemsListed));
    let all = store::list(tx).await?;
    spent(tx, all).await
}

/// With what they have cost this month.
pub(crate) async fn spent(tx: &Tx, mut systems: Vec<AiSystemView>) -> Result<Vec<AiSystemView>, AccessError> {
    let since = Situation::of(tx).await?.month_began;
    let costs = ledger::store::costs_since(tx, since, None).await?;
    for system in &mut systems {
        system.spent_micro_usd = costs.get(&system.id).copied().unwrap_or_default();
    }
    Ok(systems)
}
