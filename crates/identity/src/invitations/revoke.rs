//! Taking an invitation back.

use access::{AccessError, Forbidden, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{InvitationId, permissions::Permission};

use super::store;
use crate::{people, roles};

/// Why an invitation was not taken back.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// The practice has no such open invitation.
    #[error("the practice has no such open invitation")]
    NotFound,
    /// Only an owner says who becomes owner.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Takes an invitation back: its link opens nothing, and a mail that waits is not sent.
///
/// # Errors
/// [`RevokeError`].
pub async fn revoke(
    tx: &mut Tx,
    _granted: Granted<perm::WritePeople>,
    id: InvitationId,
) -> Result<(), RevokeError> {
    let invitation = store::find_open(tx, id).await?.ok_or(RevokeError::NotFound)?;
    let offered = roles::part(tx, invitation.role, invitation.role_id).await?;
    if !people::acting_powers(tx).may_give(offered.powers()) {
        return Err(Forbidden::Lacks(Permission::WritePeople).into());
    }
    Ok(end(tx, &invitation).await?)
}

pub(super) async fn end(tx: &mut Tx, invitation: &store::Row) -> Result<(), AccessError> {
    store::mark_revoked(tx, invitation.id).await?;
    tx.recall(invitation.mail_id).await?;
    tx.record(Event::of(Action::InvitationRevoked, invitation.id));
    Ok(())
}
