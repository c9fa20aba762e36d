//! The register of disclosures in the database.

use std::collections::HashMap;

use access::{AccessError, Fields, Tx};
use audit::Action;
use chrono::{DateTime, NaiveDate, Utc};
use crypto::DataKey;
use entities::{audit_events, disclosures as table};
use sea_orm::{ActiveValue::Set, ColumnTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select};
use shared::{
    ClientId, DisclosureId,
    disclosures::{DisclosureFilter, DisclosureView, NewDisclosure},
    page::{Page, PageQuery},
};

use crate::store::page_by_day;

const TABLE: &str = "disclosures";

pub type Row = table::Model;

/// Where a new entry belongs.
pub struct Entry {
    pub id: DisclosureId,
    pub client_id: ClientId,
    pub corrects: Option<DisclosureId>,
    pub struck: bool,
}

pub async fn insert(tx: &mut Tx, entry: Entry, new: &NewDisclosure) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.client_key(entry.client_id).await?, TABLE, entry.id);
    let some = |column, words: Option<&_>| Set(words.map(|words| fields.seal(column, words)));
    let row = table::ActiveModel {
        id: Set(entry.id),
        practice_id: Set(tx.practice_id()),
        client_id: Set(entry.client_id),
        disclosed_on: Set(new.disclosed_on),
        recipient: Set(fields.seal("recipient", &new.recipient)),
        address: some("address", new.address.as_ref()),
        what: Set(fields.seal("what", &new.what)),
        purpose: Set(new.purpose),
        words: some("words", new.words.as_ref()),
        frequency: some("frequency", new.frequency.as_ref()),
        last_on: Set(new.last_on.unwrap_or(new.disclosed_on)),
        suspended_until: Set(new.suspended_until),
        suspended_words: some("suspended_words", new.suspended_words.as_ref()),
        corrects: Set(entry.corrects),
        struck: Set(entry.struck),
        recorded_by: Set(tx.actor().user_id()),
        recorded_at: Set(tx.now()),
    };
    tx.insert::<table::Entity>(row).await
}

/// An entry, which nobody else corrects until the transaction ends.
pub async fn find_and_hold(tx: &Tx, id: DisclosureId) -> Result<Option<Row>, AccessError> {
    tx.one(tx.find::<table::Entity>().filter(table::Column::Id.eq(id)).lock_exclusive()).await
}

pub async fn is_corrected(tx: &Tx, id: DisclosureId) -> Result<bool, AccessError> {
    let select = tx.find::<table::Entity>().filter(table::Column::Corrects.eq(id));
    Ok(tx.one(select).await?.is_some())
}

/// What an entry says, to be said again by the one that strikes it.
pub async fn as_new(tx: &Tx, row: &Row) -> Result<NewDisclosure, AccessError> {
    let key = tx.client_key(row.client_id).await?;
    let view = opened(&key, row.clone(), None)?;
    Ok(NewDisclosure {
        disclosed_on: view.disclosed_on,
        recipient: view.recipient,
        address: view.address,
        what: view.what,
        purpose: view.purpose,
        words: view.words,
        frequency: view.frequency,
        last_on: view.last_on,
        suspended_until: view.suspended_until,
        suspended_words: view.suspended_words,
    })
}

pub async fn view(tx: &Tx, id: DisclosureId) -> Result<Option<DisclosureView>, AccessError> {
    let row = tx.one(tx.find::<table::Entity>().filter(table::Column::Id.eq(id))).await?;
    Ok(views(tx, row.into_iter().collect()).await?.pop())
}

/// Entries of a client, of which at least one day lies between these.
fn of_client(tx: &Tx, client_id: ClientId, filter: DisclosureFilter) -> Select<table::Entity> {
    let mut select = tx.find::<table::Entity>().filter(table::Column::ClientId.eq(client_id));
    if let Some(from) = filter.from {
        select = select.filter(table::Column::LastOn.gte(from));
    }
    if let Some(to) = filter.to {
        select = select.filter(table::Column::DisclosedOn.lte(to));
    }
    select
}

pub async fn list(
    tx: &Tx,
    client_id: ClientId,
    filter: DisclosureFilter,
    query: &PageQuery,
) -> Result<Page<DisclosureView>, AccessError> {
    let by = (table::Column::DisclosedOn, table::Column::Id);
    let page = page_by_day(tx, of_client(tx, client_id, filter), by, Order::Desc, query).await?;
    Ok(Page { items: views(tx, page.items).await?, next_cursor: page.next_cursor })
}

/// The entries that count and may be told today, in the order of time.
pub async fn list_accountable(
    tx: &Tx,
    client_id: ClientId,
    from: NaiveDate,
    to: NaiveDate,
    today: NaiveDate,
) -> Result<Vec<DisclosureView>, AccessError> {
    let filter = DisclosureFilter { from: Some(from), to: Some(to) };
    let select = of_client(tx, client_id, filter)
        .order_by_asc(table::Column::DisclosedOn)
        .order_by_asc(table::Column::Id);
    let mut entries = views(tx, tx.all(select).await?).await?;
    let is_suspended = |entry: &DisclosureView| entry.suspended_until.is_some_and(|until| today <= until);
    entries.retain(|entry| !entry.struck && entry.corrected_by.is_none() && !is_suspended(entry));
    Ok(entries)
}

/// When an accounting was made the last time, as the audit trail has it.
pub async fn find_last_accounting(
    tx: &Tx,
    client_id: ClientId,
) -> Result<Option<DateTime<Utc>>, AccessError> {
    let select = tx
        .find::<audit_events::Entity>()
        .filter(audit_events::Column::ClientId.eq(client_id))
        .filter(audit_events::Column::Action.eq(Action::DisclosuresAccounted.as_str()))
        .filter(audit_events::Column::Outcome.eq("done"))
        .order_by_desc(audit_events::Column::Id);
    Ok(tx.one(select).await?.map(|event| event.at))
}

async fn views(tx: &Tx, rows: Vec<Row>) -> Result<Vec<DisclosureView>, AccessError> {
    let ids = rows.iter().map(|row| row.id);
    let corrections = tx.all(tx.find::<table::Entity>().filter(table::Column::Corrects.is_in(ids))).await?;
    let by: HashMap<_, _> = corrections.into_iter().map(|row| (row.corrects, row.id)).collect();
    let keys = tx.client_keys(rows.iter().map(|row| row.client_id).collect()).await?;
    rows.into_iter()
        .map(|row| {
            let corrected_by = by.get(&Some(row.id)).copied();
            opened(keys.of(row.client_id)?, row, corrected_by)
        })
        .collect()
}

fn opened(
    key: &DataKey,
    row: Row,
    corrected_by: Option<DisclosureId>,
) -> Result<DisclosureView, AccessError> {
    let fields = Fields::of(key, TABLE, row.id);
    let frequency = fields.open_some("frequency", row.frequency.as_ref())?;
    Ok(DisclosureView {
        id: row.id,
        client_id: row.client_id,
        disclosed_on: row.disclosed_on,
        recipient: fields.open("recipient", &row.recipient)?,
        address: fields.open_some("address", row.address.as_ref())?,
        what: fields.open("what", &row.what)?,
        purpose: row.purpose,
        words: fields.open_some("words", row.words.as_ref())?,
        last_on: frequency.as_ref().map(|_| row.last_on),
        frequency,
        suspended_until: row.suspended_until,
        suspended_words: fields.open_some("suspended_words", row.suspended_words.as_ref())?,
        corrects: row.corrects,
        corrected_by,
        struck: row.struck,
        recorded_at: row.recorded_at,
        recorded_by: row.recorded_by,
    })
}
