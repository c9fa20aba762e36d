//! A new password.

use access::{AccessError, NewMail, Tx};
use audit::{Action, Event};
use shared::{Phi, UserId, auth::UserView};

use crate::{
    FRESH, Factors, PasswordRefused, StepUpError, fresh, has_second_factor, password_rules, practice, store,
};

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// It is not taken.
    #[error(transparent)]
    Refused(#[from] PasswordRefused),
    /// Whoever has a second factor has to have shown it a moment ago.
    #[error(transparent)]
    StepUp(#[from] StepUpError),
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Whether the acting person may change their password to this one; asked before it is hashed.
///
/// # Errors
/// [`ChangePasswordError`].
pub async fn check_new_password(tx: &Tx, new: &str) -> Result<(), ChangePasswordError> {
    let user = own_account(tx).await?;
    let factors = if has_second_factor(tx, user.id).await? {
        fresh(tx).await?;
        Factors::PasswordAndAnother
    } else {
        Factors::PasswordAlone
    };
    let least = practice::password_min_length(tx).await?;
    Ok(password_rules::check(new, user.email.reveal(), factors, least)?)
}

/// Changes the acting person's password to what was hashed, and ends all their other sign-ins.
///
/// # Errors
/// [`ChangePasswordError`].
pub async fn change_password(tx: &mut Tx, hash: String) -> Result<(), ChangePasswordError> {
    let person = tx.actor().as_person().ok_or(ChangePasswordError::NotSignedIn)?;
    store::set_password_hash(tx, person.user_id, hash).await?;
    store::revoke_others(tx, person.user_id, person.session_id).await?;
    post_notice(tx, person.user_id).await?;
    tx.record(Event::of(Action::PasswordChanged, person.user_id));
    Ok(())
}

/// Whether the acting person chooses their first password: they came by a provider, have none, and
/// signed in a moment ago. They need one to sign notes.
///
/// # Errors
/// The database fails.
pub async fn may_choose_first_password(tx: &Tx) -> Result<bool, AccessError> {
    let Some(person) = tx.actor().as_person() else { return Ok(false) };
    let user = store::find_user(tx, person.user_id).await?;
    let session = store::find_own_session(tx, person.session_id).await?;
    let has_none = user.is_some_and(|user| store::password_hash(user).is_none());
    Ok(has_none && session.is_some_and(|session| session.created_at + FRESH > tx.now()))
}

/// Tells somebody by mail that their password was changed, in case it was not they.
pub(crate) async fn post_notice(tx: &mut Tx, user_id: UserId) -> Result<(), AccessError> {
    let Some(user) = store::find_user(tx, user_id).await? else { return Ok(()) };
    let to = store::user_view(&tx.database().server_key(), &user)?.email;
    let text = "Hello,\n\nyour password for MindScribe was changed, and you were signed out elsewhere.\n\n\
        If it was not you, choose \"Forgot your password?\" where you sign in, and tell your practice.\n";
    let subject = Phi::from("Your MindScribe password was changed");
    tx.post(&NewMail { to, subject, text: Phi::from(text) }).await.map(drop)
}

async fn own_account(tx: &Tx) -> Result<UserView, ChangePasswordError> {
    let person = tx.actor().as_person().ok_or(ChangePasswordError::NotSignedIn)?;
    let user = store::find_user(tx, person.user_id).await?.ok_or(ChangePasswordError::NotSignedIn)?;
    Ok(store::user_view(&tx.database().server_key(), &user)?)
}
