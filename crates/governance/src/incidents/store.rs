//! Incidents in the database.

use std::collections::HashMap;

use access::{AccessError, Fields, Tx};
use chrono::{DateTime, Utc};
use entities::{clients, incident_entries as lines, incidents as table};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use shared::{
    ClientId, IncidentEntryId, IncidentId, UserId,
    incidents::{IncidentEntry, NewIncident, TimelineEntry},
    page::{Page, PageQuery},
};

use super::file::Whereabouts;

const TABLE: &str = "incidents";
const LINES: &str = "incident_entries";

/// What is kept of an incident.
#[derive(Clone)]
pub struct Kept {
    pub id: IncidentId,
    pub opened: NewIncident,
    pub opened_by: UserId,
    pub opened_at: DateTime<Utc>,
    pub timeline: Vec<TimelineEntry>,
}

pub async fn whereabouts(tx: &Tx) -> Result<Whereabouts, AccessError> {
    let (jurisdiction, zone) = tx.whereabouts().await?;
    let zone = zone.and_then(|zone| zone.parse().ok()).unwrap_or(chrono_tz::Tz::UTC);
    Ok(Whereabouts { zone, jurisdiction })
}

pub async fn insert(tx: &mut Tx, id: IncidentId, new: &NewIncident) -> Result<(), AccessError> {
    let row = table::ActiveModel {
        id: Set(id),
        practice_id: Set(tx.practice_id()),
        opened: Set(Fields::of(tx.data_key(), TABLE, id).seal_json("opened", new)?),
        opened_by: Set(tx.actor().user_id()),
        opened_at: Set(tx.now()),
    };
    tx.insert::<table::Entity>(row).await
}

/// Adds a line; `ordinal` is its place.
pub async fn append(
    tx: &mut Tx,
    incident_id: IncidentId,
    ordinal: usize,
    entry: &IncidentEntry,
) -> Result<(), AccessError> {
    let id: IncidentEntryId = tx.new_id();
    let row = lines::ActiveModel {
        id: Set(id),
        practice_id: Set(tx.practice_id()),
        incident_id: Set(incident_id),
        ordinal: Set(i32::try_from(ordinal).unwrap_or(i32::MAX)),
        content: Set(Fields::of(tx.data_key(), LINES, id).seal_json("content", entry)?),
        added_by: Set(tx.actor().user_id()),
        added_at: Set(tx.now()),
    };
    tx.insert::<lines::Entity>(row).await
}

pub async fn find(tx: &Tx, id: IncidentId) -> Result<Option<Kept>, AccessError> {
    let row = tx.one(tx.find::<table::Entity>().filter(table::Column::Id.eq(id))).await?;
    Ok(with_timelines(tx, row.into_iter().collect()).await?.pop())
}

/// One of them, to which nobody else adds until the transaction ends.
pub async fn find_alone(tx: &Tx, id: IncidentId) -> Result<Option<Kept>, AccessError> {
    let select = tx.find::<table::Entity>().filter(table::Column::Id.eq(id)).lock_exclusive();
    let row = tx.one(select).await?;
    Ok(with_timelines(tx, row.into_iter().collect()).await?.pop())
}

pub async fn list(tx: &Tx, query: &PageQuery) -> Result<Page<Kept>, AccessError> {
    let mut select = tx.find::<table::Entity>().order_by_desc(table::Column::Id).limit(query.rows() + 1);
    if let Some(last) = query.cursor.as_deref().and_then(|cursor| cursor.parse::<IncidentId>().ok()) {
        select = select.filter(table::Column::Id.lt(last));
    }
    let page = Page::from_overfull(tx.all(select).await?, query.rows(), |row| row.id.to_string());
    Ok(Page { items: with_timelines(tx, page.items).await?, next_cursor: page.next_cursor })
}

async fn with_timelines(tx: &Tx, rows: Vec<table::Model>) -> Result<Vec<Kept>, AccessError> {
    let ids = rows.iter().map(|row| row.id);
    let select = tx.find::<lines::Entity>().filter(lines::Column::IncidentId.is_in(ids));
    let mut timelines: HashMap<IncidentId, Vec<TimelineEntry>> = HashMap::new();
    for row in tx.all(select.order_by_asc(lines::Column::Ordinal)).await? {
        let entry = Fields::of(tx.data_key(), LINES, row.id).open_json("content", &row.content)?;
        let line = TimelineEntry { at: row.added_at, by: row.added_by, entry };
        timelines.entry(row.incident_id).or_default().push(line);
    }
    let kept = |row: table::Model| {
        Ok(Kept {
            id: row.id,
            opened: Fields::of(tx.data_key(), TABLE, row.id).open_json("opened", &row.opened)?,
            opened_by: row.opened_by,
            opened_at: row.opened_at,
            timeline: timelines.remove(&row.id).unwrap_or_default(),
        })
    };
    rows.into_iter().map(kept).collect()
}

/// How many of these clients the actor sees.
pub async fn count_clients(tx: &Tx, ids: &[ClientId]) -> Result<u64, AccessError> {
    tx.count(tx.find::<clients::Entity>().filter(clients::Column::Id.is_in(ids.iter().copied()))).await
}
