//! Who answers for whose work. A supervisor sees the clients whom those they supervise are in care of, and
//! signs with them what needs a second signature.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{UserId, permissions::Permission};

use super::store;
use crate::roles;

/// Why a supervision was not changed.
#[derive(Debug, thiserror::Error)]
pub enum SupervisionError {
    /// The practice has no such person, or the one does not supervise the other.
    #[error("there is no such person or supervision")]
    NotFound,
    /// The role of the supervisor does not answer for others, or it is the same person.
    #[error("this person cannot supervise")]
    NotASupervisor,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Puts somebody under somebody's supervision. Once is enough.
///
/// # Errors
/// [`SupervisionError`].
pub async fn supervise(
    tx: &mut Tx,
    _granted: Granted<perm::WritePeople>,
    id: UserId,
    supervisor_id: UserId,
) -> Result<(), SupervisionError> {
    store::find(tx, id).await?.ok_or(SupervisionError::NotFound)?;
    let supervisor = store::find(tx, supervisor_id).await?.ok_or(SupervisionError::NotFound)?;
    let part = roles::part(tx, supervisor.role, supervisor.role_id).await?;
    if id == supervisor_id || !part.permissions.contains(Permission::CoSignNotes) {
        return Err(SupervisionError::NotASupervisor);
    }
    if !store::supervisors_among(tx, &[id]).await?.contains(&(id, supervisor_id)) {
        store::insert_supervision(tx, id, supervisor_id).await?;
    }
    tx.record(Event::of(Action::SupervisionBegun, id));
    Ok(())
}

/// Ends a supervision.
///
/// # Errors
/// [`SupervisionError`].
pub async fn end_supervision(
    tx: &mut Tx,
    _granted: Granted<perm::WritePeople>,
    id: UserId,
    supervisor_id: UserId,
) -> Result<(), SupervisionError> {
    if !store::delete_supervision(tx, id, supervisor_id).await? {
        return Err(SupervisionError::NotFound);
    }
    tx.record(Event::of(Action::SupervisionEnded, id));
    Ok(())
}
