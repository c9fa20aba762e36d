//! Using the link.

use access::{AccessError, Lookup, Tx};
use audit::{Action, Event};
use shared::{PracticeId, UserId};

use super::store;
use crate::{
    Factors, PasswordRefused, has_second_factor, password, password_rules, people, practice,
    store as accounts,
};

/// A link that was shown and still opens.
#[derive(Debug, Clone)]
pub struct PendingReset {
    /// Whose.
    pub user_id: UserId,
    /// Where they work: all of these practices have sign-ins to end. Never empty.
    pub practices: Vec<PracticeId>,
    token_hash: [u8; 32],
}

/// Why the password stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// The link was used, has expired, or there never was one: answered alike.
    #[error("the link is over")]
    Ended,
    /// The new password is not taken.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// What a token opens.
///
/// # Errors
/// [`ResetError::Ended`]; the database fails.
pub async fn find_pending_reset(lookup: &Lookup, token: &str) -> Result<PendingReset, ResetError> {
    let token_hash = crypto::token_hash(token);
    let user_id = store::find_user(lookup, token_hash).await?.ok_or(ResetError::Ended)?;
    let practices = accounts::list_practices(lookup, user_id).await?;
    if practices.is_empty() {
        return Err(ResetError::Ended);
    }
    Ok(PendingReset { user_id, practices, token_hash })
}

/// Whether the new password may be taken; asked before it is hashed.
///
/// # Errors
/// [`ResetError`].
pub async fn check_reset(tx: &Tx, pending: &PendingReset, new: &str) -> Result<(), ResetError> {
    let user = accounts::find_user(tx, pending.user_id).await?.ok_or(ResetError::Ended)?;
    let email = accounts::user_view(&tx.database().server_key(), &user)?.email;
    let factors = if has_second_factor(tx, pending.user_id).await? {
        Factors::PasswordAndAnother
    } else {
        Factors::PasswordAlone
    };
    let least = practice::password_min_length(tx).await?;
    Ok(password_rules::check(new, email.reveal(), factors, least)?)
}

/// Takes the new password, which was hashed, and ends all links and the sign-ins in this practice. Those in
/// the person's other practices are ended by [`crate::end_sign_ins_here`].
///
/// # Errors
/// [`ResetError`].
pub async fn reset_password(tx: &mut Tx, pending: &PendingReset, hash: String) -> Result<(), ResetError> {
    // Of two who hold the link at once, one is first.
    if !store::take(tx, pending.token_hash).await? {
        return Err(ResetError::Ended);
    }
    store::remove_of(tx, pending.user_id).await?;
    accounts::set_password_hash(tx, pending.user_id, hash).await?;
    people::store::end_sign_ins(tx, pending.user_id).await?;
    password::post_notice(tx, pending.user_id).await?;
    tx.record(Event::of(Action::PasswordReset, pending.user_id));
    Ok(())
}
