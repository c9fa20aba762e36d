//! Care teams in the database.

use access::{AccessError, Tx};
use chrono::{DateTime, Utc};
use entities::{care_team_members as table, memberships};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder};
use shared::{ClientId, UserId};

pub async fn insert(tx: &mut Tx, client_id: ClientId, user_id: UserId) -> Result<(), AccessError> {
    let row = table::ActiveModel {
        practice_id: Set(tx.practice_id()),
        user_id: Set(user_id),
        client_id: Set(client_id),
        created_at: Set(tx.now()),
    };
    tx.insert::<table::Entity>(row).await
}

pub async fn has(tx: &Tx, client_id: ClientId, user_id: UserId) -> Result<bool, AccessError> {
    let select = tx
        .find::<table::Entity>()
        .filter(table::Column::ClientId.eq(client_id))
        .filter(table::Column::UserId.eq(user_id));
    Ok(tx.one(select).await?.is_some())
}

/// Whether somebody is an active member of this practice.
pub async fn works_here(tx: &Tx, user_id: UserId) -> Result<bool, AccessError> {
    let select = tx
        .find::<memberships::Entity>()
        .filter(memberships::Column::UserId.eq(user_id))
        .filter(memberships::Column::DeactivatedAt.is_null());
    Ok(tx.one(select).await?.is_some())
}

pub async fn list(tx: &Tx, client_id: ClientId) -> Result<Vec<(UserId, DateTime<Utc>)>, AccessError> {
    let select = tx
        .find::<table::Entity>()
        .filter(table::Column::ClientId.eq(client_id))
        .order_by_asc(table::Column::CreatedAt)
        .order_by_asc(table::Column::UserId);
    Ok(tx.all(select).await?.into_iter().map(|row| (row.user_id, row.created_at)).collect())
}

pub async fn delete(tx: &mut Tx, client_id: ClientId, user_id: UserId) -> Result<bool, AccessError> {
    let delete = tx
        .delete::<table::Entity>()
        .filter(table::Column::ClientId.eq(client_id))
        .filter(table::Column::UserId.eq(user_id));
    Ok(tx.execute_delete(delete).await? == 1)
}
