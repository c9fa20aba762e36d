//! One session.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{ClientId, EncounterId, Phi, encounters::EncounterView};

use super::{seen::seen_by, store};
use crate::clients;

/// Why a session was not shown.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The practice has no such session.
    #[error("the practice has no such session")]
    NotFound,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// One session, without its recording.
///
/// # Errors
/// [`LoadError`].
pub async fn load(
    tx: &mut Tx,
    _granted: Granted<perm::ReadEncounters>,
    id: EncounterId,
) -> Result<EncounterView, LoadError> {
    let encounter = store::find(tx, id).await?.ok_or(LoadError::NotFound)?;
    let event = Event::of(Action::EncounterRead, id);
    tx.record(event.about_all(encounter.client_ids.iter().copied()));
    Ok(seen_by(tx.actor(), encounter))
}

/// Whether a signed note locks the session; `false` too when there is no such session.
///
/// # Errors
/// The database fails.
pub async fn locked(tx: &Tx, id: EncounterId) -> Result<bool, AccessError> {
    Ok(store::signed_among(tx, &[id]).await?.contains(&id))
}

/// The clients in a session, the one whose chart holds the note first; empty when the practice has
/// no such session.
///
/// # Errors
/// The database fails.
pub async fn clients_of(tx: &Tx, id: EncounterId) -> Result<Vec<ClientId>, AccessError> {
    Ok(store::clients_among(tx, &[id]).await?.remove(&id).unwrap_or_default())
}

/// What the clients in a session are called; that the chart was read is recorded by whoever asks.
///
/// # Errors
/// The database or the keys fail.
pub async fn names_in(tx: &Tx, id: EncounterId) -> Result<Vec<Phi<String>>, AccessError> {
    let clients = clients_of(tx, id).await?;
    Ok(clients::store::names_among(tx, clients).await?.into_values().collect())
}

/// Whose chart a session belongs to; `None` when the practice has no such session.
///
/// # Errors
/// The database fails.
pub async fn chart_of(tx: &Tx, id: EncounterId) -> Result<Option<ClientId>, AccessError> {
    Ok(clients_of(tx, id).await?.first().copied())
}
