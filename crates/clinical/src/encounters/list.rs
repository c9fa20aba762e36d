//! A page of sessions.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    ClientId,
    encounters::EncounterView,
    page::{Page, PageQuery},
};

use super::{seen::seen_by, store};

/// A page of sessions, the last added first: of the practice, or those a client was in.
///
/// # Errors
/// The database or the keys fail.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReadEncounters>,
    client_id: Option<ClientId>,
    query: &PageQuery,
) -> Result<Page<EncounterView>, AccessError> {
    let page = store::list(tx, client_id, query).await?;
    let event = Event::general(Action::EncountersListed);
    tx.record(client_id.map_or(event.clone(), |client_id| event.about(client_id)));
    Ok(page.map(|encounter| seen_by(tx.actor(), encounter)))
}
