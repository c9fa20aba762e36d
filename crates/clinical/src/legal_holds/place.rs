//! Placing a hold.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    ClientId, LegalHoldId,
    errors::{Checks, FieldProblem},
    legal_holds::{LegalHoldView, NewLegalHold},
};

use super::store;
use crate::client_deletions;

/// Why nothing is held.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The practice has no such client.
    #[error("the practice has no such client")]
    NotFound,
    /// There is no reason, or too long a one.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Places a hold on a client's chart. Its caller asks for a second factor shown a moment ago before it commits.
///
/// # Errors
/// [`PlaceError`].
pub async fn place(
    tx: &mut Tx,
    _granted: Granted<perm::ManageRetention>,
    client_id: ClientId,
    new: &NewLegalHold,
) -> Result<LegalHoldView, PlaceError> {
    let mut checks = Checks::new();
    checks.text("reason", new.reason.reveal(), 2_000);
    checks.done().map_err(PlaceError::Invalid)?;
    // Whoever ends the practice or removes something of this client at this moment ends first, or waits.
    tx.keep_practice().await?;
    if store::lock(tx, &[client_id]).await? == 0 {
        return Err(PlaceError::NotFound);
    }
    let id: LegalHoldId = tx.new_id();
    store::insert(tx, id, client_id, new).await?;
    client_deletions::stop(tx, client_id).await?;
    tx.record(Event::of(Action::LegalHoldPlaced, id).about(client_id));
    store::view(tx, id).await?.ok_or(PlaceError::NotFound)
}
