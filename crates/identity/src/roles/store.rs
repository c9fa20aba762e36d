//! The rows of a practice's own roles.

use access::{AccessError, SealedColumn, Tx};
use entities::{invitations, memberships, roles as table};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType};
use shared::{
    RoleId,
    page::{Page, PageQuery},
    permissions::{Permissions, Role},
    roles::RoleView,
};

const NAME: SealedColumn = SealedColumn { table: "roles", column: "name" };

pub type Row = table::Model;

pub async fn find(tx: &Tx, id: RoleId) -> Result<Option<Row>, AccessError> {
    tx.one(tx.find::<table::Entity>().filter(table::Column::Id.eq(id))).await
}

pub async fn list_all(tx: &Tx) -> Result<Vec<Row>, AccessError> {
    tx.all(tx.find::<table::Entity>()).await
}

/// A role, which stays as it is and where it is until the transaction ends.
pub async fn find_and_hold(tx: &Tx, id: RoleId) -> Result<Option<Row>, AccessError> {
    let select = tx.find::<table::Entity>().filter(table::Column::Id.eq(id));
    tx.one(select.lock(LockType::Share)).await
}

/// A role that this transaction is going to change.
pub async fn find_to_change(tx: &Tx, id: RoleId) -> Result<Option<Row>, AccessError> {
    tx.one(tx.find::<table::Entity>().filter(table::Column::Id.eq(id)).lock_exclusive()).await
}

pub fn name(tx: &Tx, row: &Row) -> Result<String, AccessError> {
    tx.open(NAME, row.id, &row.name)
}

pub async fn insert(
    tx: &mut Tx,
    id: RoleId,
    name: &str,
    base: Role,
    permissions: Permissions,
) -> Result<(), AccessError> {
    let row = table::ActiveModel {
        id: Set(id),
        practice_id: Set(tx.practice_id()),
        name: Set(tx.seal(NAME, id, name)),
        base: Set(base),
        permissions: Set(permissions.to_words()),
        created_at: Set(tx.now()),
        updated_at: Set(tx.now()),
    };
    tx.insert::<table::Entity>(row).await
}

pub async fn update(
    tx: &mut Tx,
    id: RoleId,
    name: &str,
    permissions: Permissions,
) -> Result<(), AccessError> {
    let row = table::ActiveModel {
        name: Set(tx.seal(NAME, id, name)),
        permissions: Set(permissions.to_words()),
        updated_at: Set(tx.now()),
        ..Default::default()
    };
    let update = tx.update::<table::Entity>().filter(table::Column::Id.eq(id)).set(row);
    tx.execute_update(update).await.map(drop)
}

pub async fn delete(tx: &mut Tx, id: RoleId) -> Result<(), AccessError> {
    let delete = tx.delete::<table::Entity>().filter(table::Column::Id.eq(id));
    tx.execute_delete(delete).await.map(drop)
}

/// Whether somebody has it, or had it when they were deactivated, or was ever invited as it and may be yet.
pub async fn is_in_use(tx: &Tx, id: RoleId) -> Result<bool, AccessError> {
    let of_members = tx.find::<memberships::Entity>().filter(memberships::Column::RoleId.eq(id)).limit(1);
    let of_invited = tx
        .find::<invitations::Entity>()
        .filter(invitations::Column::RoleId.eq(id))
        .filter(invitations::Column::AcceptedAt.is_null())
        .filter(invitations::Column::RevokedAt.is_null())
        .limit(1);
    Ok(tx.one(of_members).await?.is_some() || tx.one(of_invited).await?.is_some())
}

/// Invitations that are over need no role any more.
pub async fn forget_in_invitations(tx: &mut Tx, id: RoleId) -> Result<(), AccessError> {
    let row = invitations::ActiveModel { role_id: Set(None), ..Default::default() };
    let update = tx.update::<invitations::Entity>().filter(invitations::Column::RoleId.eq(id)).set(row);
    tx.execute_update(update).await.map(drop)
}

pub async fn view(tx: &Tx, row: Row) -> Result<RoleView, AccessError> {
    Ok(RoleView {
        id: row.id,
        name: name(tx, &row)?.into(),
        base: row.base,
        permissions: Permissions::from_words(&row.permissions).iter().collect(),
        in_use: is_in_use(tx, row.id).await?,
    })
}

pub async fn list(tx: &Tx, query: &PageQuery) -> Result<Page<RoleView>, AccessError> {
    let mut select = tx.find::<table::Entity>().order_by_asc(table::Column::Id).limit(query.rows() + 1);
    if let Some(last) = query.cursor.as_deref().and_then(|cursor| cursor.parse::<RoleId>().ok()) {
        select = select.filter(table::Column::Id.gt(last));
    }
    let page = Page::from_overfull(tx.all(select).await?, query.rows(), |row| row.id.to_string());
    let mut items = Vec::with_capacity(page.items.len());
    for row in page.items {
        items.push(view(tx, row).await?);
    }
    Ok(Page { items, next_cursor: page.next_cursor })
}
