//! Who is in care of a client.

use access::{Granted, Tx, perm};
use audit::{Action, Event};
use chrono::{DateTime, Utc};
use shared::{ClientId, UserId};

use super::{CareTeamError, store};
use crate::clients;

/// The people in care of a client and since when, the first one first.
///
/// # Errors
/// [`CareTeamError`].
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReadClients>,
    client_id: ClientId,
) -> Result<Vec<(UserId, DateTime<Utc>)>, CareTeamError> {
    if clients::store::count_among(tx, &[client_id]).await? == 0 {
        return Err(CareTeamError::NotFound);
    }
    let team = store::list(tx, client_id).await?;
    tx.record(Event::general(Action::CareTeamRead).about(client_id));
    Ok(team)
}
