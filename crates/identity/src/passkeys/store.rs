//! The rows of passkeys and of the challenges that wait for them.

use access::{AccessError, Reading, SealedColumn, Tx};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use entities::{Sealed, passkey_challenges as challenges, passkeys as table};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use shared::{PasskeyId, UserId, passkeys::PasskeyView};
use uuid::Uuid;
use webauthn_rs::prelude::Passkey;

const NAME: SealedColumn = SealedColumn { table: "passkeys", column: "name" };
const CREDENTIAL: SealedColumn = SealedColumn { table: "passkeys", column: "credential" };

pub(super) async fn find(tx: &impl Reading, credential: &[u8]) -> Result<Option<table::Model>, AccessError> {
    tx.first(table::Entity::find().filter(table::Column::CredentialId.eq(credential.to_vec()))).await
}

/// Which of these people have any.
pub(crate) async fn list_with_any(tx: &Tx, ids: &[UserId]) -> Result<Vec<UserId>, AccessError> {
    let select = table::Entity::find().filter(table::Column::UserId.is_in(ids.iter().copied()));
    Ok(tx.all(select).await?.into_iter().map(|row| row.user_id).collect())
}

pub(super) async fn list(tx: &Tx, user_id: UserId) -> Result<Vec<table::Model>, AccessError> {
    let own = table::Entity::find().filter(table::Column::UserId.eq(user_id));
    tx.all(own.order_by_asc(table::Column::Id)).await
}

/// The ids of a person's passkeys, as they travel: base64url without padding.
pub(super) async fn list_credential_ids(tx: &Tx, user_id: UserId) -> Result<Vec<String>, AccessError> {
    let travels = |row: table::Model| BASE64_URL_SAFE_NO_PAD.encode(row.credential_id);
    Ok(list(tx, user_id).await?.into_iter().map(travels).collect())
}

/// A person's passkeys, the oldest first.
pub(crate) async fn list_views(tx: &Tx, user_id: UserId) -> Result<Vec<PasskeyView>, AccessError> {
    let view = |row: table::Model| {
        let name = open(tx, NAME, row.id, &row.name)?;
        let name = String::from_utf8(name).map_err(|_not_text| damaged(NAME))?;
        Ok(PasskeyView {
            id: row.id,
            name: name.into(),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        })
    };
    list(tx, user_id).await?.into_iter().map(view).collect()
}

/// The key and what is known of its device.
pub(super) fn open_credential(tx: &Tx, row: &table::Model) -> Result<Passkey, AccessError> {
    let json = open(tx, CREDENTIAL, row.id, &row.credential)?;
    serde_json::from_slice(&json).map_err(|_not_json| damaged(CREDENTIAL))
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: PasskeyId,
    user_id: UserId,
    name: &str,
    passkey: &Passkey,
) -> Result<(), AccessError> {
    let row = table::ActiveModel {
        id: Set(id),
        user_id: Set(user_id),
        credential_id: Set(passkey.cred_id().clone()),
        name: Set(seal(tx, NAME, id, name.as_bytes())),
        credential: Set(sealed_credential(tx, id, passkey)?),
        counter: Set(0),
        created_at: Set(tx.now()),
        last_used_at: Set(None),
    };
    tx.insert_global(row).await
}

/// Writes down a use; false when another request has just used it with a counter as high.
pub(super) async fn use_credential(
    tx: &mut Tx,
    row: &table::Model,
    passkey: &Passkey,
    counter: u32,
) -> Result<bool, AccessError> {
    let counter = i64::from(counter);
    // Many passkeys do not count, and always say zero (WebAuthn Level 3 §6.1.1).
    let kept = table::Column::Counter;
    let goes_on = if counter == 0 { kept.eq(0) } else { kept.lt(counter) };
    let credential = sealed_credential(tx, row.id, passkey)?;
    let update = table::Entity::update_many().filter(table::Column::Id.eq(row.id)).filter(goes_on).set(
        table::ActiveModel {
            credential: Set(credential),
            counter: Set(counter),
            last_used_at: Set(Some(tx.now())),
            ..Default::default()
        },
    );
    Ok(tx.update_global(update).await? == 1)
}

/// False when it is none of theirs.
pub(super) async fn rename(
    tx: &mut Tx,
    user_id: UserId,
    id: PasskeyId,
    name: &str,
) -> Result<bool, AccessError> {
    let name = seal(tx, NAME, id, name.as_bytes());
    let update = table::Entity::update_many()
        .filter(table::Column::Id.eq(id))
        .filter(table::Column::UserId.eq(user_id))
        .set(table::ActiveModel { name: Set(name), ..Default::default() });
    Ok(tx.update_global(update).await? == 1)
}

/// False when it is none of theirs.
pub(super) async fn remove(tx: &mut Tx, user_id: UserId, id: PasskeyId) -> Result<bool, AccessError> {
    let own = table::Entity::delete_many()
        .filter(table::Column::Id.eq(id))
        .filter(table::Column::UserId.eq(user_id));
    Ok(tx.delete_global(own).await? == 1)
}

pub(super) async fn keep_challenge(
    tx: &mut Tx,
    hash: Vec<u8>,
    (purpose, bound_to): (&'static str, Uuid),
    state: String,
    expires_at: DateTime<Utc>,
) -> Result<(), AccessError> {
    tx.insert_global(challenges::ActiveModel {
        challenge_hash: Set(hash),
        purpose: Set(purpose.to_owned()),
        bound_to: Set(bound_to),
        state: Set(state),
        expires_at: Set(expires_at),
    })
    .await
}

/// Takes a challenge out; `None` when there is none like it, or another request has just taken it.
pub(super) async fn take_challenge(
    tx: &mut Tx,
    hash: Vec<u8>,
    (purpose, bound_to): (&'static str, Uuid),
) -> Result<Option<String>, AccessError> {
    let this = challenges::Column::ChallengeHash.eq(hash);
    let Some(row) = tx.one(challenges::Entity::find().filter(this.clone())).await? else { return Ok(None) };
    let taken = tx.delete_global(challenges::Entity::delete_many().filter(this)).await? == 1;
    let fits = row.purpose == purpose && row.bound_to == bound_to && row.expires_at > tx.now();
    Ok((taken && fits).then_some(row.state))
}

pub(super) async fn remove_expired_challenges(tx: &mut Tx) -> Result<(), AccessError> {
    let expired = challenges::Entity::delete_many().filter(challenges::Column::ExpiresAt.lte(tx.now()));
    tx.delete_global(expired).await.map(drop)
}

fn sealed_credential(tx: &Tx, id: PasskeyId, passkey: &Passkey) -> Result<Sealed, AccessError> {
    let json = serde_json::to_vec(passkey).map_err(|_no_json| damaged(CREDENTIAL))?;
    Ok(seal(tx, CREDENTIAL, id, &json))
}

fn seal(tx: &Tx, column: SealedColumn, id: PasskeyId, bytes: &[u8]) -> Sealed {
    Sealed(tx.database().server_key().seal(column, id.0, bytes))
}

fn open(tx: &Tx, column: SealedColumn, id: PasskeyId, sealed: &Sealed) -> Result<Vec<u8>, AccessError> {
    let opened = tx.database().server_key().open(column, id.0, &sealed.0);
    Ok(opened.map_err(|_does_not_open| damaged(column))?.to_vec())
}

fn damaged(column: SealedColumn) -> AccessError {
    AccessError::Damaged { table: column.table, column: column.column }
}
