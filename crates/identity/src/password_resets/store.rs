//! The rows of links to a new password.

use access::{AccessError, Database, Lookup, Reading as _, SealedColumn, Tx};
use chrono::{DateTime, TimeDelta, Utc};
use entities::{Sealed, password_reset_asks as asks, password_resets as table};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use shared::{Phi, UserId};
use uuid::Uuid;

const EMAIL: SealedColumn = SealedColumn { table: "password_reset_asks", column: "email" };
/// Whoever has kept a request has looked at it by then, unless they died.
const LEFT: TimeDelta = TimeDelta::minutes(1);
/// At most so many at a time; the next look takes the rest.
const MANY: u64 = 200;

/// A request for a link that nobody has looked at yet.
#[derive(Debug, Clone)]
pub struct Ask {
    id: Uuid,
    /// The address that was typed.
    pub email: Phi<String>,
}

/// Keeps a request, whether there is such an account or not: it outlives the process that took it.
///
/// # Errors
/// The database fails.
pub async fn keep_ask(tx: &mut Tx, email: &str) -> Result<Ask, AccessError> {
    let id: Uuid = tx.new_id();
    let sealed = Sealed(tx.database().server_key().seal(EMAIL, id, email.as_bytes()));
    let row = asks::ActiveModel { id: Set(id), email: Set(sealed), asked_at: Set(tx.now()) };
    tx.insert_global(row).await?;
    Ok(Ask { id, email: email.into() })
}

/// The requests that whoever took them has not looked at, and will not.
///
/// # Errors
/// The database fails, or an address does not open.
pub async fn list_left_asks(database: &Database) -> Result<Vec<Ask>, AccessError> {
    let left = asks::Column::AskedAt.lte(database.clock().now() - LEFT);
    let select = asks::Entity::find().filter(left).order_by_asc(asks::Column::Id).limit(MANY);
    let rows = database.lookup().all(select).await?;
    rows.into_iter()
        .map(|row| {
            let damaged = || AccessError::Damaged { table: EMAIL.table, column: EMAIL.column };
            let email = database
                .server_key()
                .open(EMAIL, row.id, &row.email.0)
                .map_err(|_does_not_open| damaged())?;
            let email = String::from_utf8(email.to_vec()).map_err(|_not_text| damaged())?;
            Ok(Ask { id: row.id, email: email.into() })
        })
        .collect()
}

/// Forgets a request that was looked at; `false` if another process has done so.
///
/// # Errors
/// The database fails.
pub async fn forget_ask(tx: &mut Tx, ask: &Ask) -> Result<bool, AccessError> {
    let own = asks::Entity::delete_many().filter(asks::Column::Id.eq(ask.id));
    Ok(tx.delete_global(own).await? == 1)
}

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
