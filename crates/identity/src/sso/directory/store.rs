//! The rows of directories: whom they tell of, in which groups, and which messages were read.

use access::{AccessError, Tx};
use chrono::{DateTime, TimeDelta, Utc};
use entities::{sso_directory_groups as groups, sso_directory_people as directory, sso_messages as messages};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect};
use shared::{SsoConnectionId, UserId, page::MAX_LIMIT};

use crate::store::email_index;

/// How long a message is remembered. It is sent again for three days, and is not taken unsigned later.
const REMEMBERED: TimeDelta = TimeDelta::days(30);

pub type Row = directory::Model;

pub fn person_index(tx: &Tx, id: &str) -> Vec<u8> {
    tx.data_key().keyed_hash("sso.directory-person", &[id.as_bytes()]).to_vec()
}

/// Whether a message had not been read before.
pub async fn insert_message(tx: &mut Tx, id: &str) -> Result<bool, AccessError> {
    let hash = crypto::token_hash(id).to_vec();
    let select = tx.find::<messages::Entity>().filter(messages::Column::MessageHash.eq(hash.clone()));
    if tx.one(select).await?.is_some() {
        return Ok(false);
    }
    let old = tx.delete::<messages::Entity>().filter(messages::Column::ReadAt.lt(tx.now() - REMEMBERED));
    tx.execute_delete(old).await?;
    let row = messages::ActiveModel {
        practice_id: Set(tx.practice_id()),
        message_hash: Set(hash),
        read_at: Set(tx.now()),
    };
    tx.insert::<messages::Entity>(row).await?;
    Ok(true)
}

pub async fn find_person(tx: &Tx, index: &[u8]) -> Result<Option<Row>, AccessError> {
    tx.one(tx.find::<directory::Entity>().filter(directory::Column::PersonIndex.eq(index.to_vec()))).await
}

pub async fn find_person_by_email(tx: &Tx, email: &str) -> Result<Option<Row>, AccessError> {
    let select = tx
        .find::<directory::Entity>()
        .filter(directory::Column::EmailIndex.eq(email_index(tx, email)))
        .order_by_desc(directory::Column::ChangedAt)
        .limit(1);
    tx.one(select).await
}

/// Notes how somebody is at a moment, unless something later is known.
pub async fn note_person(
    tx: &mut Tx,
    connection_id: SsoConnectionId,
    index: &[u8],
    email: &str,
    active: bool,
    at: DateTime<Utc>,
) -> Result<(), AccessError> {
    let email_index = email_index(tx, email);
    if find_person(tx, index).await?.is_some() {
        let update = tx
            .update::<directory::Entity>()
            .filter(directory::Column::PersonIndex.eq(index.to_vec()))
            .filter(directory::Column::ChangedAt.lte(at))
            .set(directory::ActiveModel {
                email_index: Set(email_index),
                active: Set(active),
                changed_at: Set(at),
                ..Default::default()
            });
        return tx.execute_update(update).await.map(drop);
    }
    let row = directory::ActiveModel {
        practice_id: Set(tx.practice_id()),
        person_index: Set(index.to_vec()),
        connection_id: Set(connection_id),
        email_index: Set(email_index),
        user_id: Set(None),
        active: Set(active),
        is_in: Set(true),
        changed_at: Set(at),
    };
    tx.insert::<directory::Entity>(row).await
}

/// Remembers whom somebody in a directory is here, and whether the directory wants them here.
pub async fn settle_person(
    tx: &mut Tx,
    index: &[u8],
    user_id: UserId,
    is_in: bool,
) -> Result<(), AccessError> {
    let update = tx
        .update::<directory::Entity>()
        .filter(directory::Column::PersonIndex.eq(index.to_vec()))
        .set(directory::ActiveModel { user_id: Set(Some(user_id)), is_in: Set(is_in), ..Default::default() });
    tx.execute_update(update).await.map(drop)
}

/// That somebody was, or was not, in a group at a moment.
pub struct Membership<'a> {
    pub group_id: &'a str,
    pub name: &'a str,
    pub is_in: bool,
    pub at: DateTime<Utc>,
}

/// Notes it, unless something later is known.
pub async fn note_membership(
    tx: &mut Tx,
    connection_id: SsoConnectionId,
    index: &[u8],
    seen: &Membership<'_>,
) -> Result<(), AccessError> {
    let select = tx
        .find::<groups::Entity>()
        .filter(groups::Column::PersonIndex.eq(index.to_vec()))
        .filter(groups::Column::GroupId.eq(seen.group_id));
    let changed = groups::ActiveModel {
        name: Set(seen.name.to_owned()),
        is_in: Set(seen.is_in),
        changed_at: Set(seen.at),
        ..Default::default()
    };
    let Some(known) = tx.one(select).await? else {
        let row = groups::ActiveModel {
            practice_id: Set(tx.practice_id()),
            person_index: Set(index.to_vec()),
            group_id: Set(seen.group_id.to_owned()),
            connection_id: Set(connection_id),
            ..changed
        };
        return tx.insert::<groups::Entity>(row).await;
    };
    if known.changed_at > seen.at {
        return Ok(());
    }
    let update = tx
        .update::<groups::Entity>()
        .filter(groups::Column::PersonIndex.eq(index.to_vec()))
        .filter(groups::Column::GroupId.eq(seen.group_id))
        .set(changed);
    tx.execute_update(update).await.map(drop)
}

/// Calls a group something else, or empties it where it is gone; who is concerned.
pub async fn rename_group(
    tx: &mut Tx,
    group_id: &str,
    name: Option<&str>,
    at: DateTime<Utc>,
) -> Result<Vec<Vec<u8>>, AccessError> {
    let of_group =
        Condition::all().add(groups::Column::GroupId.eq(group_id)).add(groups::Column::ChangedAt.lte(at));
    let concerned = tx.all(tx.find::<groups::Entity>().filter(of_group.clone())).await?;
    let changed = match name {
        Some(name) => groups::ActiveModel { name: Set(name.to_owned()), ..Default::default() },
        None => groups::ActiveModel { is_in: Set(false), changed_at: Set(at), ..Default::default() },
    };
    let update = tx.update::<groups::Entity>().filter(of_group).set(changed);
    tx.execute_update(update).await?;
    Ok(concerned.into_iter().map(|row| row.person_index).collect())
}

/// What the groups are called that somebody is in.
pub async fn list_groups(tx: &Tx, index: &[u8]) -> Result<Vec<String>, AccessError> {
    let select = tx
        .find::<groups::Entity>()
        .filter(groups::Column::PersonIndex.eq(index.to_vec()))
        .filter(groups::Column::IsIn.eq(true))
        .limit(MAX_LIMIT);
    Ok(tx.all(select).await?.into_iter().map(|row| row.name).collect())
}
