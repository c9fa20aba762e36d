//! Which key a secret is of.

use access::{Actor, Lookup, Reading as _, Request};
use subtle::ConstantTimeEq as _;

use super::{secret, store};
use crate::ResolveError;

/// The key that shows this secret, asked of the database every time: so its end holds at once, everywhere.
///
/// # Errors
/// [`ResolveError`].
pub async fn resolve(lookup: &Lookup, shown: &str, request: &Request) -> Result<Actor, ResolveError> {
    let id = secret::id_of(shown).ok_or(ResolveError::NotSignedIn)?;
    let row = store::find_anywhere(lookup, id).await?.ok_or(ResolveError::NotSignedIn)?;
    let right = crypto::token_hash(shown).as_slice().ct_eq(&row.secret_hash);
    if !bool::from(right) || row.revoked_at.is_some() {
        return Err(ResolveError::NotSignedIn);
    }
    if row.expires_at <= lookup.database().clock().now() {
        return Err(ResolveError::Expired);
    }
    let permissions = store::permissions_of(&row);
    Ok(Actor::api_key(id, permissions, row.practice_id, request))
}
