//! What is dear asks for a second factor that was shown a moment ago.

use access::{AccessError, Tx};
use audit::{Action, Event};
use chrono::{DateTime, TimeDelta, Utc};

use super::{Shown, enrol::remember_factor, prove};
use crate::store as accounts;

/// How long a second factor is fresh.
pub const FRESH: TimeDelta = TimeDelta::minutes(5);

/// Proof that the acting person has shown a second factor within the last five minutes. Only [`fresh`]
/// builds one; what asks for it cannot be done without.
#[derive(Debug, Clone, Copy)]
pub struct Fresh(());

/// Why there is no such proof.
#[derive(Debug, thiserror::Error)]
pub enum StepUpError {
    /// None was shown within the last five minutes.
    #[error("the second factor has to be shown again")]
    Required,
    /// What was shown is wrong, or was shown before.
    #[error("the code is not right")]
    WrongCode,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// The proof, if there is one: read from the sign-in itself, in this transaction.
///
/// # Errors
/// [`StepUpError`].
pub async fn fresh(tx: &Tx) -> Result<Fresh, StepUpError> {
    let person = tx.actor().as_person().ok_or(StepUpError::Required)?;
    let session = accounts::find_own_session(tx, person.session_id).await?;
    let shown_at = session.and_then(|session| session.second_factor_at);
    match shown_at {
        Some(at) if at + FRESH > tx.now() => Ok(Fresh(())),
        Some(_) | None => Err(StepUpError::Required),
    }
}

/// Shows the second factor again: until when it is fresh.
///
/// # Errors
/// [`StepUpError::WrongCode`]; the database fails.
pub async fn step_up(tx: &mut Tx, shown: Shown<'_>) -> Result<DateTime<Utc>, StepUpError> {
    let person = tx.actor().as_person().ok_or(StepUpError::Required)?;
    if !prove(tx, person.user_id, shown).await? {
        return Err(StepUpError::WrongCode);
    }
    remember_factor(tx).await?;
    tx.record(Event::of(Action::SteppedUp, person.session_id));
    Ok(tx.now() + FRESH)
}
