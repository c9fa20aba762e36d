//! Ends somebody's sight of a client.

use access::{Granted, Tx, perm};
use audit::{Action, Event};
use shared::{ClientId, UserId};

use super::{CareTeamError, store};
use crate::clients;

/// Takes somebody out of the client's care team: from the next request on they do not see the chart.
///
/// # Errors
/// [`CareTeamError`].
pub async fn remove(
    tx: &mut Tx,
    _granted: Granted<perm::ShareClients>,
    client_id: ClientId,
    user_id: UserId,
) -> Result<(), CareTeamError> {
    let visible = clients::store::is_visible_but_in_emergency(tx, client_id).await?;
    if !visible || !store::delete(tx, client_id, user_id).await? {
        return Err(CareTeamError::NotFound);
    }
    tx.record(Event::of(Action::CareTeamLeft, user_id).about(client_id));
    Ok(())
}
