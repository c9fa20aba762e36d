//! From a sign-in in one practice to one in another.

use access::{AccessError, Tx};
use audit::{Action, Event};
use chrono::{DateTime, Utc};
use shared::UserId;

use crate::{Opened, Origin, ResolveError, has_second_factor, people, session, sso, store};

/// Why nobody switched.
#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    /// The person does not work there, or not any more.
    #[error("the person does not work there")]
    NotFound,
    /// The practice's provider has sent them, which opens that practice and no other.
    #[error("a provider opens its own practice alone")]
    SentByProvider,
    /// The other practice is opened by its provider alone.
    #[error("the other practice is opened by its provider")]
    ProviderRequired,
    /// The sign-in has ended, by an earlier switch perhaps.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

impl From<ResolveError> for SwitchError {
    fn from(error: ResolveError) -> Self {
        match error {
            ResolveError::NotSignedIn | ResolveError::Expired | ResolveError::Locked => Self::NotSignedIn,
            ResolveError::ProviderRequired => Self::ProviderRequired,
            ResolveError::Access(error) => Self::Access(error),
        }
    }
}

/// What of a sign-in goes with its person. Only [`leave`] makes one, and it opens one other sign-in.
#[derive(Debug)]
pub struct CarriedOver {
    user_id: UserId,
    second_factor_at: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
}

/// Ends the acting sign-in, in its own practice.
///
/// # Errors
/// [`SwitchError`].
pub async fn leave(tx: &mut Tx) -> Result<CarriedOver, SwitchError> {
    let person = tx.actor().as_person().ok_or(SwitchError::NotSignedIn)?;
    let found = store::find_own_session(tx, person.session_id).await?.ok_or(SwitchError::NotSignedIn)?;
    if found.by_provider {
        return Err(SwitchError::SentByProvider);
    }
    let is_own = has_second_factor(tx, person.user_id).await?;
    // Of two switches at once, one is first.
    if !store::revoke_own(tx, person.user_id, person.session_id).await? {
        return Err(SwitchError::NotSignedIn);
    }
    tx.record(Event::of(Action::PracticeLeft, person.session_id));
    Ok(CarriedOver {
        user_id: person.user_id,
        second_factor_at: found.second_factor_at.filter(|_| is_own),
        expires_at: found.expires_at,
    })
}

/// Opens the other sign-in, in the practice of the transaction.
///
/// # Errors
/// [`SwitchError`].
pub async fn enter(tx: &mut Tx, carried: CarriedOver, origin: &Origin) -> Result<Opened, SwitchError> {
    let CarriedOver { user_id, second_factor_at, expires_at } = carried;
    let place = people::store::find(tx, user_id).await?;
    if place.is_none_or(|place| place.deactivated_at.is_some()) {
        return Err(SwitchError::NotFound);
    }
    sso::admit(tx, user_id).await?;
    Ok(session::open(tx, user_id, second_factor_at, Some(expires_at), session::Way::Own, origin).await?)
}

/// Ends every sign-in of a person in the practice of the transaction, because their password or their
/// second factor was changed in another.
///
/// # Errors
/// The database fails.
pub async fn end_sign_ins_here(tx: &mut Tx, user_id: UserId) -> Result<(), AccessError> {
    people::store::end_sign_ins(tx, user_id).await?;
    tx.record(Event::of(Action::OtherSessionsEnded, user_id));
    Ok(())
}
