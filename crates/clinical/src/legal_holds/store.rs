//! The rows of legal holds.

use access::{AccessError, Fields, Tx};
use chrono::{DateTime, Utc};
use entities::{clients as charts, encounter_clients, legal_holds as table};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Query, SelectStatement},
};
use shared::{
    ClientId, LegalHoldId, Phi,
    legal_holds::{LegalHoldFilter, LegalHoldView, NewLegalHold, Release},
    page::{Page, PageQuery},
};

use crate::clients;

const TABLE: &str = "legal_holds";

type Row = table::Model;

pub async fn insert(
    tx: &mut Tx,
    id: LegalHoldId,
    client_id: ClientId,
    new: &NewLegalHold,
) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.client_key(client_id).await?, TABLE, id);
    let row = table::ActiveModel {
        id: Set(id),
        practice_id: Set(tx.practice_id()),
        client_id: Set(client_id),
        reason: Set(fields.seal("reason", &new.reason)),
        placed_by: Set(tx.actor().user_id()),
        placed_at: Set(tx.now()),
        release_reason: Set(None),
        released_by: Set(None),
        released_at: Set(None),
    };
    tx.insert::<table::Entity>(row).await
}

/// Ends a hold that is in force; says whether it was.
pub async fn release(
    tx: &mut Tx,
    (id, client_id): (LegalHoldId, ClientId),
    reason: &Phi<String>,
) -> Result<bool, AccessError> {
    let fields = Fields::of(&tx.client_key(client_id).await?, TABLE, id);
    let row = table::ActiveModel {
        release_reason: Set(Some(fields.seal("release_reason", reason))),
        released_by: Set(Some(tx.actor().user_id())),
        released_at: Set(Some(tx.now())),
        ..Default::default()
    };
    let update = tx
        .update::<table::Entity>()
        .filter(table::Column::Id.eq(id))
        .filter(table::Column::ReleasedAt.is_null())
        .set(row);
    Ok(tx.execute_update(update).await? == 1)
}

/// Locks these clients, in one order, so that nobody waits for somebody who waits for them; how many there are. SQLite needs
/// no lock of a row: its transactions write one at a time.
pub async fn lock(tx: &Tx, clients: &[ClientId]) -> Result<usize, AccessError> {
    let select = tx
        .find::<charts::Entity>()
        .filter(charts::Column::Id.is_in(clients.iter().copied()))
        .order_by_asc(charts::Column::Id)
        .lock_exclusive();
    Ok(tx.all(select).await?.len())
}

/// Since when one of these clients is on hold.
pub async fn held_since(tx: &Tx, clients: &[ClientId]) -> Result<Option<DateTime<Utc>>, AccessError> {
    let select = tx
        .find::<table::Entity>()
        .filter(table::Column::ClientId.is_in(clients.iter().copied()))
        .filter(table::Column::ReleasedAt.is_null())
        .order_by_asc(table::Column::PlacedAt)
        .limit(1);
    Ok(tx.one(select).await?.map(|row| row.placed_at))
}

/// The sessions with somebody who is on legal hold.
pub fn held_sessions(tx: &Tx) -> SelectStatement {
    let held = Query::select()
        .column(table::Column::ClientId)
        .from(table::Entity)
        .and_where(table::Column::PracticeId.eq(tx.practice_id()))
        .and_where(table::Column::ReleasedAt.is_null())
        .to_owned();
    Query::select()
        .column(encounter_clients::Column::EncounterId)
        .from(encounter_clients::Entity)
        .and_where(encounter_clients::Column::PracticeId.eq(tx.practice_id()))
        .and_where(encounter_clients::Column::ClientId.in_subquery(held))
        .to_owned()
}

pub async fn find(tx: &Tx, id: LegalHoldId) -> Result<Option<Row>, AccessError> {
    tx.one(tx.find::<table::Entity>().filter(table::Column::Id.eq(id))).await
}

pub async fn list(
    tx: &Tx,
    filter: &LegalHoldFilter,
    query: &PageQuery,
) -> Result<Page<LegalHoldView>, AccessError> {
    let mut select = tx.find::<table::Entity>().order_by_desc(table::Column::Id).limit(query.rows() + 1);
    if let Some(client_id) = filter.client_id {
        select = select.filter(table::Column::ClientId.eq(client_id));
    }
    if filter.in_force {
        select = select.filter(table::Column::ReleasedAt.is_null());
    }
    if let Some(last) = query.cursor.as_deref().and_then(|cursor| cursor.parse::<LegalHoldId>().ok()) {
        select = select.filter(table::Column::Id.lt(last));
    }
    let page = Page::from_overfull(tx.all(select).await?, query.rows(), |row| row.id.to_string());
    Ok(Page { items: views(tx, page.items).await?, next_cursor: page.next_cursor })
}

pub async fn view(tx: &Tx, id: LegalHoldId) -> Result<Option<LegalHoldView>, AccessError> {
    let row = find(tx, id).await?;
    Ok(views(tx, row.into_iter().collect()).await?.pop())
}

async fn views(tx: &Tx, rows: Vec<Row>) -> Result<Vec<LegalHoldView>, AccessError> {
    let names = clients::store::names_among(tx, rows.iter().map(|row| row.client_id)).await?;
    let keys = tx.client_keys(rows.iter().map(|row| row.client_id).collect()).await?;
    let view = |row: Row| {
        let fields = Fields::of(keys.of(row.client_id)?, TABLE, row.id);
        let reason = fields.open_some("release_reason", row.release_reason.as_ref())?;
        let ended = reason.zip(row.released_at).zip(row.released_by);
        Ok(LegalHoldView {
            id: row.id,
            client_id: row.client_id,
            client_name: names.get(&row.client_id).cloned().unwrap_or_default(),
            reason: fields.open("reason", &row.reason)?,
            placed_at: row.placed_at,
            placed_by: row.placed_by,
            release: ended.map(|((reason, at), by)| Release { reason, at, by }),
        })
    };
    rows.into_iter().map(view).collect()
}
