//! Sign-ins: opened by a password, kept by rotating refresh tokens, ended by sign-out or by a
//! refresh token that turns up twice.

use access::{AccessError, Actor, Lookup, Person, Reading as _, Request, SignIn, Tx};
use audit::{Action, Event};
use chrono::{DateTime, TimeDelta, Utc};
use shared::{PracticeId, SessionId, UserId, auth::UserView, errors::ErrorCode, permissions::Permissions};
use subtle::ConstantTimeEq;

use crate::{
    Factors, Origin,
    lock::lock_if_idle,
    place::Place,
    sso::{self, Admitted},
    store,
};

/// No sign-in lasts longer, whatever its practice has set: the most of [`shared::practice::SESSION_HOURS`].
pub const REFRESH_LIFETIME: TimeDelta = TimeDelta::hours(12);
/// Two tabs may refresh at the same moment, and an answer may be lost: the token just replaced is still no sign of
/// theft, and is answered as it was before. Within this time a stolen token that was just replaced works as well;
/// the next use of either by the other ends the sign-in.
const GRACE: TimeDelta = TimeDelta::seconds(10);

/// A refresh token as it travels: the sign-in it belongs to and a secret.
pub struct RefreshToken(String);

impl RefreshToken {
    /// For the cookie.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn new(session: SessionId) -> (Self, [u8; 32]) {
        Self::of(session, &crypto::random_token())
    }

    /// The one after `shown`: always the same, so that whoever lost the answer is answered alike.
    fn after(root: &crypto::RootSecret, session: SessionId, shown: &str) -> (Self, [u8; 32]) {
        Self::of(session, &hex::encode(root.blind_index("auth_sessions.refresh_token", shown)))
    }

    fn of(session: SessionId, secret: &str) -> (Self, [u8; 32]) {
        let token = format!("{session}.{secret}");
        let hash = crypto::token_hash(&token);
        (Self(token), hash)
    }
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshToken")
    }
}

/// An open sign-in.
#[derive(Debug)]
pub struct Opened {
    /// Which.
    pub session_id: SessionId,
    /// Whose.
    pub user: UserView,
    /// The next refresh token.
    pub refresh_token: RefreshToken,
}

/// Why a token did not lead to a person.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// There is no such sign-in, it was ended, or the person left the practice.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// It is locked: its person has to show that they are back.
    #[error("the sign-in is locked")]
    Locked,
    /// It has lasted its time.
    #[error("the sign-in has expired")]
    Expired,
    /// The practice is opened by its provider alone.
    #[error("the practice is opened by its provider")]
    ProviderRequired,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Why a refresh was refused.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The token is of no sign-in.
    #[error("the refresh token is not known")]
    Unknown,
    /// The sign-in has ended.
    #[error("the sign-in has ended")]
    Ended,
    /// The token was used before: the whole sign-in is ended, which the caller has to commit.
    #[error("the refresh token was used twice")]
    Reused,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Opens a sign-in for a person who has shown what `factors` says, where `origin` says.
///
/// # Errors
/// [`ResolveError::ProviderRequired`]; the database fails.
pub async fn sign_in(
    tx: &mut Tx,
    user_id: UserId,
    factors: Factors,
    origin: &Origin,
) -> Result<Opened, ResolveError> {
    let admitted = sso::admit(tx, user_id).await?;
    sign_in_admitted(tx, admitted, factors, origin).await
}

/// As [`sign_in`], when it was looked already whether they may come by what is their own.
///
/// # Errors
/// The database fails.
pub async fn sign_in_admitted(
    tx: &mut Tx,
    admitted: Admitted,
    factors: Factors,
    origin: &Origin,
) -> Result<Opened, ResolveError> {
    let second_factor_at = (factors == Factors::PasswordAndAnother).then(|| tx.now());
    open(tx, admitted.user_id(), second_factor_at, None, Way::Own, origin).await
}

/// As [`sign_in`], for a person whom the practice's provider has sent.
///
/// # Errors
/// The database fails.
pub async fn sign_in_by_provider(
    tx: &mut Tx,
    user_id: UserId,
    factors: Factors,
    origin: &Origin,
) -> Result<Opened, ResolveError> {
    let second_factor_at = (factors == Factors::PasswordAndAnother).then(|| tx.now());
    open(tx, user_id, second_factor_at, None, Way::Provider, origin).await
}

/// How somebody has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// By what is their own.
    Own,
    /// Sent by the practice's provider, which opens this practice and no other.
    Provider,
}

/// What a sign-in begins with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening {
    /// When it ends however much it is used.
    pub expires_at: DateTime<Utc>,
    /// When a second factor was shown, if one was.
    pub second_factor_at: Option<DateTime<Utc>>,
    /// How its person has come.
    pub way: Way,
}

/// Opens a sign-in that lasts as long as the practice has set, and not beyond `latest`.
pub(crate) async fn open(
    tx: &mut Tx,
    user_id: UserId,
    second_factor_at: Option<DateTime<Utc>>,
    latest: Option<DateTime<Utc>>,
    way: Way,
    origin: &Origin,
) -> Result<Opened, ResolveError> {
    let session_id: SessionId = tx.new_id();
    let (token, hash) = RefreshToken::new(session_id);
    let user = store::find_opener(tx, user_id).await?.ok_or(ResolveError::NotSignedIn)?;
    let hours = user.session_hours;
    let expires_at = tx.now() + hours.map_or(REFRESH_LIFETIME, |hours| TimeDelta::hours(hours.into()));
    let expires_at = latest.map_or(expires_at, |latest| latest.min(expires_at));
    let place = Place::of(origin);
    store::insert_session(
        tx,
        session_id,
        user_id,
        hash,
        Opening { expires_at, second_factor_at, way },
        place,
    )
    .await?;
    tx.record(Event::of(Action::SignedIn, session_id));
    if user.last_practice_id != Some(tx.practice_id()) {
        store::remember_practice(tx, user_id).await?;
    }
    let user = store::open_view(&tx.database().server_key(), user_id, &user.name, &user.email)?;
    Ok(Opened { session_id, user, refresh_token: token })
}

