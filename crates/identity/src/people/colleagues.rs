//! Who else works here: names to choose from, for whoever shares a client.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    UserId,
    page::{Page, PageQuery},
    people::Colleague,
    permissions::Permission,
};

use super::store;
use crate::roles;

/// A page of the people who work in the practice, who came last first.
///
/// # Errors
/// The database or the keys fail.
pub async fn list_colleagues(
    tx: &mut Tx,
    _granted: Granted<perm::ShareClients>,
    query: &PageQuery,
) -> Result<Page<Colleague>, AccessError> {
    let page = store::list_colleagues(tx, query).await?;
    tx.record(Event::general(Action::ColleaguesListed));
    Ok(page)
}

/// Everybody who treats here: who may write notes, by a built-in role or one of the practice's own.
///
/// # Errors
/// The database or the keys fail.
pub(crate) async fn list_treating(tx: &Tx) -> Result<Vec<UserId>, AccessError> {
    let own = roles::list_permissions(tx).await?;
    let treats = |member: &store::Row| match member.role_id {
        Some(id) => own.get(&id).is_some_and(|may| may.contains(Permission::WriteNotes)),
        None => member.role.may(Permission::WriteNotes),
    };
    Ok(store::list_active(tx).await?.iter().filter(|it| treats(it)).map(|it| it.user_id).collect())
}

/// The people behind these ids, who are or were in the practice.
///
/// # Errors
/// The database or the keys fail.
pub async fn name_colleagues(tx: &Tx, ids: &[UserId]) -> Result<Vec<Colleague>, AccessError> {
    store::list_colleagues_among(tx, ids).await
}
