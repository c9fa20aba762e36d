//! A person's own sign-ins: seeing them, ending them, and when each was last used.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use access::{AccessError, Tx};
use audit::{Action, Event};
use chrono::{DateTime, TimeDelta, Utc};
use shared::{SessionId, sign_ins::SignInView};
use uuid::Uuid;

use crate::{api_keys, store};

/// The last use is known this exactly: more would cost a write for every request.
const TO_THE: TimeDelta = TimeDelta::minutes(1);
/// More than this many at once, and what is old is thrown out.
const MANY: usize = 10_000;

/// Why a sign-in was not ended.
#[derive(Debug, thiserror::Error)]
pub enum EndSignInError {
    /// The person has no such sign-in.
    #[error("there is no such sign-in")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// The acting person's sign-ins that go on, newest first.
///
/// # Errors
/// The database fails.
pub async fn list_sign_ins(tx: &mut Tx) -> Result<Vec<SignInView>, AccessError> {
    let Some(person) = tx.actor().as_person() else { return Ok(Vec::new()) };
    let rows = store::list_sessions(tx, person.user_id).await?;
    let uses: HashMap<SessionId, DateTime<Utc>> =
        store::list_uses(tx, rows.iter().map(|row| row.id)).await?.into_iter().collect();
    tx.record(Event::of(Action::SessionsListed, person.user_id));
    Ok(rows
        .into_iter()
        .map(|row| SignInView {
            id: row.id,
            is_current: row.id == person.session_id,
            device: row.device,
            network: row.network,
            created_at: row.created_at,
            last_used_at: uses.get(&row.id).copied().unwrap_or(row.created_at),
            expires_at: row.expires_at,
            second_factor: row.second_factor_at.is_some(),
        })
        .collect())
}

/// Ends one of the acting person's sign-ins, from the next request on.
///
/// # Errors
/// [`EndSignInError`].
pub async fn end_sign_in(tx: &mut Tx, id: SessionId) -> Result<(), EndSignInError> {
    let person = tx.actor().as_person().ok_or(EndSignInError::NotFound)?;
    if !store::revoke_own(tx, person.user_id, id).await? {
        return Err(EndSignInError::NotFound);
    }
    tx.record(Event::of(Action::SessionEnded, id));
    Ok(())
}

/// Ends all of the acting person's sign-ins but the one that asks.
///
/// # Errors
/// The database fails.
pub async fn end_other_sign_ins(tx: &mut Tx) -> Result<(), AccessError> {
    let Some(person) = tx.actor().as_person() else { return Ok(()) };
    store::revoke_others(tx, person.user_id, person.session_id).await?;
    tx.record(Event::of(Action::OtherSessionsEnded, person.user_id));
    Ok(())
}

/// Ends every sign-in of the practice, which has come back as it was at an earlier moment: whoever was signed out since
/// then would be signed in again.
///
/// # Errors
/// The database fails.
pub async fn end_sign_ins_of_before(tx: &mut Tx) -> Result<u64, AccessError> {
    let ended = store::revoke_all(tx).await?;
    tx.record(Event::of(Action::PracticeRestored, tx.practice_id()));
    Ok(ended)
}

/// When this process has last written down that a sign-in, or a key, was used.
#[derive(Debug, Default)]
pub struct SignInUses(Mutex<HashMap<Uuid, DateTime<Utc>>>);

impl SignInUses {
    /// Writes down that the acting person's sign-in, or the acting key, is being used, at most once a minute.
    ///
    /// # Errors
    /// The database fails.
    pub async fn note(&self, tx: &mut Tx) -> Result<(), AccessError> {
        let now = tx.now();
        if let Some(person) = tx.actor().as_person()
            && self.is_due(person.session_id.0, now)
        {
            store::note_use(tx, person.session_id, now - TO_THE).await?;
        }
        if let Some(id) = tx.actor().as_api_key().map(|key| key.id)
            && self.is_due(id.0, now)
        {
            api_keys::note_use(tx, id).await?;
        }
        Ok(())
    }

    fn is_due(&self, id: Uuid, now: DateTime<Utc>) -> bool {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if written.get(&id).is_some_and(|at| now - *at < TO_THE) {
            return false;
        }
        if written.len() >= MANY {
            written.retain(|_, at| now - *at < TO_THE);
        }
        written.insert(id, now);
        true
    }
}
