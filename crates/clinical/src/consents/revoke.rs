//! Takes a consent back.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use chrono::{DateTime, Utc};
use shared::{ConsentId, consents::ConsentView};

use super::store;

/// Why a consent was not taken back.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// The practice has no such consent.
    #[error("the practice has no such consent")]
    NotFound,
    /// It was taken back before.
    #[error("the consent was revoked at {at}")]
    AlreadyRevoked {
        /// When.
        at: DateTime<Utc>,
    },
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Takes a consent back, from now on.
///
/// # Errors
/// [`RevokeError`].
pub async fn revoke(
    tx: &mut Tx,
    _granted: Granted<perm::WriteConsents>,
    id: ConsentId,
) -> Result<ConsentView, RevokeError> {
    let mut consent = store::find_and_hold(tx, id).await?.ok_or(RevokeError::NotFound)?;
    if let Some(at) = consent.revoked_at {
        return Err(RevokeError::AlreadyRevoked { at });
    }
    let now = tx.now();
    store::revoke(tx, id, now).await?;
    consent.revoked_at = Some(now);
    tx.record(Event::of(Action::ConsentRevoked, id).about(consent.client_id));
    Ok(consent)
}
