//! One consent.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{ConsentId, consents::ConsentView};

use super::store;

/// Why a consent was not shown.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The practice has no such consent.
    #[error("the practice has no such consent")]
    NotFound,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// One consent, as it stands.
///
/// # Errors
/// [`LoadError`].
pub async fn load(
    tx: &mut Tx,
    _granted: Granted<perm::ReadConsents>,
    id: ConsentId,
) -> Result<ConsentView, LoadError> {
    let consent = store::find(tx, id).await?.ok_or(LoadError::NotFound)?;
    tx.record(Event::of(Action::ConsentsListed, id).about(consent.client_id));
    Ok(consent)
}
