//! The rows of deletions of charts, and the notes that go over to another chart.

use access::{AccessError, ChartRoots, Fields, Tx};
use chrono::{DateTime, Utc};
use entities::{client_deletions as table, encounter_clients, notes};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use shared::{
    ClientDeletionId, ClientId, NoteId, Phi,
    client_deletions::{ClientDeletionFilter, ClientDeletionView, DeletionGround},
    deletions::DeletionState,
    notes::NoteStatus,
    page::{Page, PageQuery},
};

use super::ChartTombstone;
use crate::{clients, encounters};

const TABLE: &str = "client_deletions";

pub type Row = table::Model;

/// Notes that a chart is to be deleted when `due_at` has come.
pub async fn insert(
    tx: &mut Tx,
    id: ClientDeletionId,
    asked: &ChartTombstone,
    words: Option<&Phi<String>>,
    due_at: DateTime<Utc>,
) -> Result<(), AccessError> {
    // Under the practice's key: the row outlives the chart.
    let fields = Fields::of(tx.data_key(), TABLE, id);
    let row = Row {
        id,
        practice_id: tx.practice_id(),
        client_id: asked.client_id,
        ground: asked.ground,
        words: words.map(|words| fields.seal("words", words)),
        kept_because: None,
        requested_by: asked.requested_by,
        requested_at: asked.requested_at,
        due_at,
        withdrawn_at: None,
        held_at: None,
        begun_at: None,
        removed: None,
        finished_at: None,
        certificate: None,
    };
    tx.insert::<table::Entity>(row).await
}

pub async fn find(tx: &Tx, id: ClientDeletionId) -> Result<Option<Row>, AccessError> {
    tx.one(tx.find::<table::Entity>().filter(table::Column::Id.eq(id))).await
}

/// Whether it can still be withdrawn or stopped.
pub fn waits(row: &Row) -> bool {
    row.withdrawn_at.is_none() && row.held_at.is_none() && row.begun_at.is_none()
}

/// The one of a client that waits or is under way.
pub async fn find_open(tx: &Tx, client_id: ClientId) -> Result<Option<Row>, AccessError> {
    tx.one(open(tx).filter(table::Column::ClientId.eq(client_id))).await
}

/// Those that are to begin or to go on.
pub async fn list_due(tx: &Tx) -> Result<Vec<Row>, AccessError> {
    let due = open(tx).filter(table::Column::DueAt.lte(tx.now())).order_by_asc(table::Column::Id);
    tx.all(due).await
}

/// Those that a rule put up and that wait, the first due first.
pub async fn list_by_rule(tx: &Tx) -> Result<Vec<Row>, AccessError> {
    let by_rule = open(tx)
        .filter(table::Column::Ground.eq(DeletionGround::Rule))
        .filter(table::Column::BegunAt.is_null())
        .order_by_asc(table::Column::DueAt);
    tx.all(by_rule).await
}

fn open(tx: &Tx) -> sea_orm::Select<table::Entity> {
    tx.find::<table::Entity>()
        .filter(table::Column::WithdrawnAt.is_null())
        .filter(table::Column::HeldAt.is_null())
        .filter(table::Column::FinishedAt.is_null())
}

pub async fn withdraw(
    tx: &mut Tx,
    id: ClientDeletionId,
    reason: Option<&Phi<String>>,
) -> Result<bool, AccessError> {
    let row = table::ActiveModel {
        withdrawn_at: Set(Some(tx.now())),
        kept_because: Set(
            reason.map(|reason| Fields::of(tx.data_key(), TABLE, id).seal("kept_because", reason))
        ),
        ..Default::default()
    };
    write(tx, id, row).await
}

pub async fn stop(tx: &mut Tx, id: ClientDeletionId) -> Result<bool, AccessError> {
    write(tx, id, table::ActiveModel { held_at: Set(Some(tx.now())), ..Default::default() }).await
}

/// Notes what was there to be removed, and forgets what was said about the client, here and whenever a deletion was
/// withdrawn before; `false` if it has begun, or was withdrawn, in the meantime.
pub async fn note_begin(
    tx: &mut Tx,
    id: ClientDeletionId,
    client_id: ClientId,
    removed: String,
) -> Result<bool, AccessError> {
    let begun = table::ActiveModel {
        begun_at: Set(Some(tx.now())),
        removed: Set(Some(removed)),
        ..Default::default()
    };
    if !write(tx, id, begun).await? {
        return Ok(false);
    }
    let silent = table::ActiveModel { words: Set(None), kept_because: Set(None), ..Default::default() };
    let of_client = tx.update::<table::Entity>().filter(table::Column::ClientId.eq(client_id)).set(silent);
    tx.execute_update(of_client).await?;
    Ok(true)
}

