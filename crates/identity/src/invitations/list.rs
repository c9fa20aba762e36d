//! Who is invited and has not come yet.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    InvitationId,
    page::{Page, PageQuery},
    people::InvitationView,
};

use super::store;

/// A page of the invitations that were neither accepted nor taken back, the newest first.
///
/// # Errors
/// The database or the keys fail.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReadPeople>,
    query: &PageQuery,
) -> Result<Page<InvitationView>, AccessError> {
    let page = store::list(tx, query).await?;
    tx.record(Event::general(Action::InvitationsListed));
    Ok(page)
}

/// One invitation; `None` when it is not open any more.
///
/// # Errors
/// The database or the keys fail.
pub async fn load(
    tx: &Tx,
    _granted: Granted<perm::WritePeople>,
    id: InvitationId,
) -> Result<Option<InvitationView>, AccessError> {
    store::find_open_view(tx, id).await
}