/// Which sign-in and practice a refresh token belongs to.
///
/// # Errors
/// The token is malformed or of no sign-in.
pub async fn practice_of_refresh_token(
    lookup: &Lookup,
    token: &str,
) -> Result<(SessionId, PracticeId), RefreshError> {
    let id = token
        .split_once('.')
        .and_then(|(id, _)| id.parse::<SessionId>().ok())
        .ok_or(RefreshError::Unknown)?;
    let practice_id = store::find_practice_of(lookup, id).await?.ok_or(RefreshError::Unknown)?;
    Ok((id, practice_id))
}

/// Exchanges a refresh token for the next one. On [`RefreshError::Reused`] the caller commits, so
/// that the end of the sign-in is kept.
///
/// # Errors
/// [`RefreshError`].
pub async fn refresh(tx: &mut Tx, id: SessionId, token: &str) -> Result<Opened, RefreshError> {
    let session = store::find_own_session(tx, id).await?.ok_or(RefreshError::Unknown)?;
    if session.revoked_at.is_some() || session.expires_at <= tx.now() {
        return Err(RefreshError::Ended);
    }
    let shown = crypto::token_hash(token);
    let is = |hash: &[u8]| bool::from(shown.as_slice().ct_eq(hash));
    let (next, hash) = RefreshToken::after(tx.database().root(), id, token);
    // The answer may have been lost, with a page that was left: so it is given again.
    let just_replaced = session.previous_hash.as_deref().is_some_and(is)
        && tx.now() - session.rotated_at <= GRACE
        && bool::from(session.refresh_hash.as_slice().ct_eq(&hash));
    if is(&session.refresh_hash) {
        store::rotate(tx, &session, hash).await?;
    } else if !just_replaced {
        store::revoke(tx, id).await?;
        tx.record(Event::of(Action::RefreshReused, id).refused(ErrorCode::RefreshReused));
        return Err(RefreshError::Reused);
    }
    tx.record(Event::of(Action::SessionRefreshed, id));
    if session.locked_at.is_none() {
        lock_if_idle(tx, id).await?;
    }
    let user = store::find_user(tx, session.user_id).await?.ok_or(RefreshError::Ended)?;
    let user = store::user_view(&tx.database().server_key(), &user)?;
    Ok(Opened { session_id: id, user, refresh_token: next })
}

/// Ends a sign-in.
///
/// # Errors
/// The database fails.
pub async fn sign_out(tx: &mut Tx, id: SessionId) -> Result<(), AccessError> {
    store::revoke(tx, id).await?;
    tx.record(Event::of(Action::SignedOut, id));
    Ok(())
}

/// Who a sign-in stands for: now, or a moment ago (see [`access::SignIns`]).
///
/// # Errors
/// [`ResolveError`].
pub async fn resolve(lookup: &Lookup, id: SessionId, request: &Request) -> Result<Actor, ResolveError> {
    match find_out(lookup, id, request).await? {
        (actor, false) => Ok(actor),
        (_, true) => Err(ResolveError::Locked),
    }
}

/// As [`resolve`], locked or not: for what a lock lets pass.
///
/// # Errors
/// [`ResolveError`], but not [`ResolveError::Locked`].
pub async fn resolve_even_locked(
    lookup: &Lookup,
    id: SessionId,
    request: &Request,
) -> Result<Actor, ResolveError> {
    find_out(lookup, id, request).await.map(|(actor, _locked)| actor)
}

/// Who it is, and whether it is locked.
async fn find_out(lookup: &Lookup, id: SessionId, request: &Request) -> Result<(Actor, bool), ResolveError> {
    let now = lookup.database().clock().now();
    let sign_ins = lookup.database().sign_ins();
    let (sign_in, locked) = if let Some(sign_in) = sign_ins.find(id, now) {
        (sign_in, false)
    } else {
        let asking = sign_ins.asking();
        let standing = store::find_standing(lookup, id).await?.ok_or(ResolveError::NotSignedIn)?;
        let (sign_in, locked) = (sign_in_of(id, &standing), standing.locked_at.is_some());
        // Who has just shown their second factor, or has just unlocked, must not be told by another process
        // that they have not.
        if !sign_in.person.owes_second_factor && !locked {
            sign_ins.remember(asking, now, sign_in);
        }
        (sign_in, locked)
    };
    if sign_in.expires_at <= now {
        return Err(ResolveError::Expired);
    }
    Ok((Actor::person(sign_in.person, sign_in.practice_id, request), locked))
}

fn sign_in_of(session_id: SessionId, standing: &store::Standing) -> SignIn {
    let own = standing.own_permissions.as_deref().map(Permissions::from_words);
    let permissions = own.unwrap_or_else(|| standing.role.permissions());
    let demanded = standing.second_factor_for_all || permissions.demand_second_factor();
    let person = Person {
        user_id: standing.user_id,
        role: standing.role,
        permissions,
        owes_second_factor: demanded && standing.second_factor_at.is_none(),
        session_id,
    };
    SignIn { person, practice_id: standing.practice_id, expires_at: standing.expires_at }
}
