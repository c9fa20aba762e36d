//! Reading and keeping cuts.

use audit::{Cut, TrailKey};
use entities::audit_cuts::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, TryInsertResult,
};
use shared::PracticeId;

use crate::{AccessError, connection::Transaction};

/// All cuts of a trail, the oldest first: one a month at most.
pub(super) async fn all(transaction: &Transaction, practice_id: PracticeId) -> Result<Vec<Cut>, AccessError> {
    let own = Entity::find().filter(Column::PracticeId.eq(practice_id)).order_by_asc(Column::Number);
    Ok(own.all(transaction).await?.into_iter().map(cut).collect())
}

/// The newest cut that the server has made.
pub(super) async fn newest(
    transaction: &Transaction,
    practice_id: PracticeId,
    key: &TrailKey,
) -> Result<Option<Cut>, AccessError> {
    Ok(all(transaction, practice_id).await?.into_iter().rfind(|cut| cut.is_true(key)))
}

/// Keeps a cut, unless another process has kept one up to the same link. Whether it was kept.
pub(super) async fn keep(
    transaction: &Transaction,
    practice_id: PracticeId,
    cut: Cut,
) -> Result<bool, AccessError> {
    let Cut { id, at, kept_from, number, link, last_event, events, total, mac } = cut;
    // SQLite would not say that it is there already, but refuse to put another in its place.
    if Entity::find_by_id((practice_id, number)).one(transaction).await?.is_some() {
        return Ok(false);
    }
    let row = ActiveModel {
        practice_id: Set(practice_id),
        number: Set(number),
        id: Set(id),
        at: Set(at),
        kept_from: Set(kept_from),
        link: Set(link),
        last_event: Set(last_event),
        events: Set(events),
        total: Set(total),
        mac: Set(mac),
    };
    let kept = Entity::insert(row).on_conflict_do_nothing().exec_without_returning(transaction).await?;
    Ok(matches!(kept, TryInsertResult::Inserted(1)))
}

fn cut(row: Model) -> Cut {
    let Model { practice_id: _, number, id, at, kept_from, link, last_event, events, total, mac } = row;
    Cut { id, at, kept_from, number, link, last_event, events, total, mac }
}
