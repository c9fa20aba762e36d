//! A POST sent twice under one `Idempotency-Key` makes one thing.

use access::{Earlier, IdempotencyKey, IdempotencyMismatch, Tx};
use shared::errors::ErrorCode;
use uuid::Uuid;

use crate::Refusal;

/// What the key has made before, if there is a key and it has.
///
/// # Errors
/// `idempotency_mismatch` when the key was used for another request; the database fails.
pub async fn earlier<I: From<Uuid>>(tx: &mut Tx, key: Option<&IdempotencyKey>) -> Result<Option<I>, Refusal> {
    let Some(key) = key else { return Ok(None) };
    match tx.earlier(key).await? {
        Ok(earlier) => Ok(earlier.map(|Earlier(id)| id.into())),
        Err(IdempotencyMismatch) => Err(ErrorCode::IdempotencyMismatch.into()),
    }
}

/// Another request with the same key was faster.
pub fn too_late() -> Refusal {
    Refusal::new(ErrorCode::Conflict)
        .because("Another request with this Idempotency-Key was faster. Please send it again.")
}

/// Whether a key has made something, whatever the request was.
///
/// # Errors
/// The database fails.
pub async fn is_used(tx: &mut Tx, key: &IdempotencyKey) -> Result<bool, Refusal> {
    Ok(!matches!(tx.earlier(key).await?, Ok(None)))
}

/// Remembers what the key has made, if there is a key.
///
/// # Errors
/// `conflict` when another request with the same key was faster; the database fails.
pub async fn remember(
    tx: &mut Tx,
    key: Option<&IdempotencyKey>,
    made: impl Into<Uuid>,
) -> Result<(), Refusal> {
    match key {
        Some(key) => tx
            .remember(key, made)
            .await
            .map_err(|error| if error.is_taken() { too_late() } else { error.into() }),
        None => Ok(()),
    }
}
