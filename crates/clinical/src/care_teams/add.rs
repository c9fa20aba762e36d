//! Shares a client with somebody.

use access::{Granted, Tx, perm};
use audit::{Action, Event};
use shared::{ClientId, UserId};

use super::{CareTeamError, store};
use crate::clients;

/// Puts somebody who works in the practice into the client's care team. Once is enough.
///
/// # Errors
/// [`CareTeamError`].
pub async fn add(
    tx: &mut Tx,
    _granted: Granted<perm::ShareClients>,
    client_id: ClientId,
    user_id: UserId,
) -> Result<(), CareTeamError> {
    let visible = clients::store::is_visible_but_in_emergency(tx, client_id).await?;
    if !visible || !store::works_here(tx, user_id).await? {
        return Err(CareTeamError::NotFound);
    }
    if !store::has(tx, client_id, user_id).await? {
        store::insert(tx, client_id, user_id).await?;
    }
    tx.record(Event::of(Action::CareTeamJoined, user_id).about(client_id));
    Ok(())
}
