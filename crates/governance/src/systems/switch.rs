//! Switches a system on or off, notes the agreement with whoever runs it, and chooses it.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    AiSystemId,
    errors::{Checks, FieldProblem},
    governance::{AiSystemState, AiSystemView, EditAiSystem},
};

use super::store;

/// Why a system was not changed.
#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    /// The practice has no such system.
    #[error("the practice has no such system")]
    NotFound,
    /// The day of the agreement lies ahead, or `chosen` is not `true`.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// What goes in would leave this computer, and there is no agreement with whoever gets it.
    #[error("there is no agreement with whoever runs the system")]
    AgreementMissing,
    /// What is off is not chosen.
    #[error("the system is switched off")]
    Off,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Changes a system. Calls under way end; from the next call on the new state holds.
///
/// # Errors
/// [`SwitchError`].
pub async fn switch(
    tx: &mut Tx,
    _granted: Granted<perm::WriteGovernance>,
    id: AiSystemId,
    edit: &EditAiSystem,
) -> Result<AiSystemView, SwitchError> {
    let system = store::find(tx, id).await?.ok_or(SwitchError::NotFound)?;
    let mut checks = Checks::new();
    // A day further east than this server may have begun.
    let latest = tx.now().date_naive().succ_opt();
    if edit.agreement_on.is_some_and(|day| latest.is_some_and(|latest| day > latest)) {
        checks.refuse("agreement_on", "in_the_future", "An agreement is signed before a system is used.");
    }
    if edit.chosen == Some(false) {
        checks.refuse("chosen", "not_supported", "Choose another system in its place.");
    }
    checks.done().map_err(SwitchError::Invalid)?;
    let state = edit.state.unwrap_or(system.state);
    let agreement_on = edit.agreement_on.or(system.agreement_on);
    if state == AiSystemState::Live && !system.local && agreement_on.is_none() {
        return Err(SwitchError::AgreementMissing);
    }
    if (state, agreement_on) != (system.state, system.agreement_on) {
        store::update_state(tx, id, state, agreement_on).await?;
    }
    if edit.chosen == Some(true) {
        if state == AiSystemState::Off {
            return Err(SwitchError::Off);
        }
        store::choose(tx, &system).await?;
    }
    tx.record(Event::of(Action::AiSystemSwitched, id));
    store::find(tx, id).await?.ok_or(SwitchError::NotFound)
}
