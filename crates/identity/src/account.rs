//! Accounts: finding one, and telling its owner who they are.

use access::{AccessError, Lookup, Reading as _, Tx};
use audit::{Action, Event};
use shared::{
    Phi, PracticeId, UserId,
    auth::{Me, PracticeView},
    second_factors::Method,
};

use crate::{ResolveError, practice, second_factors, store};

/// What is needed to check a sign-in.
pub struct Account {
    /// Who.
    pub user_id: UserId,
    /// Where they would sign in.
    pub practice_id: PracticeId,
    /// Their password's hash, if they have one.
    pub password_hash: Option<String>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}

/// The account of an e-mail address.
///
/// # Errors
/// The database fails.
pub async fn find_account(tx: &Lookup, email: &str) -> Result<Option<Account>, AccessError> {
    let user = store::find_user_by_email(tx, email).await?;
    // Asked in any case, so that an unknown e-mail takes as long.
    let asked = user.as_ref().map_or(UserId(uuid::Uuid::nil()), |user| user.id);
    let last = user.as_ref().and_then(|user| user.last_practice_id);
    let membership = store::find_membership(tx, asked, last).await?;
    Ok(user.zip(membership).map(|(user, membership)| Account {
        user_id: user.id,
        practice_id: membership.practice_id,
        password_hash: store::password_hash(user),
    }))
}

/// The e-mail of somebody whose password was right; `None` when there is no such account any more.
///
/// # Errors
/// The database fails.
pub async fn find_email(tx: &Lookup, user_id: UserId) -> Result<Option<Phi<String>>, AccessError> {
    let Some(user) = store::find_user(tx, user_id).await? else { return Ok(None) };
    Ok(Some(store::user_view(&tx.database().server_key(), &user)?.email))
}

/// The hash of the acting person's own password, if they have one: for signing, which asks for it again.
///
/// # Errors
/// The database fails, or nobody is signed in.
pub async fn load_password_hash(tx: &Tx) -> Result<Option<String>, ResolveError> {
    let person = tx.actor().as_person().ok_or(ResolveError::NotSignedIn)?;
    let user = store::find_user(tx, person.user_id).await?.ok_or(ResolveError::NotSignedIn)?;
    Ok(store::password_hash(user))
}

/// Who the acting person is, where, and as what.
///
/// # Errors
/// The database fails, or nobody is signed in.
pub async fn load_me(tx: &mut Tx) -> Result<Me, ResolveError> {
    let person = tx.actor().as_person().ok_or(ResolveError::NotSignedIn)?;
    let user = store::find_user(tx, person.user_id).await?.ok_or(ResolveError::NotSignedIn)?;
    let practice = practice::store::find(tx).await?.ok_or(ResolveError::NotSignedIn)?;
    let session = store::find_own_session(tx, person.session_id).await?.ok_or(ResolveError::NotSignedIn)?;
    let methods = second_factors::list_methods(tx, person.user_id).await?;
    tx.record(Event::of(Action::AccountRead, person.user_id));
    Ok(Me {
        user: store::user_view(&tx.database().server_key(), &user)?,
        has_password: store::password_hash(user).is_some(),
        practice: PracticeView {
            id: practice.id,
            name: practice::store::open_name(tx, &practice)?,
            jurisdiction: practice.jurisdiction,
            time_zone: practice.time_zone,
            locale: practice.locale,
        },
        role: person.role,
        permissions: person.permissions.iter().collect(),
        session_id: person.session_id,
        session_expires_at: session.expires_at,
        idle_lock_minutes: practice.idle_lock_minutes,
        second_factor: !methods.is_empty(),
        has_passkey: methods.contains(&Method::Passkey),
        owes_second_factor: person.owes_second_factor,
    })
}