/// A change of one that waits.
async fn write(tx: &mut Tx, id: ClientDeletionId, row: table::ActiveModel) -> Result<bool, AccessError> {
    let update = tx
        .update::<table::Entity>()
        .filter(table::Column::Id.eq(id))
        .filter(table::Column::WithdrawnAt.is_null())
        .filter(table::Column::HeldAt.is_null())
        .filter(table::Column::BegunAt.is_null())
        .set(row);
    Ok(tx.execute_update(update).await? == 1)
}

/// Keeps the proof, which says what was noted; `false` if another process was faster.
pub async fn note_end(tx: &mut Tx, id: ClientDeletionId, certificate: String) -> Result<bool, AccessError> {
    let row = table::ActiveModel {
        finished_at: Set(Some(tx.now())),
        certificate: Set(Some(certificate)),
        removed: Set(None),
        ..Default::default()
    };
    let update = tx
        .update::<table::Entity>()
        .filter(table::Column::Id.eq(id))
        .filter(table::Column::FinishedAt.is_null())
        .set(row);
    Ok(tx.execute_update(update).await? == 1)
}

/// In how many sessions others were as well.
pub async fn count_sessions_with_others(tx: &Tx, chart: &ChartRoots) -> Result<u64, AccessError> {
    let all = tx
        .find::<encounter_clients::Entity>()
        .filter(encounter_clients::Column::ClientId.eq(chart.client_id()));
    Ok(tx.count(all).await?.saturating_sub(chart.sessions() as u64))
}

/// Moves the notes of sessions with others to the chart of the next client in each: which note, and whose chart it is in now.
/// A signature is of the client whose chart it was, whom the deletion names from now on.
pub async fn move_notes(
    tx: &mut Tx,
    id: ClientDeletionId,
    client_id: ClientId,
    chart: &ChartRoots,
) -> Result<Vec<(NoteId, ClientId)>, AccessError> {
    let of_client = tx.find::<notes::Entity>().filter(notes::Column::ClientId.eq(client_id));
    let mut moved = Vec::new();
    for note in tx.all(of_client).await?.into_iter().filter(|note| !chart.holds_session(note.encounter_id)) {
        let next =
            encounters::clients_of(tx, note.encounter_id).await?.into_iter().find(|it| *it != client_id);
        let Some(next) = next else { continue };
        let is_signed = note.status != NoteStatus::Draft;
        let update =
            tx.update::<notes::Entity>().filter(notes::Column::Id.eq(note.id)).set(notes::ActiveModel {
                client_id: Set(next),
                moved_by: Set(note.moved_by.or(is_signed.then_some(id))),
                ..Default::default()
            });
        tx.execute_update(update).await?;
        moved.push((note.id, next));
    }
    Ok(moved)
}

pub async fn list(
    tx: &Tx,
    filter: &ClientDeletionFilter,
    query: &PageQuery,
) -> Result<Page<ClientDeletionView>, AccessError> {
    let select = if filter.open { open(tx) } else { tx.find::<table::Entity>() };
    let mut select = select.order_by_desc(table::Column::Id).limit(query.rows() + 1);
    if let Some(client_id) = filter.client_id {
        select = select.filter(table::Column::ClientId.eq(client_id));
    }
    if let Some(last) = query.cursor.as_deref().and_then(|cursor| cursor.parse::<ClientDeletionId>().ok()) {
        select = select.filter(table::Column::Id.lt(last));
    }
    let page = Page::from_overfull(tx.all(select).await?, query.rows(), |row| row.id.to_string());
    Ok(Page { items: views(tx, page.items).await?, next_cursor: page.next_cursor })
}

pub async fn view(tx: &Tx, id: ClientDeletionId) -> Result<Option<ClientDeletionView>, AccessError> {
    let row = find(tx, id).await?;
    Ok(views(tx, row.into_iter().collect()).await?.pop())
}

async fn views(tx: &Tx, rows: Vec<Row>) -> Result<Vec<ClientDeletionView>, AccessError> {
    let names = clients::store::names_among(tx, rows.iter().map(|row| row.client_id)).await?;
    let view = |row: Row| {
        let fields = Fields::of(tx.data_key(), TABLE, row.id);
        Ok(ClientDeletionView {
            id: row.id,
            client_id: row.client_id,
            client_name: names.get(&row.client_id).cloned(),
            state: match (row.held_at, row.withdrawn_at) {
                (Some(_), _) => DeletionState::Held,
                (None, withdrawn_at) => DeletionState::of(withdrawn_at, row.begun_at, row.finished_at),
            },
            ground: row.ground,
            words: fields.open_some("words", row.words.as_ref())?,
            kept_because: fields.open_some("kept_because", row.kept_because.as_ref())?,
            requested_by: row.requested_by,
            requested_at: row.requested_at,
            due_at: row.due_at,
            finished_at: row.finished_at,
            certificate: row.certificate,
            public_key: None,
        })
    };
    rows.into_iter().map(view).collect()
}
