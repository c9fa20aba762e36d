//! Whose data somebody, a key, a sign-in or a span of time has touched (45 CFR 164.404(c)(1)(A)).

use std::collections::BTreeMap;

use audit::{Action, Event};
use chrono::{DateTime, Utc};
use entities::audit_events::{Column, Entity};
use sea_orm::{ColumnTrait as _, FromQueryResult, QueryFilter as _, QuerySelect, Select};
use shared::{
    ClientId,
    audit::{
        Affected, AffectedClient, AffectedFilter, AuditFilter, DataClass, Purpose, Touch, Touched,
        Unattributed,
    },
};

use super::filter::narrowed;
use crate::{AccessError, Granted, Tx, perm};

/// What was done, counted by the database.
#[derive(FromQueryResult)]
struct Counted {
    client_id: Option<ClientId>,
    action: String,
    purpose: Option<String>,
    times: i64,
    first_at: DateTime<Utc>,
    last_at: DateTime<Utc>,
}

/// Everybody whose data was touched, with what of it and how near, the nearest first, without names; and what was
/// touched of which the trail does not say whose it was.
///
/// # Errors
/// The database fails.
pub async fn list_affected(
    tx: &mut Tx,
    _granted: Granted<perm::ReadAudit>,
    asked: &AffectedFilter,
) -> Result<Affected, AccessError> {
    let by = [Column::ClientId, Column::Action, Column::Purpose];
    let select = meant(tx, asked)
        .select_only()
        .columns(by)
        .column_as(Column::Id.count(), "times")
        .column_as(Column::At.min(), "first_at")
        .column_as(Column::At.max(), "last_at");
    let select = by.into_iter().fold(select, QuerySelect::group_by);
    let mut clients: BTreeMap<ClientId, BTreeMap<DataClass, Touched>> = BTreeMap::new();
    let mut without_client: BTreeMap<(DataClass, Touch), u64> = BTreeMap::new();
    for counted in tx.all_as::<Counted>(select).await? {
        let Some((class, touch)) = Action::from_word(&counted.action).and_then(Action::touch) else {
            continue;
        };
        let exported = counted.purpose.as_deref() == Some(Purpose::Export.as_str());
        let touch = if exported { Touch::Exported } else { touch };
        let times = counted.times.unsigned_abs();
        let Some(client_id) = counted.client_id else {
            *without_client.entry((class, touch)).or_default() += times;
            continue;
        };
        let (first_at, last_at) = (counted.first_at, counted.last_at);
        let new = Touched { class, touch, times: 0, first_at, last_at };
        let touched = clients.entry(client_id).or_default().entry(class).or_insert(new);
        touched.touch = touched.touch.max(touch);
        touched.times += times;
        touched.first_at = touched.first_at.min(first_at);
        touched.last_at = touched.last_at.max(last_at);
    }
    let mut clients: Vec<_> = clients.into_iter().filter_map(|(id, data)| affected(id, data)).collect();
    clients.sort_by_key(|client| (std::cmp::Reverse(client.touch), client.client_id));
    let unattributed = |((class, touch), times)| Unattributed { class, touch, times };
    tx.record(Event::general(Action::AffectedListed));
    Ok(Affected { clients, without_client: without_client.into_iter().map(unattributed).collect() })
}

fn affected(client_id: ClientId, data: BTreeMap<DataClass, Touched>) -> Option<AffectedClient> {
    let data: Vec<_> = data.into_values().collect();
    Some(AffectedClient {
        client_id,
        name: None,
        touch: data.iter().map(|one| one.touch).max()?,
        first_at: data.iter().map(|one| one.first_at).min()?,
        last_at: data.iter().map(|one| one.last_at).max()?,
        data,
    })
}

/// What was done by whoever is asked about.
fn meant(tx: &Tx, asked: &AffectedFilter) -> Select<Entity> {
    let filter = AuditFilter {
        user_id: asked.user_id,
        session_id: asked.session_id,
        outcome: Some("done".to_owned()),
        from: asked.from,
        to: asked.to,
        ..AuditFilter::default()
    };
    let select = narrowed(tx.find::<Entity>(), &filter);
    match asked.api_key_id {
        None => select,
        Some(id) => select.filter(Column::UserId.is_null()).filter(Column::Actor.eq(format!("api_key:{id}"))),
    }
}
