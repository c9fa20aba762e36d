//! The rows of practices, accounts, memberships and sign-ins.

use access::{AccessError, Lookup, Reading, SealedColumn, Tx};
use chrono::{DateTime, Utc};
use crypto::DataKey;
use entities::{Sealed, auth_sessions, memberships, practices, roles, session_uses, users};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait as _,
    sea_query::{Expr, ExprTrait, IntoCondition},
};
use shared::{PracticeId, RoleId, SessionId, UserId, auth::UserView, page::MAX_LIMIT, permissions::Role};

use crate::{
    place::Place,
    practice,
    session::{Opening, Way},
};

const EMAIL: SealedColumn = SealedColumn { table: "users", column: "email" };
const NAME: SealedColumn = SealedColumn { table: "users", column: "name" };

pub(crate) type SessionRow = auth_sessions::Model;

/// The keyed index by which an account is found before its practice is known.
pub(crate) fn email_index(tx: &impl Reading, email: &str) -> Vec<u8> {
    tx.database().root().blind_index("users.email", &crypto::normalise_email(email)).to_vec()
}

pub(crate) async fn any_practice(tx: &Tx) -> Result<bool, AccessError> {
    let there = practices::Column::DeletedAt.is_null();
    Ok(tx.first(tx.find_across_practices::<practices::Entity>().filter(there).limit(1)).await?.is_some())
}

pub(crate) async fn insert_practice(tx: &mut Tx, name: &str, jurisdiction: &str) -> Result<(), AccessError> {
    let id = tx.practice_id();
    let row = practices::ActiveModel {
        id: Set(id),
        name: Set(practice::store::seal_name(tx, name)),
        jurisdiction: Set(jurisdiction.to_owned()),
        created_at: Set(tx.now()),
        // The rest is as the schema has it for every new practice.
        ..Default::default()
    };
    tx.insert_global(row).await
}

/// Sealed under the server's key: an account may belong to several practices.
pub(crate) async fn insert_user(
    tx: &mut Tx,
    id: UserId,
    name: &str,
    email: &str,
    password_hash: String,
) -> Result<(), AccessError> {
    let key = tx.database().server_key();
    let row = users::ActiveModel {
        id: Set(id),
        email_index: Set(email_index(tx, email)),
        email: Set(Sealed(key.seal(EMAIL, id.0, email.as_bytes()))),
        name: Set(Sealed(key.seal(NAME, id.0, name.as_bytes()))),
        password_hash: Set(password_hash),
        created_at: Set(tx.now()),
        last_practice_id: Set(None),
    };
    tx.insert_global(row).await
}

pub(crate) async fn insert_membership(
    tx: &mut Tx,
    user_id: UserId,
    role: Role,
    role_id: Option<RoleId>,
) -> Result<(), AccessError> {
    let row = memberships::ActiveModel {
        id: Set(tx.new_id()),
        practice_id: Set(tx.practice_id()),
        user_id: Set(user_id),
        role: Set(role),
        role_id: Set(role_id),
        created_at: Set(tx.now()),
        deactivated_at: Set(None),
    };
    tx.insert::<memberships::Entity>(row).await
}

pub(crate) async fn find_user_by_email(
    tx: &impl Reading,
    email: &str,
) -> Result<Option<users::Model>, AccessError> {
    let index = email_index(tx, email);
    tx.first(tx.find_across_practices::<users::Entity>().filter(users::Column::EmailIndex.eq(index))).await
}

pub(crate) async fn find_user(tx: &impl Reading, id: UserId) -> Result<Option<users::Model>, AccessError> {
    tx.first(tx.find_across_practices::<users::Entity>().filter(users::Column::Id.eq(id))).await
}

/// The account's hash; whoever came by a provider has no password until they choose one.
pub(crate) fn password_hash(user: users::Model) -> Option<String> {
    Some(user.password_hash).filter(|hash| !hash.is_empty())
}

/// The account with this index of an e-mail.
pub(crate) async fn find_user_by_index(tx: &Tx, index: &[u8]) -> Result<Option<users::Model>, AccessError> {
    let is_it = users::Column::EmailIndex.eq(index.to_vec());
    tx.first(tx.find_across_practices::<users::Entity>().filter(is_it)).await
}

/// The place where an account signs in: where it was last, or the one it joined first.
pub(crate) async fn find_membership(
    tx: &impl Reading,
    user_id: UserId,
    last: Option<PracticeId>,
) -> Result<Option<memberships::Model>, AccessError> {
    let select = tx
        .find_across_practices::<memberships::Entity>()
        .filter(memberships::Column::UserId.eq(user_id))
        .filter(memberships::Column::DeactivatedAt.is_null())
        .order_by_desc(memberships::Column::PracticeId.eq(last.map_or(uuid::Uuid::nil(), |last| last.0)))
        .order_by_asc(memberships::Column::Id)
        .limit(1);
    tx.first(select).await
}

