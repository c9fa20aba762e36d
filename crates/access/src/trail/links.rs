//! Reading and keeping links.

use audit::Link;
use chrono::{DateTime, Utc};
use entities::audit_links::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, TryInsertResult,
};
use shared::PracticeId;

use crate::{AccessError, connection::Transaction};

fn of(practice_id: PracticeId) -> sea_orm::Select<Entity> {
    Entity::find().filter(Column::PracticeId.eq(practice_id))
}

fn link(row: Model) -> Link {
    let Model { number, made_at, total, entries, previous, mac, practice_id: _ } = row;
    Link { number, made_at, total, entries, previous, mac }
}

/// The links after a number, in order.
pub(super) async fn after(
    transaction: &Transaction,
    practice_id: PracticeId,
    number: i64,
    most: u64,
) -> Result<Vec<Link>, AccessError> {
    let select = of(practice_id).filter(Column::Number.gt(number)).order_by_asc(Column::Number).limit(most);
    Ok(select.all(transaction).await?.into_iter().map(link).collect())
}

/// The links before a number, newest first; before none, the newest.
pub(super) async fn before(
    transaction: &Transaction,
    practice_id: PracticeId,
    number: Option<i64>,
    most: u64,
) -> Result<Vec<Link>, AccessError> {
    let mut select = of(practice_id).order_by_desc(Column::Number).limit(most);
    if let Some(number) = number {
        select = select.filter(Column::Number.lt(number));
    }
    Ok(select.all(transaction).await?.into_iter().map(link).collect())
}

/// The number of the last link that may go, because it and all before it were made before then; never the newest link of
/// all, from which the chain goes on.
pub(super) async fn last_outlived(
    transaction: &Transaction,
    practice_id: PracticeId,
    then: DateTime<Utc>,
) -> Result<Option<i64>, AccessError> {
    let number = || of(practice_id).select_only().column(Column::Number).limit(1);
    let kept = number().filter(Column::MadeAt.gte(then)).order_by_asc(Column::Number);
    let mut kept: Option<i64> = kept.into_tuple().one(transaction).await?;
    if kept.is_none() {
        kept = number().order_by_desc(Column::Number).into_tuple().one(transaction).await?;
    }
    let Some(kept) = kept else { return Ok(None) };
    let last = number().filter(Column::Number.lt(kept)).order_by_desc(Column::Number);
    Ok(last.into_tuple().one(transaction).await?)
}

/// The number of the newest link that was made before then.
pub(super) async fn newest_before(
    transaction: &Transaction,
    practice_id: PracticeId,
    then: DateTime<Utc>,
) -> Result<Option<i64>, AccessError> {
    let select = of(practice_id)
        .filter(Column::MadeAt.lt(then))
        .select_only()
        .column(Column::Number)
        .order_by_desc(Column::Number)
        .limit(1);
    Ok(select.into_tuple().one(transaction).await?)
}

/// Keeps a link, unless there is one with its number, or one is missing before it. Whether it was kept.
pub(super) async fn keep(
    transaction: &Transaction,
    practice_id: PracticeId,
    link: &Link,
) -> Result<bool, AccessError> {
    let select = of(practice_id).select_only().column_as(Column::Number.max(), "newest");
    let newest: Option<Option<i64>> = select.into_tuple().one(transaction).await?;
    if newest.flatten().unwrap_or(0) + 1 != link.number {
        return Ok(false);
    }
    let Link { number, made_at, total, entries, previous, mac } = link.clone();
    let row = ActiveModel {
        practice_id: Set(practice_id),
        number: Set(number),
        made_at: Set(made_at),
        total: Set(total),
        entries: Set(entries),
        previous: Set(previous),
        mac: Set(mac),
    };
    // Another process may be keeping one at this moment: whoever is second waits here, and is told.
    let kept = Entity::insert(row).on_conflict_do_nothing().exec_without_returning(transaction).await?;
    Ok(matches!(kept, TryInsertResult::Inserted(1)))
}
