//! Who is in the practice, and who was.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    page::{Page, PageQuery},
    people::PersonView,
};

use super::store;

/// A page of people, who came last first.
///
/// # Errors
/// The database or the keys fail.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReadPeople>,
    query: &PageQuery,
) -> Result<Page<PersonView>, AccessError> {
    let page = store::list(tx, query, store::Who::Everybody).await?;
    tx.record(Event::general(Action::PeopleListed));
    Ok(page)
}