/// Where the person signs in the next time.
pub(crate) async fn remember_practice(tx: &mut Tx, user_id: UserId) -> Result<(), AccessError> {
    let update = users::Entity::update_many()
        .filter(users::Column::Id.eq(user_id))
        .set(users::ActiveModel { last_practice_id: Set(Some(tx.practice_id())), ..Default::default() });
    tx.update_global(update).await?;
    Ok(())
}

/// The practices where somebody works now.
pub(crate) async fn list_practices(lookup: &Lookup, user_id: UserId) -> Result<Vec<PracticeId>, AccessError> {
    let select = lookup
        .find_across_practices::<memberships::Entity>()
        .filter(memberships::Column::UserId.eq(user_id))
        .filter(memberships::Column::DeactivatedAt.is_null())
        .order_by_asc(memberships::Column::Id)
        .limit(MAX_LIMIT);
    Ok(lookup.all(select).await?.into_iter().map(|row| row.practice_id).collect())
}

/// What it takes to open a sign-in.
#[derive(FromQueryResult)]
pub(crate) struct Opener {
    pub name: Sealed,
    pub email: Sealed,
    pub last_practice_id: Option<PracticeId>,
    /// `None` only while the practice is being registered.
    pub session_hours: Option<i32>,
}

/// Whose sign-in is to be opened, and how long the practice lets it last: one question.
pub(crate) async fn find_opener(tx: &Tx, user_id: UserId) -> Result<Option<Opener>, AccessError> {
    let hours = practices::Entity::find()
        .select_only()
        .column(practices::Column::SessionHours)
        .filter(practices::Column::Id.eq(tx.practice_id()))
        .into_query();
    let select = tx
        .find_across_practices::<users::Entity>()
        .select_only()
        .columns([users::Column::Name, users::Column::Email, users::Column::LastPracticeId])
        .expr_as(Expr::SubQuery(None, Box::new(hours.into())), "session_hours")
        .filter(users::Column::Id.eq(user_id));
    tx.first_as(select).await
}

pub(crate) fn user_view(key: &DataKey, row: &users::Model) -> Result<UserView, AccessError> {
    open_view(key, row.id, &row.name, &row.email)
}

pub(crate) fn open_view(
    key: &DataKey,
    id: UserId,
    name: &Sealed,
    email: &Sealed,
) -> Result<UserView, AccessError> {
    let open = |column: SealedColumn, sealed: &Sealed| {
        let damaged = || AccessError::Damaged { table: column.table, column: column.column };
        let bytes = key.open(column, id.0, &sealed.0).map_err(|_does_not_open| damaged())?;
        String::from_utf8(bytes.to_vec()).map_err(|_not_text| damaged())
    };
    Ok(UserView { id, name: open(NAME, name)?.into(), email: open(EMAIL, email)?.into() })
}

pub(crate) async fn insert_session(
    tx: &mut Tx,
    id: SessionId,
    user_id: UserId,
    refresh_hash: [u8; 32],
    opening: Opening,
    place: Place,
) -> Result<(), AccessError> {
    let now = tx.now();
    let row = auth_sessions::ActiveModel {
        id: Set(id),
        practice_id: Set(tx.practice_id()),
        user_id: Set(user_id),
        refresh_hash: Set(refresh_hash.to_vec()),
        previous_hash: Set(None),
        rotated_at: Set(now),
        expires_at: Set(opening.expires_at),
        revoked_at: Set(None),
        created_at: Set(now),
        second_factor_at: Set(opening.second_factor_at),
        by_provider: Set(opening.way == Way::Provider),
        device: Set(place.device),
        network: Set(place.network),
        locked_at: Set(None),
    };
    tx.insert::<auth_sessions::Entity>(row).await?;
    let used = session_uses::ActiveModel {
        session_id: Set(id),
        practice_id: Set(tx.practice_id()),
        used_at: Set(now),
    };
    tx.insert_last::<session_uses::Entity>(used);
    Ok(())
}

/// A person's sign-ins in this practice that go on, newest first.
pub(crate) async fn list_sessions(tx: &Tx, user_id: UserId) -> Result<Vec<SessionRow>, AccessError> {
    let select = tx
        .find::<auth_sessions::Entity>()
        .filter(auth_sessions::Column::UserId.eq(user_id))
        .filter(auth_sessions::Column::RevokedAt.is_null())
        .filter(auth_sessions::Column::ExpiresAt.gt(tx.now()))
        .order_by_desc(auth_sessions::Column::Id)
        .limit(MAX_LIMIT);
    tx.all(select).await
}

