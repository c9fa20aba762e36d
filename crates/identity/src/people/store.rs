//! The rows of a practice's people.

use std::collections::HashMap;

use access::{AccessError, Reading as _, Tx};
use chrono::{DateTime, Utc};
use entities::{auth_sessions, memberships as table, session_uses as uses, supervisions, users};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait as _, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect,
};
use shared::{
    MembershipId, Phi, UserId,
    auth::UserView,
    page::{Page, PageQuery},
    people::{Colleague, PersonView},
    permissions::Role,
};

use crate::{
    roles::{self, Part},
    store::user_view,
};

pub type Row = table::Model;

/// Somebody's place in this practice, whether they are still active or not.
pub async fn find(tx: &Tx, id: UserId) -> Result<Option<Row>, AccessError> {
    tx.one(tx.find::<table::Entity>().filter(table::Column::UserId.eq(id))).await
}

/// Everybody who may sign in.
pub async fn list_active(tx: &Tx) -> Result<Vec<Row>, AccessError> {
    tx.all(tx.find::<table::Entity>().filter(table::Column::DeactivatedAt.is_null())).await
}

/// Everybody who is or was here, each with their name.
pub async fn list_named(tx: &Tx) -> Result<Vec<(Row, Phi<String>)>, AccessError> {
    let rows = tx.all(tx.find::<table::Entity>()).await?;
    let mut people = accounts(tx, rows.iter().map(|row| row.user_id)).await?;
    Ok(rows.into_iter().filter_map(|row| people.remove(&row.user_id).map(|it| (row, it.name))).collect())
}

/// The active owners, whose rows nobody else changes until the transaction ends.
pub async fn hold_owners(tx: &Tx) -> Result<Vec<UserId>, AccessError> {
    let select = tx
        .find::<table::Entity>()
        .filter(table::Column::Role.eq(Role::Owner))
        .filter(table::Column::DeactivatedAt.is_null())
        .order_by_asc(table::Column::Id)
        .lock_exclusive();
    Ok(tx.all(select).await?.into_iter().map(|row| row.user_id).collect())
}

pub async fn update(tx: &mut Tx, member: &Row, part: &Part, active: bool) -> Result<(), AccessError> {
    let deactivated_at = (!active).then(|| member.deactivated_at.unwrap_or(tx.now()));
    let row = table::ActiveModel {
        role: Set(part.role),
        role_id: Set(part.role_id()),
        deactivated_at: Set(deactivated_at),
        ..Default::default()
    };
    let update = tx.update::<table::Entity>().filter(table::Column::Id.eq(member.id)).set(row);
    tx.execute_update(update).await.map(drop)
}

/// Ends every sign-in of somebody in this practice.
pub async fn end_sign_ins(tx: &mut Tx, id: UserId) -> Result<(), AccessError> {
    let update = tx
        .update::<auth_sessions::Entity>()
        .filter(auth_sessions::Column::UserId.eq(id))
        .filter(auth_sessions::Column::RevokedAt.is_null())
        .set(auth_sessions::ActiveModel { revoked_at: Set(Some(tx.now())), ..Default::default() });
    tx.execute_update(update).await.map(drop)
}

pub async fn find_view(tx: &Tx, id: UserId) -> Result<Option<PersonView>, AccessError> {
    let rows = find(tx, id).await?.into_iter().collect();
    Ok(views(tx, rows).await?.pop())
}

/// Whether those who left are wanted as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Active,
    Everybody,
}

pub async fn list(tx: &Tx, query: &PageQuery, who: Who) -> Result<Page<PersonView>, AccessError> {
    let page = rows(tx, query, who).await?;
    Ok(Page { items: views(tx, page.items).await?, next_cursor: page.next_cursor })
}

pub async fn list_colleagues(tx: &Tx, query: &PageQuery) -> Result<Page<Colleague>, AccessError> {
    let page = rows(tx, query, Who::Active).await?;
    Ok(Page { items: colleagues(tx, &page.items).await?, next_cursor: page.next_cursor })
}

pub async fn list_colleagues_among(tx: &Tx, ids: &[UserId]) -> Result<Vec<Colleague>, AccessError> {
    let select = tx.find::<table::Entity>().filter(table::Column::UserId.is_in(ids.iter().copied()));
    colleagues(tx, &tx.all(select).await?).await
}

async fn rows(tx: &Tx, query: &PageQuery, who: Who) -> Result<Page<Row>, AccessError> {
    let mut select = tx.find::<table::Entity>().order_by_desc(table::Column::Id).limit(query.rows() + 1);
    if who == Who::Active {
        select = select.filter(table::Column::DeactivatedAt.is_null());
    }
    if let Some(last) = query.cursor.as_deref().and_then(|cursor| cursor.parse::<MembershipId>().ok()) {
        select = select.filter(table::Column::Id.lt(last));
    }
    Ok(Page::from_overfull(tx.all(select).await?, query.rows(), |row| row.id.to_string()))
}

