//! Releasing a hold.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    LegalHoldId,
    errors::{Checks, FieldProblem},
    legal_holds::{LegalHoldView, ReleaseLegalHold},
};

use super::store;

/// Why the hold stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// The practice has no such hold.
    #[error("the practice has no such hold")]
    NotFound,
    /// There is no reason, or too long a one.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// It was released before.
    #[error("the hold is released")]
    Released,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Ends a hold. Its caller asks for a second factor shown a moment ago before it commits.
///
/// # Errors
/// [`ReleaseError`].
pub async fn release(
    tx: &mut Tx,
    _granted: Granted<perm::ManageRetention>,
    id: LegalHoldId,
    release: &ReleaseLegalHold,
) -> Result<LegalHoldView, ReleaseError> {
    let mut checks = Checks::new();
    checks.text("reason", release.reason.reveal(), 2_000);
    checks.done().map_err(ReleaseError::Invalid)?;
    let row = store::find(tx, id).await?.ok_or(ReleaseError::NotFound)?;
    if !store::release(tx, (id, row.client_id), &release.reason).await? {
        return Err(ReleaseError::Released);
    }
    tx.record(Event::of(Action::LegalHoldReleased, id).about(row.client_id));
    store::view(tx, id).await?.ok_or(ReleaseError::NotFound)
}
