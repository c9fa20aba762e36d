//! The rows of links to a new password.

use access::{AccessError, Lookup, Reading as _, Tx};
use chrono::{DateTime, Utc};
use entities::password_resets as table;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use shared::UserId;

pub(super) async fn insert(
    tx: &mut Tx,
    token_hash: [u8; 32],
    user_id: UserId,
    expires_at: DateTime<Utc>,
) -> Result<(), AccessError> {
    tx.insert_global(table::ActiveModel {
        token_hash: Set(token_hash.to_vec()),
        user_id: Set(user_id),
        expires_at: Set(expires_at),
    })
    .await
}

/// Whose link it is, if it still opens.
pub(super) async fn find_user(lookup: &Lookup, hash: [u8; 32]) -> Result<Option<UserId>, AccessError> {
    let now = lookup.database().clock().now();
    let open = table::Entity::find()
        .filter(table::Column::TokenHash.eq(hash.to_vec()))
        .filter(table::Column::ExpiresAt.gt(now));
    Ok(lookup.first(open).await?.map(|row| row.user_id))
}

/// Uses a link up; false when another request has just done so.
pub(super) async fn take(tx: &mut Tx, hash: [u8; 32]) -> Result<bool, AccessError> {
    let open = table::Entity::delete_many()
        .filter(table::Column::TokenHash.eq(hash.to_vec()))
        .filter(table::Column::ExpiresAt.gt(tx.now()));
    Ok(tx.delete_global(open).await? == 1)
}

pub(super) async fn remove_of(tx: &mut Tx, user_id: UserId) -> Result<(), AccessError> {
    let all = table::Entity::delete_many().filter(table::Column::UserId.eq(user_id));
    tx.delete_global(all).await.map(drop)
}

/// Removes links that open nothing any more.
///
/// # Errors
/// The database fails.
pub async fn remove_expired_resets(tx: &mut Tx) -> Result<(), AccessError> {
    let expired = table::Entity::delete_many().filter(table::Column::ExpiresAt.lte(tx.now()));
    tx.delete_global(expired).await.map(drop)
}
