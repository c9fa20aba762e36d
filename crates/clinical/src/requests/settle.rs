//! What every answer has in common.

use access::{AccessError, Tx};
use chrono::NaiveDate;
use shared::{
    Phi,
    errors::{Checks, FieldProblem},
};
use uuid::Uuid;

use super::store::{self, Clock, Clocked};
use crate::deadlines;

/// Why a request stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The practice has no such request.
    #[error("the practice has no such request")]
    NotFound,
    /// What was told cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// It was answered or withdrawn before.
    #[error("the request is settled")]
    Settled,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// The words of an answer, and when the person was told, where that belongs to it.
///
/// # Errors
/// [`SettleError::Invalid`].
pub fn check_words(
    tx: &Tx,
    words: &Phi<String>,
    most: usize,
    told_on: Option<NaiveDate>,
) -> Result<(), SettleError> {
    let mut checks = Checks::new();
    checks.text("words", words.reveal(), most);
    if let Some(told_on) = told_on {
        deadlines::check_past(&mut checks, "told_on", told_on, tx.now().date_naive());
    }
    checks.done().map_err(SettleError::Invalid)
}

/// A request that waits for its answer, which nobody else changes until the transaction ends.
///
/// # Errors
/// [`SettleError`].
pub async fn hold_waiting<E: Clocked>(tx: &Tx, id: Uuid) -> Result<Clock, SettleError> {
    let clock = store::find_and_hold::<E>(tx, id).await?.ok_or(SettleError::NotFound)?;
    if clock.is_waiting() { Ok(clock) } else { Err(SettleError::Settled) }
}
