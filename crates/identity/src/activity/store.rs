//! The rows of the weekly review.

use std::collections::HashSet;

use access::{AccessError, SealedColumn, Tx};
use chrono::NaiveDate;
use entities::{activity_findings as table, activity_weeks as weeks};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use shared::{
    ActivityFindingId, ClientId, UserId,
    activity::{ActivityFindingView, DecideFinding, FindingDecision, FindingKind},
    page::{Page, PageQuery},
};

use super::look::Found;
use crate::people::store::accounts;

const CLIENT: SealedColumn = SealedColumn { table: "activity_findings", column: "client" };
const NOTE: SealedColumn = SealedColumn { table: "activity_findings", column: "note" };

pub type Row = table::Model;

pub async fn last_week(tx: &Tx) -> Result<Option<NaiveDate>, AccessError> {
    let last = tx.find::<weeks::Entity>().order_by_desc(weeks::Column::Week);
    Ok(tx.one(last).await?.map(|row| row.week))
}

/// Says that a week was looked at; `false` if somebody has said so before.
pub async fn note_week(tx: &mut Tx, week: NaiveDate) -> Result<bool, AccessError> {
    let row = weeks::ActiveModel { week: Set(week), looked_at: Set(tx.now()), ..Default::default() };
    tx.insert_if_absent::<weeks::Entity>(row).await
}

pub async fn insert(tx: &mut Tx, week: NaiveDate, found: &Found) -> Result<(), AccessError> {
    let id: ActivityFindingId = tx.new_id();
    let row = table::ActiveModel {
        id: Set(id),
        practice_id: Set(tx.practice_id()),
        week: Set(week),
        kind: Set(found.kind),
        user_id: Set(found.user_id),
        client: Set(found.client_id.map(|client| tx.seal(CLIENT, id, &client.to_string()))),
        times: Set(found.times),
        first_at: Set(found.first_at),
        last_at: Set(found.last_at),
        decision: Set(None),
        note: Set(None),
        decided_by: Set(None),
        decided_at: Set(None),
    };
    tx.insert::<table::Entity>(row).await
}

/// Who was found to have a client's family name, with that client, and it was fine.
pub async fn list_fine_surnames(tx: &Tx) -> Result<HashSet<(UserId, ClientId)>, AccessError> {
    let select = tx
        .find::<table::Entity>()
        .filter(table::Column::Kind.eq(FindingKind::SameSurname))
        .filter(table::Column::Decision.eq(FindingDecision::Fine));
    let mut fine = HashSet::new();
    for row in tx.all(select).await? {
        fine.extend(client_of(tx, &row)?.map(|client| (row.user_id, client)));
    }
    Ok(fine)
}

/// One of them, which nobody else changes until the transaction ends.
pub async fn find(tx: &Tx, id: ActivityFindingId) -> Result<Option<Row>, AccessError> {
    tx.one(tx.find::<table::Entity>().filter(table::Column::Id.eq(id)).lock_exclusive()).await
}

pub async fn decide(tx: &mut Tx, id: ActivityFindingId, decision: &DecideFinding) -> Result<(), AccessError> {
    let note = decision.note.as_ref().map(|note| tx.seal(NOTE, id, note.reveal().trim()));
    let row = table::ActiveModel {
        decision: Set(Some(decision.decision)),
        note: Set(note),
        decided_by: Set(Some(tx.actor().user_id())),
        decided_at: Set(Some(tx.now())),
        ..Default::default()
    };
    let update = tx.update::<table::Entity>().filter(table::Column::Id.eq(id)).set(row);
    tx.execute_update(update).await.map(drop)
}

pub async fn list(tx: &Tx, query: &PageQuery) -> Result<Page<ActivityFindingView>, AccessError> {
    let mut select = tx.find::<table::Entity>().order_by_desc(table::Column::Id).limit(query.rows() + 1);
    if let Some(last) = query.cursor.as_deref().and_then(|cursor| cursor.parse::<ActivityFindingId>().ok()) {
        select = select.filter(table::Column::Id.lt(last));
    }
    let page = Page::from_overfull(tx.all(select).await?, query.rows(), |row| row.id.to_string());
    let people = accounts(tx, page.items.iter().map(|row| row.user_id)).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for row in page.items {
        let client_id = client_of(tx, &row)?;
        let note = row.note.as_ref().map(|note| tx.open(NOTE, row.id, note)).transpose()?;
        items.push(ActivityFindingView {
            id: row.id,
            week: row.week,
            kind: row.kind,
            user_id: row.user_id,
            user_name: people.get(&row.user_id).map(|it| it.name.clone()).unwrap_or_default(),
            client_id,
            times: row.times,
            first_at: row.first_at,
            last_at: row.last_at,
            decision: row.decision,
            note: note.map(Into::into),
            decided_by: row.decided_by,
            decided_at: row.decided_at,
        });
    }
    Ok(Page { items, next_cursor: page.next_cursor })
}

fn client_of(tx: &Tx, row: &Row) -> Result<Option<ClientId>, AccessError> {
    let opened = row.client.as_ref().map(|client| tx.open(CLIENT, row.id, client)).transpose()?;
    Ok(opened.and_then(|id| id.parse().ok()))
}
