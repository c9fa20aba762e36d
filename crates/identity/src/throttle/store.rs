//! The rows of counted failures.

use access::{AccessError, Lookup, Reading as _, Tx};
use chrono::{DateTime, Utc};
use entities::sign_in_throttles::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, Select,
    sea_query::{Expr, ExprTrait},
};

use super::Attempt;

/// What is counted of a guess.
pub(super) struct Counted(Vec<Model>);

impl Counted {
    /// Seconds until the last of the delays that hold it up has passed.
    pub(super) fn blocked_for(&self, now: DateTime<Utc>) -> Option<i64> {
        let last = self.0.iter().map(|row| row.blocked_until).max();
        last.filter(|last| *last > now).map(|last| (last - now).num_seconds())
    }

    pub(super) fn has(&self, key: &[u8]) -> bool {
        self.0.iter().any(|row| row.counter == key)
    }
}

fn counts_of(attempt: &Attempt) -> Select<Entity> {
    Entity::find().filter(Column::Counter.is_in(attempt.counters().iter().map(|counter| counter.key.clone())))
}

pub(super) async fn counted_before(lookup: &Lookup, attempt: &Attempt) -> Result<Counted, AccessError> {
    Ok(Counted(lookup.all(counts_of(attempt)).await?))
}

pub(super) async fn counted(tx: &Tx, attempt: &Attempt) -> Result<Counted, AccessError> {
    Ok(Counted(tx.all(counts_of(attempt)).await?))
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
