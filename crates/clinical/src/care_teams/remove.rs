//! Ends somebody's sight of a client.

use access::{Granted, Tx, perm};
use audit::{Action, Event};
use shared::{ClientId, UserId};

use super::{CareTeamError, store};

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
    if !store::delete(tx, client_id, user_id).await? {
        return Err(CareTeamError::NotFound);
    }
    tx.record(Event::of(Action::CareTeamLeft, user_id).about(client_id));
    Ok(())
}
