//! The rows of counted failures.

use access::{AccessError, Reading, Tx};
use chrono::{DateTime, Utc};
use entities::sign_in_throttles::{ActiveModel, Column, Entity};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use super::Attempt;

/// Seconds until the last of the delays that hold up a guess has passed.
pub(super) async fn blocked_until(tx: &impl Reading, attempt: &Attempt) -> Result<Option<i64>, AccessError> {
    let now = tx.database().clock().now();
    let keys = attempt.counters().iter().map(|counter| counter.key.clone());
    let select = Entity::find()
        .filter(Column::Counter.is_in(keys))
        .filter(Column::BlockedUntil.gt(now))
        .order_by_desc(Column::BlockedUntil)
        .limit(1);
    Ok(tx.first(select).await?.map(|row| (row.blocked_until - now).num_seconds()))
}

/// Adds one to a count and keeps its row from others until the transaction ends: the failures with this
/// one, when the last one before was, and until when they block.
pub(super) async fn add_failure(
    tx: &mut Tx,
    key: &[u8],
    now: DateTime<Utc>,
) -> Result<(i32, DateTime<Utc>, DateTime<Utc>), AccessError> {
    tx.insert_global_if_absent(ActiveModel {
        counter: Set(key.to_vec()),
        failures: Set(0),
        blocked_until: Set(DateTime::UNIX_EPOCH),
        last_failure_at: Set(now),
    })
    .await?;
    let add = Entity::update_many()
        .filter(Column::Counter.eq(key.to_vec()))
        .col_expr(Column::Failures, Expr::col(Column::Failures).add(1));
    tx.update_global(add).await?;
    let row = tx.first(Entity::find().filter(Column::Counter.eq(key.to_vec()))).await?;
    Ok(row.map_or((1, now, now), |row| (row.failures, row.last_failure_at, row.blocked_until)))
}

/// Writes down the result of a failure.
pub(super) async fn block(
    tx: &mut Tx,
    key: &[u8],
    failures: i32,
    blocked_until: DateTime<Utc>,
) -> Result<(), AccessError> {
    let update = Entity::update_many().filter(Column::Counter.eq(key.to_vec())).set(ActiveModel {
        failures: Set(failures),
        blocked_until: Set(blocked_until),
        last_failure_at: Set(tx.now()),
        ..Default::default()
    });
    tx.update_global(update).await?;
    Ok(())
}

/// Begins a count anew.
pub(super) async fn forget(tx: &mut Tx, key: &[u8]) -> Result<(), AccessError> {
    tx.delete_global(Entity::delete_many().filter(Column::Counter.eq(key.to_vec()))).await?;
    Ok(())
}

pub(super) async fn remove_older(tx: &mut Tx, than: DateTime<Utc>) -> Result<(), AccessError> {
    tx.delete_global(Entity::delete_many().filter(Column::LastFailureAt.lt(than))).await?;
    Ok(())
}
