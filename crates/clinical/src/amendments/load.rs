//! One request.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{AmendmentId, amendments::AmendmentView};

use super::store;

/// Why a request was not shown.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The practice has no such request.
    #[error("the practice has no such request")]
    NotFound,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// One request.
///
/// # Errors
/// [`LoadError`].
pub async fn load(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    id: AmendmentId,
) -> Result<AmendmentView, LoadError> {
    let request = store::view(tx, id).await?.ok_or(LoadError::NotFound)?;
    tx.record(Event::of(Action::AmendmentsRead, id).about(request.client_id));
    Ok(request)
}
