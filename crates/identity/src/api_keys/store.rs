//! The rows of keys.

use access::{AccessError, Lookup, Reading as _, SealedColumn, Tx};
use chrono::{DateTime, Utc};
use entities::api_keys as table;
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use shared::{
    ApiKeyId,
    api_keys::ApiKeyView,
    page::{Page, PageQuery},
    permissions::{Permission, Permissions},
};

const NAME: SealedColumn = SealedColumn { table: "api_keys", column: "name" };

type Row = table::Model;

pub async fn insert(
    tx: &mut Tx,
    id: ApiKeyId,
    name: &str,
    secret_hash: [u8; 32],
    permissions: Permissions,
    expires_at: DateTime<Utc>,
) -> Result<(), AccessError> {
    let words: Vec<&str> = permissions.iter().map(Permission::as_str).collect();
    let row = table::ActiveModel {
        id: Set(id),
        practice_id: Set(tx.practice_id()),
        name: Set(tx.seal(NAME, id, name)),
        secret_hash: Set(secret_hash.to_vec()),
        permissions: Set(words.join(" ")),
        created_by: Set(tx.actor().user_id()),
        created_at: Set(tx.now()),
        expires_at: Set(expires_at),
        last_used_at: Set(None),
        revoked_at: Set(None),
    };
    tx.insert::<table::Entity>(row).await
}

/// A word that is no permission any more permits nothing.
pub fn permissions_of(row: &Row) -> Permissions {
    let named: Permissions = row.permissions.split(' ').filter_map(Permission::from_word).collect();
    named.iter().filter(|permission| Permissions::of_keys().contains(*permission)).collect()
}

/// A key, whatever practice it is of.
pub async fn find_anywhere(lookup: &Lookup, id: ApiKeyId) -> Result<Option<Row>, AccessError> {
    lookup.first(lookup.find_across_practices::<table::Entity>().filter(table::Column::Id.eq(id))).await
}

fn live(tx: &Tx) -> Select<table::Entity> {
    tx.find::<table::Entity>().filter(table::Column::RevokedAt.is_null())
}

pub async fn list(tx: &Tx, query: &PageQuery) -> Result<Page<ApiKeyView>, AccessError> {
    let mut select = live(tx).order_by_desc(table::Column::Id).limit(query.rows() + 1);
    if let Some(last) = query.cursor.as_deref().and_then(|cursor| cursor.parse::<ApiKeyId>().ok()) {
        select = select.filter(table::Column::Id.lt(last));
    }
    let page = Page::from_overfull(tx.all(select).await?, query.rows(), |row| row.id.to_string());
    let items = page.items.iter().map(|row| view(tx, row)).collect::<Result<_, _>>()?;
    Ok(Page { items, next_cursor: page.next_cursor })
}

/// A key that was not revoked.
pub async fn find_view(tx: &Tx, id: ApiKeyId) -> Result<Option<ApiKeyView>, AccessError> {
    let row = tx.one(live(tx).filter(table::Column::Id.eq(id))).await?;
    row.map(|row| view(tx, &row)).transpose()
}

fn view(tx: &Tx, row: &Row) -> Result<ApiKeyView, AccessError> {
    Ok(ApiKeyView {
        id: row.id,
        name: tx.open(NAME, row.id, &row.name)?.into(),
        permissions: permissions_of(row).iter().collect(),
        created_by: row.created_by,
        created_at: row.created_at,
        expires_at: row.expires_at,
        expired: row.expires_at <= tx.now(),
        last_used_at: row.last_used_at,
    })
}

/// Whether there was one to revoke.
pub async fn mark_revoked(tx: &mut Tx, id: ApiKeyId) -> Result<bool, AccessError> {
    let now = Set(Some(tx.now()));
    change(tx, id, table::ActiveModel { revoked_at: now, ..Default::default() }).await
}

/// Gives a key that was not revoked another secret.
pub async fn set_secret(tx: &mut Tx, id: ApiKeyId, secret_hash: [u8; 32]) -> Result<(), AccessError> {
    let secret_hash = Set(secret_hash.to_vec());
    change(tx, id, table::ActiveModel { secret_hash, ..Default::default() }).await.map(drop)
}

/// A key is used now.
pub(crate) async fn note_use(tx: &mut Tx, id: ApiKeyId) -> Result<(), AccessError> {
    let now = Set(Some(tx.now()));
    change(tx, id, table::ActiveModel { last_used_at: now, ..Default::default() }).await.map(drop)
}

async fn change(tx: &mut Tx, id: ApiKeyId, row: table::ActiveModel) -> Result<bool, AccessError> {
    let update = tx
        .update::<table::Entity>()
        .filter(table::Column::Id.eq(id))
        .filter(table::Column::RevokedAt.is_null())
        .set(row);
    Ok(tx.execute_update(update).await? == 1)
}
