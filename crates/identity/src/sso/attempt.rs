//! One try to sign in at a provider, from leaving until coming back.

use access::{AccessError, Lookup, Reading as _, Tx};
use audit::{Action, Event};
use chrono::TimeDelta;
use shared::{PracticeId, SsoAttemptId, SsoConnectionId};
use sso::Kept;
use subtle::ConstantTimeEq as _;

use super::{Connection, load_connection, store};

/// How long the provider may take with somebody.
pub const ATTEMPT_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// A try that is about to begin.
pub struct NewAttempt {
    id: SsoAttemptId,
    /// What the browser takes to the provider and brings back.
    pub state: String,
    /// What stays in the browser.
    pub browser: String,
}

impl NewAttempt {
    /// A new one, with fresh secrets.
    pub fn new(lookup: &Lookup) -> Self {
        let id = SsoAttemptId(lookup.database().clock().new_id());
        Self { id, state: format!("{id}.{}", crypto::random_token()), browser: crypto::random_token() }
    }
}

impl std::fmt::Debug for NewAttempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewAttempt").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A try that somebody has come back from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// Which.
    pub id: SsoAttemptId,
    /// In which practice.
    pub practice_id: PracticeId,
}

/// Why somebody who comes back is sent away.
#[derive(Debug, thiserror::Error)]
pub enum AttemptError {
    /// There was no such try, it was in another browser, it took too long, or it is over: answered alike.
    #[error("there is no such try any more")]
    Ended,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Keeps what is needed when the browser comes back.
///
/// # Errors
/// The database fails, or the connection is gone.
pub async fn keep_attempt(
    tx: &mut Tx,
    new: &NewAttempt,
    connection_id: SsoConnectionId,
    kept: &Kept,
) -> Result<(), AccessError> {
    store::remove_old_attempts(tx).await?;
    let browser_hash = browser_hash(tx, &new.browser);
    let expires_at = tx.now() + ATTEMPT_LIFETIME;
    let row = store::NewAttemptRow {
        id: new.id,
        connection_id,
        state_hash: crypto::token_hash(&new.state),
        browser_hash,
        expires_at,
    };
    store::insert_attempt(tx, row, kept).await?;
    tx.record(Event::of(Action::SsoBegun, connection_id));
    Ok(())
}

/// The try that a state belongs to.
///
/// # Errors
/// [`AttemptError`].
pub async fn find_attempt(lookup: &Lookup, state: &str) -> Result<Attempt, AttemptError> {
    let id = state.split_once('.').and_then(|(id, _)| id.parse().ok()).ok_or(AttemptError::Ended)?;
    let practice_id = store::find_attempt_practice(lookup, id).await?.ok_or(AttemptError::Ended)?;
    Ok(Attempt { id, practice_id })
}

/// Takes a try back, which ends it: of two who bring the same state, one is first. Whoever brings it
/// from another browser ends nothing.
///
/// # Errors
/// [`AttemptError`].
pub async fn take_attempt(
    tx: &mut Tx,
    attempt: Attempt,
    state: &str,
    browser: &str,
) -> Result<(Connection, Kept), AttemptError> {
    let row = store::find_attempt(tx, attempt.id).await?.ok_or(AttemptError::Ended)?;
    let right = crypto::token_hash(state).ct_eq(row.state_hash.as_slice())
        & browser_hash(tx, browser).ct_eq(row.browser_hash.as_slice());
    if !bool::from(right) || row.expires_at <= tx.now() || !store::use_attempt(tx, row.id).await? {
        return Err(AttemptError::Ended);
    }
    let kept = store::open_kept(tx, &row)?;
    let connection = load_connection(tx, row.connection_id).await?.ok_or(AttemptError::Ended)?;
    tx.record(Event::of(Action::SsoReturned, row.connection_id));
    Ok((connection, kept))
}

fn browser_hash(tx: &Tx, browser: &str) -> [u8; 32] {
    tx.data_key().keyed_hash("sso.browser", &[browser.as_bytes()])
}