/// When sign-ins were last used.
pub(crate) async fn list_uses(
    tx: &Tx,
    ids: impl Iterator<Item = SessionId>,
) -> Result<Vec<(SessionId, DateTime<Utc>)>, AccessError> {
    let select = tx.find::<session_uses::Entity>().filter(session_uses::Column::SessionId.is_in(ids));
    Ok(tx.all(select).await?.into_iter().map(|row| (row.session_id, row.used_at)).collect())
}

/// A sign-in is used now; written only if the last use that was written is before `before`.
pub(crate) async fn note_use(tx: &mut Tx, id: SessionId, before: DateTime<Utc>) -> Result<(), AccessError> {
    let update = tx
        .update::<session_uses::Entity>()
        .filter(session_uses::Column::SessionId.eq(id))
        .filter(session_uses::Column::UsedAt.lte(before))
        .set(session_uses::ActiveModel { used_at: Set(tx.now()), ..Default::default() });
    tx.execute_update(update).await?;
    Ok(())
}

/// Ends a person's own sign-in; false when it is none of theirs, or has ended.
pub(crate) async fn revoke_own(tx: &mut Tx, user_id: UserId, id: SessionId) -> Result<bool, AccessError> {
    let update = tx
        .update::<auth_sessions::Entity>()
        .filter(auth_sessions::Column::Id.eq(id))
        .filter(auth_sessions::Column::UserId.eq(user_id))
        .filter(auth_sessions::Column::RevokedAt.is_null())
        .set(auth_sessions::ActiveModel { revoked_at: Set(Some(tx.now())), ..Default::default() });
    Ok(tx.execute_update(update).await? == 1)
}

/// What every request asks of a sign-in.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Standing {
    pub practice_id: PracticeId,
    pub user_id: UserId,
    pub role: Role,
    /// What their role of the practice's own may do, if they have one.
    pub own_permissions: Option<String>,
    pub second_factor_at: Option<DateTime<Utc>>,
    /// The practice wants one of everybody.
    pub second_factor_for_all: bool,
    pub expires_at: DateTime<Utc>,
    pub locked_at: Option<DateTime<Utc>>,
}

/// A sign-in that was not ended, whatever practice it is in, of somebody who is still there: one query,
/// because every request asks it.
pub(crate) async fn find_standing(lookup: &Lookup, id: SessionId) -> Result<Option<Standing>, AccessError> {
    use auth_sessions::Column::{ExpiresAt, LockedAt, PracticeId, SecondFactorAt, UserId};

    let same_person_and_practice = auth_sessions::Entity::belongs_to(memberships::Entity)
        .from(auth_sessions::Column::UserId)
        .to(memberships::Column::UserId)
        .on_condition(|session, membership| {
            Expr::col((session, auth_sessions::Column::PracticeId))
                .equals((membership, memberships::Column::PracticeId))
                .into_condition()
        })
        .into();
    let practice = auth_sessions::Entity::belongs_to(practices::Entity)
        .from(auth_sessions::Column::PracticeId)
        .to(practices::Column::Id)
        .into();
    let own_role = memberships::Entity::belongs_to(roles::Entity)
        .from(memberships::Column::RoleId)
        .to(roles::Column::Id)
        .on_condition(|membership, role| {
            Expr::col((membership, memberships::Column::PracticeId))
                .equals((role, roles::Column::PracticeId))
                .into_condition()
        })
        .into();
    let select = lookup
        .find_across_practices::<auth_sessions::Entity>()
        .select_only()
        .columns([PracticeId, UserId, SecondFactorAt, ExpiresAt, LockedAt])
        .column(memberships::Column::Role)
        .column_as(roles::Column::Permissions, "own_permissions")
        .column(practices::Column::SecondFactorForAll)
        .join(JoinType::InnerJoin, same_person_and_practice)
        .join(JoinType::InnerJoin, practice)
        .join(JoinType::LeftJoin, own_role)
        .filter(auth_sessions::Column::Id.eq(id))
        .filter(auth_sessions::Column::RevokedAt.is_null())
        .filter(memberships::Column::DeactivatedAt.is_null());
    lookup.first_as(select).await
}

/// Which practice a sign-in is in, ended or not.
pub(crate) async fn find_practice_of(
    lookup: &Lookup,
    id: SessionId,
) -> Result<Option<PracticeId>, AccessError> {
    let select = lookup.find_across_practices().filter(auth_sessions::Column::Id.eq(id));
    Ok(lookup.first::<auth_sessions::Entity>(select).await?.map(|session| session.practice_id))
}

