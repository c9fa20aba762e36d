//! Thirty days more, once.

use access::{AccessError, Tx};
use audit::{Action, Event};
use shared::{
    errors::{Checks, FieldProblem},
    requests::{EXTENSION_DAYS, ExtendRequest},
};
use uuid::Uuid;

use super::store::{self, Clocked};
use crate::deadlines;

/// Why there is no more time.
#[derive(Debug, thiserror::Error)]
pub enum ExtendError {
    /// The practice has no such request.
    #[error("the practice has no such request")]
    NotFound,
    /// The reason cannot be kept, or the person was told too late.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// It was answered or withdrawn.
    #[error("the request is settled")]
    Settled,
    /// It was extended before.
    #[error("the request was extended before")]
    Extended,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Extends the time to answer, if the person was told why before it was over (164.524(b)(2)(ii), 164.526(b)(2)(ii)).
///
/// # Errors
/// [`ExtendError`].
pub async fn extend<E: Clocked>(
    tx: &mut Tx,
    id: Uuid,
    extension: &ExtendRequest,
    action: Action,
) -> Result<(), ExtendError> {
    let clock = store::find_and_hold::<E>(tx, id).await?.ok_or(ExtendError::NotFound)?;
    let mut checks = Checks::new();
    checks.text("reason", extension.reason.reveal(), 2_000);
    deadlines::check_past(&mut checks, "told_on", extension.told_on, tx.now().date_naive());
    if !clock.is_waiting() {
        return Err(ExtendError::Settled);
    }
    if clock.extension_told_on.is_some() {
        return Err(ExtendError::Extended);
    }
    if extension.told_on > clock.due_on || extension.told_on < clock.received_on {
        checks.refuse("told_on", "not_in_time", "They have to be told before the first time is over.");
    }
    checks.done().map_err(ExtendError::Invalid)?;
    store::extend::<E>(tx, &clock, extension, deadlines::later(clock.due_on, EXTENSION_DAYS)).await?;
    tx.record(Event::of(action, id).about(clock.client_id));
    Ok(())
}
