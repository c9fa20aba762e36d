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
    let page = store::list(tx, query, store::Who::Active).await?;
    tx.record(Event::general(Action::ColleaguesListed));
    Ok(page.map(|person| Colleague { id: person.id, name: person.name, role: person.role }))
}

/// The people behind these ids, who are or were in the practice.
///
/// # Errors
/// The database or the keys fail.
pub async fn name_colleagues(tx: &Tx, ids: &[UserId]) -> Result<Vec<Colleague>, AccessError> {
    let people = store::list_among(tx, ids).await?;
    Ok(people.into_iter().map(|it| Colleague { id: it.id, name: it.name, role: it.role }).collect())
}
