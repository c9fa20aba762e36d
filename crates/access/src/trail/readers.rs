//! Who has seen what is kept about a client.

use std::collections::BTreeMap;

use audit::{Action, Event};
use chrono::{DateTime, Utc};
use entities::{
    audit_events::{Column, Entity},
    clients,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _, QuerySelect};
use shared::{
    ClientId, UserId,
    audit::{ChartReader, Purpose, Touch},
};

use crate::{AccessError, Granted, Tx, perm};

/// What somebody has done with one client, counted by the database.
#[derive(FromQueryResult)]
struct Counted {
    user_id: Option<UserId>,
    actor: String,
    action: String,
    purpose: Option<String>,
    times: i64,
    first_at: DateTime<Utc>,
    last_at: DateTime<Utc>,
}

/// Everybody who came near what is kept about a client, the last one first, without their names; nobody if all of that
/// was so long ago that the trail does not hold it any more. `None` if the practice has no such client.
///
/// # Errors
/// The database fails.
pub async fn list_chart_readers(
    tx: &mut Tx,
    _granted: Granted<perm::ReadAudit>,
    client_id: ClientId,
) -> Result<Option<Vec<ChartReader>>, AccessError> {
    let by = [Column::UserId, Column::Actor, Column::Action, Column::Purpose];
    let select = tx
        .find::<Entity>()
        .filter(Column::ClientId.eq(client_id))
        .filter(Column::Outcome.eq("done"))
        .select_only()
        .columns(by)
        .column_as(Column::Id.count(), "times")
        .column_as(Column::At.min(), "first_at")
        .column_as(Column::At.max(), "last_at");
    let select = by.into_iter().fold(select, QuerySelect::group_by);
    let mut readers = BTreeMap::new();
    for counted in tx.all_as::<Counted>(select).await? {
        let Some((_, touch)) = Action::from_word(&counted.action).and_then(Action::touch) else { continue };
        let exported = counted.purpose.as_deref() == Some(Purpose::Export.as_str());
        let touch = if exported { Touch::Exported } else { touch };
        let key = (counted.user_id.map(|id| id.0), counted.actor.clone());
        let reader: &mut ChartReader = readers.entry(key).or_insert_with(|| ChartReader {
            user_id: counted.user_id,
            name: None,
            actor: counted.actor,
            first_at: counted.first_at,
            last_at: counted.last_at,
            listed: 0,
            viewed: 0,
            changed: 0,
            exported: 0,
        });
        reader.first_at = reader.first_at.min(counted.first_at);
        reader.last_at = reader.last_at.max(counted.last_at);
        let times = match touch {
            Touch::Listed => &mut reader.listed,
            Touch::Viewed => &mut reader.viewed,
            Touch::Changed => &mut reader.changed,
            Touch::Exported => &mut reader.exported,
        };
        *times += counted.times.unsigned_abs();
    }
    let client =
        clients::Entity::find_by_id(client_id).filter(clients::Column::PracticeId.eq(tx.practice_id()));
    if readers.is_empty() && tx.one(client).await?.is_none() {
        return Ok(None);
    }
    let mut readers: Vec<_> = readers.into_values().collect();
    readers.sort_by_key(|reader| std::cmp::Reverse(reader.last_at));
    tx.record(Event::general(Action::ReadersListed).about(client_id));
    Ok(Some(readers))
}
