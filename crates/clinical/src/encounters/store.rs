//! Sessions in the database.

use std::collections::{HashMap, HashSet};

use access::{AccessError, Fields, Tx};
use entities::{encounter_clients as members, encounters as table, notes};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::SelectStatement,
};
use shared::{
    ClientId, EncounterId,
    encounters::EncounterView,
    notes::NoteStatus,
    page::{Page, PageQuery},
};

const TABLE: &str = "encounters";

/// A session that nobody else changes or signs until the transaction ends.
pub struct Held {
    /// Whose chart it belongs to.
    pub chart: ClientId,
    /// Everybody in it.
    pub clients: Vec<ClientId>,
    /// Whether a note of it is signed.
    pub signed: bool,
}

/// Locks the session's row. SQLite needs no lock of a row: its transactions write one at a time.
pub async fn hold(tx: &Tx, id: EncounterId) -> Result<Option<Held>, AccessError> {
    let row = tx.find::<table::Entity>().filter(table::Column::Id.eq(id)).lock_exclusive();
    if tx.one(row).await?.is_none() {
        return Ok(None);
    }
    let clients = super::clients_of(tx, id).await?;
    let Some(chart) = clients.first().copied() else { return Ok(None) };
    Ok(Some(Held { chart, clients, signed: super::locked(tx, id).await? }))
}

pub async fn insert(tx: &mut Tx, encounter: &EncounterView) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.new_session_key(encounter.id), TABLE, encounter.id);
    let row = table::ActiveModel {
        id: Set(encounter.id),
        practice_id: Set(tx.practice_id()),
        modality: Set(encounter.modality),
        setting: Set(encounter.setting),
        scheduled_start: Set(encounter.scheduled_start),
        started_at: Set(encounter.started_at),
        ended_at: Set(encounter.ended_at),
        cpt_code: Set(encounter.cpt_code.clone()),
        participants: Set(fields.seal_json("participants", &encounter.participants)?),
        transcription_system_id: Set(None),
        drafting_system_id: Set(None),
        created_by: Set(tx.actor().user_id()),
        created_at: Set(encounter.created_at),
        updated_at: Set(encounter.created_at),
    };
    tx.insert::<table::Entity>(row).await?;
    let members = (0..).zip(&encounter.client_ids).map(|(ordinal, client_id)| members::ActiveModel {
        encounter_id: Set(encounter.id),
        client_id: Set(*client_id),
        practice_id: Set(tx.practice_id()),
        ordinal: Set(ordinal),
    });
    tx.insert_many::<members::Entity>(members.collect()).await
}

pub async fn update(tx: &mut Tx, encounter: &EncounterView) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.session_key(encounter.id).await?, TABLE, encounter.id);
    let row = table::ActiveModel {
        modality: Set(encounter.modality),
        setting: Set(encounter.setting),
        started_at: Set(encounter.started_at),
        ended_at: Set(encounter.ended_at),
        cpt_code: Set(encounter.cpt_code.clone()),
        participants: Set(fields.seal_json("participants", &encounter.participants)?),
        updated_at: Set(tx.now()),
        ..Default::default()
    };
    let update = tx.update::<table::Entity>().filter(table::Column::Id.eq(encounter.id)).set(row);
    tx.execute_update(update).await.map(drop)
}

pub async fn find(tx: &Tx, id: EncounterId) -> Result<Option<EncounterView>, AccessError> {
    let row = tx.one(tx.find::<table::Entity>().filter(table::Column::Id.eq(id))).await?;
    Ok(opened(tx, row.into_iter().collect()).await?.pop())
}

pub async fn list(
    tx: &Tx,
    client_id: Option<ClientId>,
    query: &PageQuery,
) -> Result<Page<EncounterView>, AccessError> {
    let mut select = tx.find::<table::Entity>().order_by_desc(table::Column::Id).limit(query.rows() + 1);
    if let Some(client_id) = client_id {
        select = select.filter(table::Column::Id.in_subquery(sessions_of(tx, client_id)));
    }
    if let Some(last) = query.cursor.as_deref().and_then(|cursor| cursor.parse::<EncounterId>().ok()) {
        select = select.filter(table::Column::Id.lt(last));
    }
    let page = Page::from_overfull(tx.all(select).await?, query.rows(), |row| row.id.to_string());
    Ok(Page { items: opened(tx, page.items).await?, next_cursor: page.next_cursor })
}

/// Who was in each of these sessions, in their order.
pub async fn clients_among(
    tx: &Tx,
    ids: &[EncounterId],
) -> Result<HashMap<EncounterId, Vec<ClientId>>, AccessError> {
    let select = tx
        .find::<members::Entity>()
        .filter(members::Column::EncounterId.is_in(ids.iter().copied()))
        .order_by_asc(members::Column::Ordinal);
    let mut clients: HashMap<_, Vec<_>> = HashMap::new();
    for member in tx.all(select).await? {
        clients.entry(member.encounter_id).or_default().push(member.client_id);
    }
    Ok(clients)
}

/// Which of these sessions have a note that is signed, or waits for a second signature.
pub async fn signed_among(tx: &Tx, ids: &[EncounterId]) -> Result<HashSet<EncounterId>, AccessError> {
    let signed = tx
        .find::<notes::Entity>()
        .filter(notes::Column::EncounterId.is_in(ids.iter().copied()))
        .filter(notes::Column::Status.ne(NoteStatus::Draft))
        .select_only()
        .column(notes::Column::EncounterId)
        .into_query();
    // Asked of the sessions, whose rows are small, rather than of the notes.
    let select = tx.find::<table::Entity>().filter(table::Column::Id.in_subquery(signed));
    Ok(tx.all(select).await?.into_iter().map(|row| row.id).collect())
}

fn sessions_of(tx: &Tx, client_id: ClientId) -> SelectStatement {
    tx.find::<members::Entity>()
        .filter(members::Column::ClientId.eq(client_id))
        .select_only()
        .column(members::Column::EncounterId)
        .into_query()
}

async fn opened(tx: &Tx, rows: Vec<table::Model>) -> Result<Vec<EncounterView>, AccessError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut clients = clients_among(tx, &ids).await?;
    let signed = signed_among(tx, &ids).await?;
    let keys = tx.session_keys(ids).await?;
    rows.into_iter()
        .map(|row| {
            let fields = Fields::of(keys.of(row.id)?, TABLE, row.id);
            Ok(EncounterView {
                id: row.id,
                client_ids: clients.remove(&row.id).unwrap_or_default(),
                modality: row.modality,
                setting: row.setting,
                scheduled_start: row.scheduled_start,
                started_at: row.started_at,
                ended_at: row.ended_at,
                cpt_code: row.cpt_code,
                participants: fields.open_json("participants", &row.participants)?,
                created_at: row.created_at,
                recording: None,
                arriving: None,
                locked: signed.contains(&row.id),
            })
        })
        .collect()
}