/// Who of these is supervised, and by whom.
pub async fn supervisors_among(tx: &Tx, ids: &[UserId]) -> Result<Vec<(UserId, UserId)>, AccessError> {
    let select = tx
        .find::<supervisions::Entity>()
        .filter(supervisions::Column::UserId.is_in(ids.iter().copied()))
        .order_by_asc(supervisions::Column::CreatedAt);
    Ok(tx.all(select).await?.into_iter().map(|row| (row.user_id, row.supervisor_id)).collect())
}

pub async fn insert_supervision(tx: &mut Tx, id: UserId, supervisor_id: UserId) -> Result<(), AccessError> {
    let row = supervisions::ActiveModel {
        practice_id: Set(tx.practice_id()),
        supervisor_id: Set(supervisor_id),
        user_id: Set(id),
        created_at: Set(tx.now()),
    };
    tx.insert::<supervisions::Entity>(row).await
}

pub async fn delete_supervision(tx: &mut Tx, id: UserId, supervisor_id: UserId) -> Result<bool, AccessError> {
    let delete = tx
        .delete::<supervisions::Entity>()
        .filter(supervisions::Column::UserId.eq(id))
        .filter(supervisions::Column::SupervisorId.eq(supervisor_id));
    Ok(tx.execute_delete(delete).await? == 1)
}

/// These accounts, by their ids.
pub async fn accounts(
    tx: &Tx,
    ids: impl Iterator<Item = UserId>,
) -> Result<HashMap<UserId, UserView>, AccessError> {
    let select = tx.find_across_practices::<users::Entity>().filter(users::Column::Id.is_in(ids));
    let key = tx.database().server_key();
    tx.all(select).await?.iter().map(|row| Ok((row.id, user_view(&key, row)?))).collect()
}

/// Where the owners are written to.
pub async fn addresses_of_owners(tx: &Tx) -> Result<Vec<Phi<String>>, AccessError> {
    let owners = tx
        .find::<table::Entity>()
        .filter(table::Column::Role.eq(Role::Owner))
        .filter(table::Column::DeactivatedAt.is_null());
    let owners = tx.all(owners).await?;
    let people = accounts(tx, owners.iter().map(|row| row.user_id)).await?;
    Ok(people.into_values().map(|it| it.email).collect())
}

async fn colleagues(tx: &Tx, rows: &[Row]) -> Result<Vec<Colleague>, AccessError> {
    let mut accounts = accounts(tx, rows.iter().map(|row| row.user_id)).await?;
    let name = |row: &Row| {
        let account = accounts.remove(&row.user_id)?;
        Some(Colleague { id: row.user_id, name: account.name, role: row.role })
    };
    Ok(rows.iter().filter_map(name).collect())
}

async fn views(tx: &Tx, rows: Vec<Row>) -> Result<Vec<PersonView>, AccessError> {
    let ids: Vec<UserId> = rows.iter().map(|row| row.user_id).collect();
    let mut accounts = accounts(tx, ids.iter().copied()).await?;
    let supervisors = supervisors_among(tx, &ids).await?;
    let last_uses = last_uses(tx, &ids).await?;
    let own_roles = roles::list_own(tx).await?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(user) = accounts.remove(&row.user_id) else { continue };
        let own = row.role_id.and_then(|id| own_roles.get(&id)).cloned();
        views.push(PersonView {
            id: row.user_id,
            name: user.name,
            email: user.email,
            role: row.role,
            own_role: own,
            active: row.deactivated_at.is_none(),
            joined_at: row.created_at,
            last_used_at: last_uses.get(&row.user_id).copied(),
            supervisors: supervisors.iter().filter(|it| it.0 == row.user_id).map(|it| it.1).collect(),
        });
    }
    Ok(views)
}

/// When somebody was last here.
#[derive(FromQueryResult)]
struct LastUse {
    user_id: UserId,
    used_at: DateTime<Utc>,
}

async fn last_uses(tx: &Tx, ids: &[UserId]) -> Result<HashMap<UserId, DateTime<Utc>>, AccessError> {
    let sign_in = uses::Entity::belongs_to(auth_sessions::Entity)
        .from(uses::Column::SessionId)
        .to(auth_sessions::Column::Id);
    let select = tx
        .find::<uses::Entity>()
        .join(JoinType::InnerJoin, sign_in.into())
        .select_only()
        .column(auth_sessions::Column::UserId)
        .column_as(uses::Column::UsedAt.max(), "used_at")
        .filter(auth_sessions::Column::UserId.is_in(ids.iter().copied()))
        .group_by(auth_sessions::Column::UserId);
    let last: Vec<LastUse> = tx.all_as(select).await?;
    Ok(last.into_iter().map(|it| (it.user_id, it.used_at)).collect())
}
