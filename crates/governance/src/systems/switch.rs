//! Switches a system on or off.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    AiSystemId,
    governance::{AiSystemState, AiSystemView},
};

use super::store;

/// Why a system was not switched.
#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    /// The practice has no such system.
    #[error("the practice has no such system")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Switches a system. Calls under way end; from the next call on the new state holds.
///
/// # Errors
/// [`SwitchError`].
pub async fn switch(
    tx: &mut Tx,
    _granted: Granted<perm::WriteGovernance>,
    id: AiSystemId,
    state: AiSystemState,
) -> Result<AiSystemView, SwitchError> {
    store::update_state(tx, id, state).await?;
    let system = store::find(tx, id).await?.ok_or(SwitchError::NotFound)?;
    tx.record(Event::of(Action::AiSystemSwitched, id));
    Ok(system)
}
