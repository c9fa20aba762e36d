//! The rows of emergency accesses.

use access::{AccessError, Fields, Tx};
use audit::Action;
use chrono::{DateTime, Utc};
use entities::{audit_events, emergency_accesses as table, memberships};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, Select};
use shared::{
    ClientId, EmergencyAccessId, Phi, UserId,
    emergencies::{EmergencyView, Verdict},
    page::{MAX_LIMIT, Page, PageQuery},
};

use crate::people::store::accounts;

const TABLE: &str = "emergency_accesses";

pub type Row = table::Model;

pub async fn insert(
    tx: &mut Tx,
    id: EmergencyAccessId,
    client_id: ClientId,
    reason: &Phi<String>,
    expires_at: DateTime<Utc>,
) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.client_key(client_id).await?, TABLE, id);
    let row = table::ActiveModel {
        id: Set(id),
        practice_id: Set(tx.practice_id()),
        user_id: Set(tx.actor().user_id()),
        client_id: Set(client_id),
        reason: Set(fields.seal("reason", reason)),
        begun_at: Set(tx.now()),
        expires_at: Set(expires_at),
        ended_at: Set(None),
        attestation: Set(None),
        attested_at: Set(None),
        verdict: Set(None),
        verdict_note: Set(None),
        decided_by: Set(None),
        decided_at: Set(None),
    };
    tx.insert::<table::Entity>(row).await
}

pub fn is_active(tx: &Tx, row: &Row) -> bool {
    row.ended_at.is_none() && row.expires_at > tx.now()
}

pub async fn find(tx: &Tx, id: EmergencyAccessId) -> Result<Option<Row>, AccessError> {
    tx.one(tx.find::<table::Entity>().filter(table::Column::Id.eq(id)).lock_exclusive()).await
}

fn own(tx: &Tx) -> Select<table::Entity> {
    tx.find::<table::Entity>()
        .filter(table::Column::UserId.eq(tx.actor().user_id()))
        .order_by_desc(table::Column::Id)
}

/// The acting person's access to this client that goes on.
pub async fn find_active(tx: &Tx, client_id: ClientId) -> Result<Option<Row>, AccessError> {
    let select = own(tx)
        .filter(table::Column::ClientId.eq(client_id))
        .filter(table::Column::EndedAt.is_null())
        .filter(table::Column::ExpiresAt.gt(tx.now()));
    tx.one(select).await
}

/// The acting person's that go on, or that they have not attested.
pub async fn list_own(tx: &Tx) -> Result<Vec<EmergencyView>, AccessError> {
    let going_on =
        Condition::all().add(table::Column::EndedAt.is_null()).add(table::Column::ExpiresAt.gt(tx.now()));
    let open = Condition::any().add(table::Column::AttestedAt.is_null()).add(going_on);
    views(tx, tx.all(own(tx).filter(open).limit(MAX_LIMIT)).await?).await
}

pub async fn list(tx: &Tx, query: &PageQuery) -> Result<Page<EmergencyView>, AccessError> {
    let mut select = tx.find::<table::Entity>().order_by_desc(table::Column::Id).limit(query.rows() + 1);
    if let Some(last) = query.cursor.as_deref().and_then(|cursor| cursor.parse::<EmergencyAccessId>().ok()) {
        select = select.filter(table::Column::Id.lt(last));
    }
    let page = Page::from_overfull(tx.all(select).await?, query.rows(), |row| row.id.to_string());
    Ok(Page { items: views(tx, page.items).await?, next_cursor: page.next_cursor })
}

pub async fn view(tx: &Tx, id: EmergencyAccessId) -> Result<Option<EmergencyView>, AccessError> {
    let rows = tx.all(tx.find::<table::Entity>().filter(table::Column::Id.eq(id))).await?;
    Ok(views(tx, rows).await?.pop())
}

async fn views(tx: &Tx, rows: Vec<Row>) -> Result<Vec<EmergencyView>, AccessError> {
    let people = accounts(tx, rows.iter().map(|row| row.user_id)).await?;
    let keys = tx.client_keys(rows.iter().map(|row| row.client_id).collect()).await?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let fields = Fields::of(keys.of(row.client_id)?, TABLE, row.id);
        views.push(EmergencyView {
            id: row.id,
            user_id: row.user_id,
            user_name: people.get(&row.user_id).map(|it| it.name.clone()).unwrap_or_default(),
            client_id: row.client_id,
            reason: fields.open("reason", &row.reason)?,
            begun_at: row.begun_at,
            expires_at: row.expires_at,
            ended_at: row.ended_at,
            active: is_active(tx, &row),
            attestation: fields.open_some("attestation", row.attestation.as_ref())?,
            attested_at: row.attested_at,
            verdict: row.verdict,
            verdict_note: fields.open_some("verdict_note", row.verdict_note.as_ref())?,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
        });
    }
    Ok(views)
}

/// The name of somebody in this practice.
pub async fn name_of(tx: &Tx, id: UserId) -> Result<Phi<String>, AccessError> {
    let mut people = accounts(tx, std::iter::once(id)).await?;
    Ok(people.remove(&id).map(|it| it.name).unwrap_or_default())
}

/// The addresses of the owners who can sign in.
pub async fn end(tx: &mut Tx, id: EmergencyAccessId) -> Result<(), AccessError> {
    let row = table::ActiveModel { ended_at: Set(Some(tx.now())), ..Default::default() };
    write(tx, id, row).await
}

pub async fn attest(tx: &mut Tx, of: &Row, text: &Phi<String>) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.client_key(of.client_id).await?, TABLE, of.id);
    let row = table::ActiveModel {
        attestation: Set(Some(fields.seal("attestation", text))),
        attested_at: Set(Some(tx.now())),
        ..Default::default()
    };
    write(tx, of.id, row).await
}

pub async fn decide(
    tx: &mut Tx,
    of: &Row,
    verdict: Verdict,
    note: Option<&Phi<String>>,
) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.client_key(of.client_id).await?, TABLE, of.id);
    let row = table::ActiveModel {
        verdict: Set(Some(verdict)),
        verdict_note: Set(note.map(|note| fields.seal("verdict_note", note))),
        decided_by: Set(Some(tx.actor().user_id())),
        decided_at: Set(Some(tx.now())),
        ..Default::default()
    };
    write(tx, of.id, row).await
}

async fn write(tx: &mut Tx, id: EmergencyAccessId, row: table::ActiveModel) -> Result<(), AccessError> {
    let update = tx.update::<table::Entity>().filter(table::Column::Id.eq(id)).set(row);
    tx.execute_update(update).await.map(drop)
}

/// How often the acting person has searched since then. Their place in the practice is held, so that of
/// many searches at once each counts those before it.
pub async fn count_searches(tx: &Tx, since: DateTime<Utc>) -> Result<u64, AccessError> {
    let user_id = tx.actor().user_id();
    let place = tx.find::<memberships::Entity>().filter(memberships::Column::UserId.eq(user_id));
    tx.one(place.lock_exclusive()).await?;
    let select = tx
        .find::<audit_events::Entity>()
        .filter(audit_events::Column::UserId.eq(user_id))
        .filter(audit_events::Column::Action.eq(Action::EmergencySearched.as_str()))
        .filter(audit_events::Column::Outcome.eq("done"))
        .filter(audit_events::Column::At.gt(since));
    tx.count(select).await
}
