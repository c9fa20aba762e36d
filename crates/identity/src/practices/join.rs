//! Joining another practice with the account one has.

use access::{AccessError, Tx};
use audit::{Action, Event};
use shared::UserId;

use crate::{
    invitations::{PendingInvitation, store as invitations},
    people, store as accounts,
};

/// Why somebody did not join.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// It was accepted, taken back, or has expired.
    #[error("the invitation is over")]
    Ended,
    /// It was sent to another address.
    #[error("the invitation is for another address")]
    ForAnother,
    /// They work there already.
    #[error("this person is in the practice already")]
    AlreadyMember,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Puts a person, who has shown their password, into the practice of the transaction.
///
/// # Errors
/// [`JoinError`]; nothing is kept then.
pub async fn join(tx: &mut Tx, pending: PendingInvitation, user_id: UserId) -> Result<(), JoinError> {
    let row = invitations::find_open(tx, pending.id).await?.ok_or(JoinError::Ended)?;
    let user = accounts::find_user(tx, user_id).await?.ok_or(JoinError::ForAnother)?;
    if user.email_index != row.email_index {
        return Err(JoinError::ForAnother);
    }
    if people::store::find(tx, user_id).await?.is_some() {
        return Err(JoinError::AlreadyMember);
    }
    // Of two requests at once, one is first.
    if !invitations::mark_accepted(tx, row.id).await? {
        return Err(JoinError::Ended);
    }
    accounts::insert_membership(tx, user_id, row.role, row.role_id).await?;
    tx.record(Event::of(Action::InvitationAccepted, row.id));
    Ok(())
}
