//! What is asked for, and what the practice has decided.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::retention::RetentionView;

use super::{law, store};

/// What is asked for in a jurisdiction, the rule in force and the one that waits.
///
/// # Errors
/// The database fails.
pub async fn load(
    tx: &mut Tx,
    _granted: Granted<perm::ManageRetention>,
    jurisdiction: &str,
) -> Result<RetentionView, AccessError> {
    tx.record(Event::of(Action::RetentionRulesRead, tx.practice_id()));
    view(tx, jurisdiction).await
}

pub(super) async fn view(tx: &Tx, jurisdiction: &str) -> Result<RetentionView, AccessError> {
    let minimums = law::minimums(jurisdiction, tx.now().date_naive());
    Ok(RetentionView {
        suggested: law::suggested(&minimums),
        looked_at: law::looked_at(),
        in_force: store::find_in_force(tx).await?.map(store::view),
        waiting: store::find_waiting(tx).await?.map(store::view),
        minimums,
    })
}
