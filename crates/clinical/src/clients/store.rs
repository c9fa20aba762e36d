//! Clients in the database.

use std::collections::HashMap;

use access::{AccessError, Fields, Tx};
use chrono::NaiveDate;
use crypto::{DataKey, MacKey};
use entities::{
    Sealed, client_marks,
    clients::{ActiveModel, Column, Entity, Model},
};
use sea_orm::{
    ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, Condition, EntityTrait as _, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait as _,
};
use shared::{
    ClientId, Phi,
    clients::ClientView,
    page::{Page, PageQuery},
};

use super::search::{Mark, Search, marks_of};

const TABLE: &str = "clients";

/// Most ids in one statement.
const IDS: usize = 1_000;

pub async fn insert(tx: &mut Tx, client: &ClientView) -> Result<(), AccessError> {
    let key = tx.new_client_key(client.id);
    let mut row = sealed(&key, client);
    row.created_by = Set(tx.actor().user_id());
    row.created_at = Set(client.created_at);
    tx.insert::<Entity>(row).await?;
    mark(tx, client).await
}

/// Writes a client in the place of what they were `before`.
pub async fn update(tx: &mut Tx, before: &ClientView, client: &ClientView) -> Result<(), AccessError> {
    let row = sealed(&tx.client_key(client.id).await?, client);
    let update = tx.update::<Entity>().filter(Column::Id.eq(client.id)).set(row);
    tx.execute_update(update).await?;
    let key = marking_key(tx);
    if marks_of(&key, before) != marks_of(&key, client) {
        let delete = tx.delete::<client_marks::Entity>().filter(client_marks::Column::ClientId.eq(client.id));
        tx.execute_delete(delete).await?;
        mark(tx, client).await?;
    }
    Ok(())
}

/// Writes down what a client is found by.
pub async fn mark(tx: &mut Tx, client: &ClientView) -> Result<(), AccessError> {
    let (practice_id, client_id) = (tx.practice_id(), client.id);
    let row = |mark| client_marks::ActiveModel {
        practice_id: Set(practice_id),
        mark: Set(mark),
        client_id: Set(client_id),
    };
    let rows = marks_of(&marking_key(tx), client).into_iter().map(row).collect();
    tx.insert_many::<client_marks::Entity>(rows).await
}

/// Clients of whom nothing is written down that they are found by.
pub async fn list_unmarked(tx: &Tx, limit: u64) -> Result<Vec<ClientView>, AccessError> {
    let marked = client_marks::Entity::find()
        .select_only()
        .column(client_marks::Column::ClientId)
        .filter(client_marks::Column::PracticeId.eq(tx.practice_id()));
    let unmarked = Column::Id.not_in_subquery(marked.into_query());
    let rows = tx.all(tx.find::<Entity>().filter(unmarked).limit(limit)).await?;
    opened(tx, rows).await
}

/// Of the practice, so that the same name has other marks in another one.
fn marking_key(tx: &Tx) -> MacKey {
    tx.data_key().mac_key("client marks")
}

/// Who is meant: all of these names, or one of the others.
fn meant(tx: &Tx, search: &Search) -> Condition {
    let key = marking_key(tx);
    let marked = |marks: Vec<Mark>| {
        let clients = client_marks::Entity::find()
            .select_only()
            .column(client_marks::Column::ClientId)
            .filter(client_marks::Column::PracticeId.eq(tx.practice_id()))
            .filter(client_marks::Column::Mark.is_in(marks));
        Column::Id.in_subquery(clients.into_query())
    };
    let mut names = Condition::all();
    for name in search.names(&key) {
        names = names.add(marked(vec![name]));
    }
    Condition::any().add(names).add(marked(search.others(&key).to_vec()))
}

pub async fn find(tx: &Tx, id: ClientId) -> Result<Option<ClientView>, AccessError> {
    let row = tx.one(tx.find::<Entity>().filter(Column::Id.eq(id))).await?;
    Ok(opened(tx, row.into_iter().collect()).await?.pop())
}

pub async fn find_and_hold(tx: &Tx, id: ClientId) -> Result<Option<ClientView>, AccessError> {
    let row = tx.one(tx.find::<Entity>().filter(Column::Id.eq(id)).lock_exclusive()).await?;
    Ok(opened(tx, row.into_iter().collect()).await?.pop())
}

