//! The register of incidents, and one of them.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    IncidentId,
    incidents::IncidentView,
    page::{Page, PageQuery},
};

use super::{file, store};

/// Why it was not shown.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The practice has no such incident.
    #[error("the practice has no such incident")]
    NotFound,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// A page of incidents, the newest first.
///
/// # Errors
/// The database or the keys fail.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::WriteGovernance>,
    query: &PageQuery,
) -> Result<Page<IncidentView>, AccessError> {
    let page = store::list(tx, query).await?;
    let place = store::whereabouts(tx).await?;
    tx.record(Event::general(Action::IncidentsListed));
    let now = tx.now();
    let items = page.items.into_iter().map(|kept| file::view(kept, &place, now)).collect();
    Ok(Page { items, next_cursor: page.next_cursor })
}

/// One incident.
///
/// # Errors
/// [`LoadError`].
pub async fn load(
    tx: &mut Tx,
    _granted: Granted<perm::WriteGovernance>,
    id: IncidentId,
) -> Result<IncidentView, LoadError> {
    let kept = store::find(tx, id).await?.ok_or(LoadError::NotFound)?;
    let place = store::whereabouts(tx).await?;
    tx.record(Event::of(Action::IncidentRead, id));
    Ok(file::view(kept, &place, tx.now()))
}
