//! Switches a system on or off, notes the agreement with whoever runs it, and chooses it.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use chrono::NaiveDate;
use shared::{
    AiSystemId,
    errors::{Checks, FieldProblem},
    governance::{AiSystemState, AiSystemView, EditAiSystem},
};

use super::{list::spent, store};

/// In a month, in millionths of a US dollar.
const MOST_BUDGET: u64 = 1_000_000_000_000;

/// Why a system was not changed.
#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    /// The practice has no such system.
    #[error("the practice has no such system")]
    NotFound,
    /// The day of the agreement lies ahead or after its end, the budget is no sum, or `chosen` is not `true`.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// What goes in would leave this computer, and there is no agreement with whoever gets it.
    #[error("there is no agreement with whoever runs the system")]
    AgreementMissing,
    /// What is off is not chosen; what is the practice's own is not either.
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
    let changed = changed(&system, edit, tx.now().date_naive()).map_err(SwitchError::Invalid)?;
    // One of the practice's own may be tried out with what is made up; a client's data needs the agreement at each call.
    let tried_out = changed.own.is_some();
    if changed.state == AiSystemState::Live && !changed.local && !tried_out && changed.agreement_on.is_none()
    {
        return Err(SwitchError::AgreementMissing);
    }
    if changed != system {
        store::update_terms(tx, &changed).await?;
    }
    if edit.chosen == Some(true) {
        if changed.state == AiSystemState::Off || changed.own.is_some() {
            return Err(SwitchError::Off);
        }
        store::choose(tx, &system).await?;
    }
    tx.record(Event::of(Action::AiSystemSwitched, id));
    let edited = store::find(tx, id).await?.ok_or(SwitchError::NotFound)?;
    spent(tx, vec![edited]).await?.pop().ok_or(SwitchError::NotFound)
}

/// The system as it shall be.
fn changed(
    system: &AiSystemView,
    edit: &EditAiSystem,
    today: NaiveDate,
) -> Result<AiSystemView, Vec<FieldProblem>> {
    let mut changed = system.clone();
    changed.state = edit.state.unwrap_or(system.state);
    changed.agreement_on = edit.agreement_on.or(system.agreement_on);
    changed.agreement_until = edit.agreement_until.unwrap_or(system.agreement_until);
    match edit.pinned {
        Some(true) => changed.pinned_version = Some(system.version.clone()),
        Some(false) => changed.pinned_version = None,
        None => {}
    }
    if let Some(budget) = edit.monthly_budget_micro_usd {
        changed.monthly_budget_micro_usd = budget;
    }
    let mut checks = Checks::new();
    // A day further east than this server may have begun.
    let latest = today.succ_opt();
    if edit.agreement_on.is_some_and(|day| latest.is_some_and(|latest| day > latest)) {
        checks.refuse("agreement_on", "in_the_future", "An agreement is signed before a system is used.");
    }
    match (changed.agreement_on, changed.agreement_until) {
        (None, Some(_)) => checks.refuse("agreement_until", "invalid", "Say first since when there is one."),
        (Some(from), Some(until)) if until < from => {
            checks.refuse("agreement_until", "invalid", "It ends before it was signed.");
        }
        _ => {}
    }
    if changed.monthly_budget_micro_usd.is_some_and(|budget| budget > MOST_BUDGET) {
        checks.refuse("monthly_budget_micro_usd", "too_large", "At most a million dollars.");
    }
    if edit.chosen == Some(false) {
        checks.refuse("chosen", "not_supported", "Choose another system in its place.");
    }
    checks.done()?;
    Ok(changed)
}
