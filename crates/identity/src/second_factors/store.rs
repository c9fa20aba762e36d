//! The rows of second factors.

use access::{AccessError, Reading, SealedColumn, Tx};
use crypto::Zeroizing;
use entities::{Sealed, passkeys, recovery_codes, totp_factors, users};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect as _,
    QueryTrait as _, sea_query::Expr,
};
use shared::UserId;

const SECRET: SealedColumn = SealedColumn { table: "totp_factors", column: "secret" };
/// No step was used yet.
const NO_STEP: i64 = -1;

#[derive(FromQueryResult)]
struct WhatCounts {
    totp: bool,
    passkey: bool,
}

/// Whether a person has confirmed codes by time, and whether they have a passkey.
pub(super) async fn what_counts(tx: &impl Reading, user_id: UserId) -> Result<(bool, bool), AccessError> {
    let totp = totp_factors::Entity::find()
        .select_only()
        .expr(Expr::value(1))
        .filter(totp_factors::Column::UserId.eq(user_id))
        .filter(totp_factors::Column::ConfirmedAt.is_not_null());
    let passkey = passkeys::Entity::find()
        .select_only()
        .expr(Expr::value(1))
        .filter(passkeys::Column::UserId.eq(user_id));
    let select = users::Entity::find()
        .select_only()
        .expr_as(Expr::exists(totp.into_query()), "totp")
        .expr_as(Expr::exists(passkey.into_query()), "passkey")
        .filter(users::Column::Id.eq(user_id));
    let found = tx.first_as::<WhatCounts>(select).await?;
    Ok(found.map_or((false, false), |it| (it.totp, it.passkey)))
}

pub(super) async fn find_totp(
    tx: &impl Reading,
    user_id: UserId,
) -> Result<Option<totp_factors::Model>, AccessError> {
    tx.first(totp_factors::Entity::find().filter(totp_factors::Column::UserId.eq(user_id))).await
}

/// Which of these people have codes by time set up.
pub(super) async fn list_with_totp(tx: &Tx, ids: &[UserId]) -> Result<Vec<UserId>, AccessError> {
    let select = totp_factors::Entity::find()
        .filter(totp_factors::Column::UserId.is_in(ids.iter().copied()))
        .filter(totp_factors::Column::ConfirmedAt.is_not_null());
    Ok(tx.all(select).await?.into_iter().map(|row| row.user_id).collect())
}

pub(super) fn open_secret(tx: &Tx, row: &totp_factors::Model) -> Result<Zeroizing<Vec<u8>>, AccessError> {
    let opened = tx.database().server_key().open(SECRET, row.user_id.0, &row.secret.0);
    let damaged = |_| AccessError::Damaged { table: SECRET.table, column: SECRET.column };
    Ok(Zeroizing::new(opened.map_err(damaged)?.to_vec()))
}

/// Keeps a secret in place of one that was never confirmed.
pub(super) async fn keep_secret(tx: &mut Tx, user_id: UserId, secret: &[u8]) -> Result<(), AccessError> {
    let unconfirmed = totp_factors::Entity::delete_many()
        .filter(totp_factors::Column::UserId.eq(user_id))
        .filter(totp_factors::Column::ConfirmedAt.is_null());
    tx.delete_global(unconfirmed).await?;
    let sealed = Sealed(tx.database().server_key().seal(SECRET, user_id.0, secret));
    tx.insert_global(totp_factors::ActiveModel {
        user_id: Set(user_id),
        secret: Set(sealed),
        confirmed_at: Set(None),
        last_step: Set(NO_STEP),
        created_at: Set(tx.now()),
    })
    .await
}

/// Confirms with a code of `step`; false when another request has just done so.
pub(super) async fn confirm(tx: &mut Tx, user_id: UserId, step: i64) -> Result<bool, AccessError> {
    let update = totp_factors::Entity::update_many()
        .filter(totp_factors::Column::UserId.eq(user_id))
        .filter(totp_factors::Column::ConfirmedAt.is_null())
        .set(totp_factors::ActiveModel {
            confirmed_at: Set(Some(tx.now())),
            last_step: Set(step),
            ..Default::default()
        });
    Ok(tx.update_global(update).await? == 1)
}

/// Uses up a step and all before it; false when another request has just done so.
pub(super) async fn use_step(tx: &mut Tx, user_id: UserId, step: i64) -> Result<bool, AccessError> {
    let update = totp_factors::Entity::update_many()
        .filter(totp_factors::Column::UserId.eq(user_id))
        .filter(totp_factors::Column::LastStep.lt(step))
        .set(totp_factors::ActiveModel { last_step: Set(step), ..Default::default() });
    Ok(tx.update_global(update).await? == 1)
}

/// Uses up a recovery code; false when there is none like it, or another request has just done so.
pub(super) async fn use_recovery_code(
    tx: &mut Tx,
    user_id: UserId,
    hash: Vec<u8>,
) -> Result<bool, AccessError> {
    let update = recovery_codes::Entity::update_many()
        .filter(recovery_codes::Column::UserId.eq(user_id))
        .filter(recovery_codes::Column::CodeHash.eq(hash))
        .filter(recovery_codes::Column::UsedAt.is_null())
        .set(recovery_codes::ActiveModel { used_at: Set(Some(tx.now())), ..Default::default() });
    Ok(tx.update_global(update).await? == 1)
}

pub(super) async fn count_recovery_codes(tx: &Tx, user_id: UserId) -> Result<u32, AccessError> {
    let select = recovery_codes::Entity::find()
        .filter(recovery_codes::Column::UserId.eq(user_id))
        .filter(recovery_codes::Column::UsedAt.is_null());
    Ok(u32::try_from(tx.all(select).await?.len()).unwrap_or(u32::MAX))
}

pub(super) async fn replace_recovery_codes(
    tx: &mut Tx,
    user_id: UserId,
    hashes: Vec<Vec<u8>>,
) -> Result<(), AccessError> {
    let all = recovery_codes::Entity::delete_many().filter(recovery_codes::Column::UserId.eq(user_id));
    tx.delete_global(all).await?;
    for code_hash in hashes {
        tx.insert_global(recovery_codes::ActiveModel {
            user_id: Set(user_id),
            code_hash: Set(code_hash),
            used_at: Set(None),
            created_at: Set(tx.now()),
        })
        .await?;
    }
    Ok(())
}

pub(super) async fn remove_totp(tx: &mut Tx, user_id: UserId) -> Result<(), AccessError> {
    let totp = totp_factors::Entity::delete_many().filter(totp_factors::Column::UserId.eq(user_id));
    tx.delete_global(totp).await?;
    Ok(())
}