/// A page of clients; of those who are meant, where somebody searches.
pub async fn list(
    tx: &Tx,
    search: Option<&Search>,
    query: &PageQuery,
) -> Result<Page<ClientView>, AccessError> {
    let mut select = tx.find::<Entity>().order_by_desc(Column::Id).limit(query.rows() + 1);
    if let Some(search) = search {
        select = select.filter(meant(tx, search));
    }
    if let Some(last) = query.cursor.as_deref().and_then(|cursor| cursor.parse::<ClientId>().ok()) {
        select = select.filter(Column::Id.lt(last));
    }
    let page = Page::from_overfull(tx.all(select).await?, query.rows(), |row| row.id.to_string());
    let mut items = opened(tx, page.items).await?;
    if let Some(search) = search {
        items.retain(|client| search.means(client));
    }
    Ok(Page { items, next_cursor: page.next_cursor })
}

/// Whether a client is seen for longer than an emergency lasts.
pub async fn is_visible_but_in_emergency(tx: &Tx, id: ClientId) -> Result<bool, AccessError> {
    Ok(tx.one(tx.find_but_in_emergency::<Entity>().filter(Column::Id.eq(id))).await?.is_some())
}

/// What these clients are called.
pub async fn names_among(
    tx: &Tx,
    ids: impl IntoIterator<Item = ClientId>,
) -> Result<HashMap<ClientId, Phi<String>>, AccessError> {
    let rows = tx.all(tx.find::<Entity>().filter(Column::Id.is_in(ids))).await?;
    let name = |client: ClientView| {
        (client.id, format!("{} {}", client.given_name.reveal(), client.family_name.reveal()).into())
    };
    Ok(opened(tx, rows).await?.into_iter().map(name).collect())
}

/// How many of these ids are clients of this practice.
pub async fn count_among(tx: &Tx, ids: &[ClientId]) -> Result<usize, AccessError> {
    let count = tx.count(tx.find::<Entity>().filter(Column::Id.is_in(ids.iter().copied()))).await?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// The columns that an insertion and a change both write.
fn sealed(key: &DataKey, client: &ClientView) -> ActiveModel {
    let fields = Fields::of(key, TABLE, client.id);
    let some = |column, value: Option<&Phi<String>>| value.map(|text| fields.seal(column, text));
    let date_of_birth = client.date_of_birth.as_ref().map(|date| Phi::new(date.reveal().to_string()));
    ActiveModel {
        id: Set(client.id),
        practice_id: NotSet,
        given_name: Set(fields.seal("given_name", &client.given_name)),
        family_name: Set(fields.seal("family_name", &client.family_name)),
        date_of_birth: Set(some("date_of_birth", date_of_birth.as_ref())),
        email: Set(some("email", client.email.as_ref())),
        phone: Set(some("phone", client.phone.as_ref())),
        pronouns: Set(some("pronouns", client.pronouns.as_ref())),
        external_id: Set(some("external_id", client.external_id.as_ref())),
        jurisdiction: Set(client.jurisdiction.clone()),
        created_by: NotSet,
        created_at: NotSet,
        updated_at: Set(client.updated_at),
    }
}

async fn opened(tx: &Tx, rows: Vec<Model>) -> Result<Vec<ClientView>, AccessError> {
    let keys = tx.client_keys(rows.iter().map(|row| row.id).collect()).await?;
    let view = |row: Model| {
        let fields = Fields::of(keys.of(row.id)?, TABLE, row.id);
        Ok(ClientView {
            id: row.id,
            given_name: fields.open("given_name", &row.given_name)?,
            family_name: fields.open("family_name", &row.family_name)?,
            date_of_birth: date(&fields, row.date_of_birth.as_ref())?,
            email: fields.open_some("email", row.email.as_ref())?,
            phone: fields.open_some("phone", row.phone.as_ref())?,
            pronouns: fields.open_some("pronouns", row.pronouns.as_ref())?,
            external_id: fields.open_some("external_id", row.external_id.as_ref())?,
            jurisdiction: row.jurisdiction,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    };
    rows.into_iter().map(view).collect()
}

/// When these clients were born, if it is known.
pub async fn dates_of_birth(
    tx: &Tx,
    rows: Vec<Model>,
) -> Result<Vec<(ClientId, Option<Phi<NaiveDate>>)>, AccessError> {
    let mut found = Vec::with_capacity(rows.len());
    for some in rows.chunks(IDS) {
        let keys = tx.client_keys(some.iter().map(|row| row.id).collect()).await?;
        for row in some {
            let fields = Fields::of(keys.of(row.id)?, TABLE, row.id);
            found.push((row.id, date(&fields, row.date_of_birth.as_ref())?));
        }
    }
    Ok(found)
}

fn date(fields: &Fields, sealed: Option<&Sealed>) -> Result<Option<Phi<NaiveDate>>, AccessError> {
    let text = fields.open_some("date_of_birth", sealed)?;
    text.map(|text| text.reveal().parse().map(Phi::new).map_err(|_no_date| fields.damaged("date_of_birth")))
        .transpose()
}
