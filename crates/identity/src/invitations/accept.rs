//! Joining by the link of an invitation.

use access::{AccessError, Lookup, Reading as _, Tx};
use audit::{Action, Event};
use shared::{
    InvitationId, PracticeId, UserId,
    errors::{Checks, FieldProblem},
    people::{AcceptInvitation, InvitationGreeting},
};
use subtle::ConstantTimeEq;

use super::store;
use crate::{Factors, PasswordRefused, password_rules, practice, roles, store as accounts};

/// An invitation whose link was shown and still opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PendingInvitation {
    /// Which.
    pub id: InvitationId,
    /// Into which practice.
    pub practice_id: PracticeId,
}

/// Why nobody joined.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// It was accepted, taken back, has expired, or there never was one: answered alike.
    #[error("the invitation is over")]
    Ended,
    /// Fields need another look.
    #[error("some fields are not valid")]
    Invalid(Vec<FieldProblem>),
    /// The password is not taken.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// The address has an account: its person joins signed in ([`crate::join`]).
    #[error("the address has an account")]
    AccountExists,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// The invitation that a token opens.
///
/// # Errors
/// [`AcceptError::Ended`], or the database fails.
pub async fn find_pending(lookup: &Lookup, token: &str) -> Result<PendingInvitation, AcceptError> {
    let id = token.split_once('.').and_then(|(id, _)| id.parse().ok()).ok_or(AcceptError::Ended)?;
    let row = store::find_by_token_id(lookup, id).await?.ok_or(AcceptError::Ended)?;
    let right = bool::from(crypto::token_hash(token).as_slice().ct_eq(&row.token_hash));
    if !right || !store::is_open(&row) || row.expires_at <= lookup.database().clock().now() {
        return Err(AcceptError::Ended);
    }
    Ok(PendingInvitation { id, practice_id: row.practice_id })
}

/// What the invitation says.
///
/// # Errors
/// [`AcceptError`].
pub async fn greet(tx: &mut Tx, pending: PendingInvitation) -> Result<InvitationGreeting, AcceptError> {
    let row = store::find_open(tx, pending.id).await?.ok_or(AcceptError::Ended)?;
    let practice = practice::store::find(tx).await?.ok_or(AcceptError::Ended)?;
    tx.record(Event::of(Action::InvitationRead, row.id));
    let email = store::email(tx, &row)?;
    Ok(InvitationGreeting {
        practice_name: practice::store::open_name(tx, &practice)?,
        has_account: accounts::find_user_by_email(tx, &email).await?.is_some(),
        email: email.into(),
        role: row.role,
        own_role: roles::part(tx, row.role, row.role_id).await?.own,
        expires_at: row.expires_at,
    })
}

/// Checks what can be checked before the password is hashed.
///
/// # Errors
/// [`AcceptError`].
pub async fn check(
    tx: &Tx,
    pending: PendingInvitation,
    request: &AcceptInvitation,
) -> Result<(), AcceptError> {
    let row = store::find_open(tx, pending.id).await?.ok_or(AcceptError::Ended)?;
    check_request(tx, request, &store::email(tx, &row)?).await
}

async fn check_request(tx: &Tx, request: &AcceptInvitation, email: &str) -> Result<(), AcceptError> {
    let mut checks = Checks::new();
    checks.text("name", request.name.reveal(), 200);
    checks.done().map_err(AcceptError::Invalid)?;
    let least = practice::password_min_length(tx).await?;
    Ok(password_rules::check(request.password.reveal(), email, Factors::PasswordAlone, least)?)
}

/// Makes the account of whoever was invited, and puts it into the practice of the transaction.
///
/// # Errors
/// [`AcceptError`]; nothing is kept then.
pub async fn accept(
    tx: &mut Tx,
    pending: PendingInvitation,
    request: &AcceptInvitation,
    password_hash: String,
) -> Result<UserId, AcceptError> {
    let row = store::find_open(tx, pending.id).await?.ok_or(AcceptError::Ended)?;
    let email = store::email(tx, &row)?;
    check_request(tx, request, &email).await?;
    if accounts::find_user_by_email(tx, &email).await?.is_some() {
        return Err(AcceptError::AccountExists);
    }
    // Of two who hold the link at once, one is first.
    if !store::mark_accepted(tx, row.id).await? {
        return Err(AcceptError::Ended);
    }
    let user_id: UserId = tx.new_id();
    accounts::insert_user(tx, user_id, request.name.reveal().trim(), &email, password_hash)
        .await
        .map_err(|error| if error.is_taken() { AcceptError::AccountExists } else { error.into() })?;
    accounts::insert_membership(tx, user_id, row.role, row.role_id).await?;
    tx.record(Event::of(Action::InvitationAccepted, row.id));
    Ok(user_id)
}
