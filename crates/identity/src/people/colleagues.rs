//! Who else works here: names to choose from, for whoever shares a client.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    UserId,
    page::{Page, PageQuery},
    people::Colleague,
};

use super::store;

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

/// The people behind these ids, who are or were in the practice.
///
/// # Errors
/// The database or the keys fail.
pub async fn name_colleagues(tx: &Tx, ids: &[UserId]) -> Result<Vec<Colleague>, AccessError> {
    store::list_colleagues_among(tx, ids).await
}
