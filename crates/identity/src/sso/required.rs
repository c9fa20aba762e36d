//! Practices that are opened by their provider alone.

use access::{AccessError, Tx};
use shared::{UserId, permissions::Role};

use super::store;
use crate::people;

/// Whether somebody has to come by the practice's provider. Owners never have to: theirs is the way
/// back in when the provider is gone, and like every owner they show a second factor.
///
/// # Errors
/// The database fails.
pub async fn require_provider(tx: &Tx, user_id: UserId) -> Result<bool, AccessError> {
    if !store::is_sso_only(tx).await? {
        return Ok(false);
    }
    let member = people::store::find(tx, user_id).await?;
    Ok(member.is_none_or(|member| member.role != Role::Owner))
}
