//! Deciding about what was found.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    ActivityFindingId,
    activity::DecideFinding,
    errors::{Checks, FieldProblem},
};

use super::store;

/// Most characters of a note.
const NOTE: usize = 2_000;

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// There is no such finding.
    #[error("there is no such finding")]
    NotFound,
    /// The note cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// Nobody decides about what they did themselves.
    #[error("nobody decides about what they did themselves")]
    Own,
    /// It was decided before: that is not changed.
    #[error("it is decided already")]
    Decided,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Decides about what somebody else did; once.
///
/// # Errors
/// [`DecideError`]; nothing is kept then.
pub async fn decide(
    tx: &mut Tx,
    _granted: Granted<perm::WritePeople>,
    id: ActivityFindingId,
    decision: &DecideFinding,
) -> Result<(), DecideError> {
    let mut checks = Checks::new();
    if let Some(note) = &decision.note {
        checks.optional_text("note", note.reveal(), NOTE);
    }
    checks.done().map_err(DecideError::Invalid)?;
    let row = store::find(tx, id).await?.ok_or(DecideError::NotFound)?;
    if row.user_id == tx.actor().user_id() {
        return Err(DecideError::Own);
    }
    if row.decided_at.is_some() {
        return Err(DecideError::Decided);
    }
    store::decide(tx, id, decision).await?;
    tx.record(Event::of(Action::ActivityFindingDecided, id).naming(vec![decision.decision.as_str()]));
    Ok(())
}