/// A sign-in of this practice.
pub(crate) async fn find_own_session(tx: &Tx, id: SessionId) -> Result<Option<SessionRow>, AccessError> {
    tx.one(tx.find::<auth_sessions::Entity>().filter(auth_sessions::Column::Id.eq(id))).await
}

/// Replaces the refresh token, if it is still the one that was shown: otherwise another request has just put the
/// same one there.
pub(crate) async fn rotate(
    tx: &mut Tx,
    session: &SessionRow,
    refresh_hash: [u8; 32],
) -> Result<(), AccessError> {
    let update = tx
        .update::<auth_sessions::Entity>()
        .filter(auth_sessions::Column::Id.eq(session.id))
        .filter(auth_sessions::Column::RefreshHash.eq(session.refresh_hash.clone()))
        .set(auth_sessions::ActiveModel {
            refresh_hash: Set(refresh_hash.to_vec()),
            previous_hash: Set(Some(session.refresh_hash.clone())),
            rotated_at: Set(tx.now()),
            ..Default::default()
        });
    tx.execute_update(update).await.map(drop)
}

/// A sign-in's person has just shown a second factor.
pub(crate) async fn remember_factor(tx: &mut Tx, id: SessionId) -> Result<(), AccessError> {
    let update = tx
        .update::<auth_sessions::Entity>()
        .filter(auth_sessions::Column::Id.eq(id))
        .set(auth_sessions::ActiveModel { second_factor_at: Set(Some(tx.now())), ..Default::default() });
    tx.execute_update(update).await?;
    Ok(())
}

/// Locks a sign-in, or opens it again.
pub(crate) async fn set_locked(
    tx: &mut Tx,
    id: SessionId,
    locked_at: Option<DateTime<Utc>>,
) -> Result<(), AccessError> {
    let update = tx
        .update::<auth_sessions::Entity>()
        .filter(auth_sessions::Column::Id.eq(id))
        .set(auth_sessions::ActiveModel { locked_at: Set(locked_at), ..Default::default() });
    tx.execute_update(update).await.map(drop)
}

/// A person has no second factor any more.
pub(crate) async fn forget_factor(tx: &mut Tx, user_id: UserId) -> Result<(), AccessError> {
    let update = tx
        .update::<auth_sessions::Entity>()
        .filter(auth_sessions::Column::UserId.eq(user_id))
        .set(auth_sessions::ActiveModel { second_factor_at: Set(None), ..Default::default() });
    tx.execute_update(update).await?;
    Ok(())
}

/// A person's new password.
pub(crate) async fn set_password_hash(
    tx: &mut Tx,
    user_id: UserId,
    password_hash: String,
) -> Result<(), AccessError> {
    let update = users::Entity::update_many()
        .filter(users::Column::Id.eq(user_id))
        .set(users::ActiveModel { password_hash: Set(password_hash), ..Default::default() });
    tx.update_global(update).await?;
    Ok(())
}

/// Ends a person's sign-ins in this practice but one; how many there were.
pub(crate) async fn revoke_others(tx: &mut Tx, user_id: UserId, kept: SessionId) -> Result<u64, AccessError> {
    let update = tx
        .update::<auth_sessions::Entity>()
        .filter(auth_sessions::Column::UserId.eq(user_id))
        .filter(auth_sessions::Column::Id.ne(kept))
        .filter(auth_sessions::Column::RevokedAt.is_null())
        .set(auth_sessions::ActiveModel { revoked_at: Set(Some(tx.now())), ..Default::default() });
    tx.execute_update(update).await
}

/// Ends every sign-in in this practice; how many there were.
pub(crate) async fn revoke_all(tx: &mut Tx) -> Result<u64, AccessError> {
    let update = tx
        .update::<auth_sessions::Entity>()
        .filter(auth_sessions::Column::RevokedAt.is_null())
        .set(auth_sessions::ActiveModel { revoked_at: Set(Some(tx.now())), ..Default::default() });
    tx.execute_update(update).await
}

pub(crate) async fn revoke(tx: &mut Tx, id: SessionId) -> Result<(), AccessError> {
    let update = tx
        .update::<auth_sessions::Entity>()
        .filter(auth_sessions::Column::Id.eq(id))
        .filter(auth_sessions::Column::RevokedAt.is_null())
        .set(auth_sessions::ActiveModel { revoked_at: Set(Some(tx.now())), ..Default::default() });
    tx.execute_update(update).await?;
    Ok(())
}
