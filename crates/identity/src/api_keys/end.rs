//! The keys there are, and ending one or its secret.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    ApiKeyId,
    api_keys::{ApiKeyView, NewApiKey},
    page::{Page, PageQuery},
};

use super::{secret, store};
use crate::Fresh;

/// Why a key was neither ended nor renewed.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    /// The practice has no such key, or it was revoked.
    #[error("the practice has no such key")]
    NotFound,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// A page of the keys that were not revoked, the newest first.
///
/// # Errors
/// The database or the keys fail.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::WriteApiKeys>,
    query: &PageQuery,
) -> Result<Page<ApiKeyView>, AccessError> {
    let page = store::list(tx, query).await?;
    tx.record(Event::general(Action::ApiKeysListed));
    Ok(page)
}

/// Ends a key, from its next call on.
///
/// # Errors
/// [`EndError`].
pub async fn revoke(
    tx: &mut Tx,
    _granted: Granted<perm::WriteApiKeys>,
    id: ApiKeyId,
) -> Result<(), EndError> {
    if !store::mark_revoked(tx, id).await? {
        return Err(EndError::NotFound);
    }
    tx.record(Event::of(Action::ApiKeyRevoked, id));
    Ok(())
}

/// Gives a key a new secret; the one before opens nothing from then on. When it ends stays as it is.
///
/// # Errors
/// [`EndError`].
pub async fn renew(
    tx: &mut Tx,
    _granted: Granted<perm::WriteApiKeys>,
    _fresh: Fresh,
    id: ApiKeyId,
) -> Result<NewApiKey, EndError> {
    let secret = secret::new(id);
    store::set_secret(tx, id, crypto::token_hash(&secret)).await?;
    let api_key = store::find_view(tx, id).await?.ok_or(EndError::NotFound)?;
    tx.record(Event::of(Action::ApiKeyRenewed, id));
    Ok(NewApiKey { secret: secret.as_str().into(), api_key })
}
