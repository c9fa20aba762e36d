//! The rows of deletions, and the accounts that go with a practice.

use access::{AccessError, Lookup, Reading as _, Tx};
use audit::Action;
use chrono::{DateTime, TimeDelta, Utc};
use entities::{audit_events, deletions as table, legal_holds, memberships, users};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use shared::{
    DeletionId, UserId,
    deletions::{DeletionState, DeletionView, EXPORT_DAYS},
};

use super::{Certificates, Tombstone};

pub type Row = table::Model;

pub async fn insert(tx: &mut Tx, id: DeletionId, waits: TimeDelta) -> Result<Row, AccessError> {
    let row = Row {
        id,
        practice_id: tx.practice_id(),
        requested_by: tx.actor().user_id(),
        requested_at: tx.now(),
        due_at: tx.now() + waits,
        withdrawn_at: None,
        begun_at: None,
        removed: None,
        finished_at: None,
        certificate: None,
    };
    tx.insert::<table::Entity>(row.clone()).await?;
    Ok(row)
}

/// One that begins at once, in the place of one whose row was lost.
pub async fn insert_due(tx: &mut Tx, id: DeletionId, tombstone: &Tombstone) -> Result<(), AccessError> {
    let row = Row {
        id,
        practice_id: tx.practice_id(),
        requested_by: tombstone.requested_by,
        requested_at: tombstone.requested_at,
        due_at: tx.now(),
        withdrawn_at: None,
        begun_at: None,
        removed: None,
        finished_at: None,
        certificate: None,
    };
    tx.insert::<table::Entity>(row).await
}

/// The one that waits or is under way.
pub async fn find_open(tx: &Tx) -> Result<Option<Row>, AccessError> {
    let open = tx
        .find::<table::Entity>()
        .filter(table::Column::WithdrawnAt.is_null())
        .filter(table::Column::FinishedAt.is_null());
    tx.one(open).await
}

/// The one that waits.
pub async fn find_waiting(tx: &Tx) -> Result<Option<Row>, AccessError> {
    Ok(find_open(tx).await?.filter(|row| row.begun_at.is_none()))
}

pub async fn find_anywhere(lookup: &Lookup, id: DeletionId) -> Result<Option<Row>, AccessError> {
    lookup.first(lookup.find_across_practices::<table::Entity>().filter(table::Column::Id.eq(id))).await
}

/// Those that are to begin or to go on, of every practice.
pub async fn list_due(lookup: &Lookup, now: DateTime<Utc>) -> Result<Vec<Row>, AccessError> {
    let due = lookup
        .find_across_practices::<table::Entity>()
        .filter(table::Column::WithdrawnAt.is_null())
        .filter(table::Column::FinishedAt.is_null())
        .filter(table::Column::DueAt.lte(now))
        .order_by_asc(table::Column::Id);
    lookup.all(due).await
}

pub async fn withdraw(tx: &mut Tx, id: DeletionId) -> Result<bool, AccessError> {
    write(tx, id, table::ActiveModel { withdrawn_at: Set(Some(tx.now())), ..Default::default() }).await
}

/// Notes what was there to be removed; `false` if it has begun, or was withdrawn, in the meantime.
pub async fn note_begin(tx: &mut Tx, id: DeletionId, removed: String) -> Result<bool, AccessError> {
    let row = table::ActiveModel {
        begun_at: Set(Some(tx.now())),
        removed: Set(Some(removed)),
        ..Default::default()
    };
    write(tx, id, row).await
}

/// A change of one that has not begun.
async fn write(tx: &mut Tx, id: DeletionId, row: table::ActiveModel) -> Result<bool, AccessError> {
    let update = tx
        .update::<table::Entity>()
        .filter(table::Column::Id.eq(id))
        .filter(table::Column::WithdrawnAt.is_null())
        .filter(table::Column::BegunAt.is_null())
        .set(row);
    Ok(tx.execute_update(update).await? == 1)
}

/// Keeps the proof; `false` if another process was faster.
pub async fn note_end(tx: &mut Tx, id: DeletionId, certificate: String) -> Result<bool, AccessError> {
    let row = table::ActiveModel {
        finished_at: Set(Some(tx.now())),
        certificate: Set(Some(certificate)),
        ..Default::default()
    };
    let update = tx
        .update::<table::Entity>()
        .filter(table::Column::Id.eq(id))
        .filter(table::Column::FinishedAt.is_null())
        .set(row);
    Ok(tx.execute_update(update).await? == 1)
}

/// When an archive of everything was last made, if that still counts.
pub async fn find_last_export(tx: &Tx) -> Result<Option<DateTime<Utc>>, AccessError> {
    let made = tx
        .find::<audit_events::Entity>()
        .filter(audit_events::Column::Action.eq(Action::PracticeExported.as_str()))
        .filter(audit_events::Column::Outcome.eq("done"))
        .filter(audit_events::Column::At.gt(tx.now() - TimeDelta::days(EXPORT_DAYS)))
        .order_by_desc(audit_events::Column::Id);
    Ok(tx.one(made).await?.map(|row| row.at))
}

/// Whether a client is on legal hold.
pub async fn is_on_hold(tx: &Tx) -> Result<bool, AccessError> {
    let held = tx.find::<legal_holds::Entity>().filter(legal_holds::Column::ReleasedAt.is_null());
    Ok(tx.one(held).await?.is_some())
}

/// How many events the trail holds, which stays.
pub async fn count_events(tx: &Tx) -> Result<u64, AccessError> {
    tx.count(tx.find::<audit_events::Entity>()).await
}

/// Removes the accounts of people who are in this practice and in no other, and says how many.
pub async fn remove_accounts(tx: &mut Tx) -> Result<u64, AccessError> {
    let here = tx.all(tx.find::<memberships::Entity>()).await?;
    let here: Vec<UserId> = here.into_iter().map(|row| row.user_id).collect();
    // Whoever is let into another practice right now refers to their account, and waits here until it is known
    // whether there still is one.
    let touch = users::Entity::update_many()
        .filter(users::Column::Id.is_in(here.iter().copied()))
        .col_expr(users::Column::CreatedAt, Expr::col(users::Column::CreatedAt));
    tx.update_global(touch).await?;
    let lookup = tx.database().lookup();
    let elsewhere = lookup
        .find_across_practices::<memberships::Entity>()
        .filter(memberships::Column::UserId.is_in(here.iter().copied()))
        .filter(memberships::Column::PracticeId.ne(tx.practice_id()));
    let elsewhere: Vec<UserId> = lookup.all(elsewhere).await?.into_iter().map(|row| row.user_id).collect();
    let alone = here.into_iter().filter(|id| !elsewhere.contains(id));
    tx.delete_global(users::Entity::delete_many().filter(users::Column::Id.is_in(alone))).await
}

pub fn view(row: Row, certificates: &Certificates) -> DeletionView {
    DeletionView {
        id: row.id,
        state: DeletionState::of(row.withdrawn_at, row.begun_at, row.finished_at),
        requested_at: row.requested_at,
        due_at: row.due_at,
        finished_at: row.finished_at,
        certificate: row.certificate,
        public_key: certificates.public_key(),
    }
}
