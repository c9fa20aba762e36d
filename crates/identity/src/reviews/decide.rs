//! Deciding whether somebody keeps their access.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    UserId,
    errors::{Checks, FieldProblem},
    people::EditPerson,
    permissions::Role,
    reviews::{Decision, Review},
};

use super::store;
use crate::{
    StepUpError, fresh,
    people::{self, EditError},
};

/// Most characters of a note.
const NOTE: usize = 1_000;

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// The note cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The practice has no such person who may sign in.
    #[error("the practice has no such person")]
    NotFound,
    /// Nobody decides about themselves.
    #[error("nobody decides about their own access")]
    Own,
    /// Ending somebody's access asks for a second factor.
    #[error(transparent)]
    StepUp(#[from] StepUpError),
    /// They could not be deactivated.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Keeps a decision with its date and its reviewer; `remove` deactivates, and asks for a second
/// factor shown a moment ago.
///
/// # Errors
/// [`ReviewError`]; nothing is kept then.
pub async fn decide(
    tx: &mut Tx,
    granted: Granted<perm::WritePeople>,
    id: UserId,
    review: &Review,
) -> Result<(), ReviewError> {
    let mut checks = Checks::new();
    if let Some(note) = &review.note {
        checks.optional_text("note", note.reveal(), NOTE);
    }
    checks.done().map_err(ReviewError::Invalid)?;
    let owners = people::store::hold_owners(tx).await?;
    let member = people::store::find(tx, id).await?.ok_or(ReviewError::NotFound)?;
    if member.deactivated_at.is_some() {
        return Err(ReviewError::NotFound);
    }
    let is_sole_owner = member.role == Role::Owner && owners == [id];
    if id == tx.actor().user_id() && !is_sole_owner {
        return Err(ReviewError::Own);
    }
    if review.decision == Decision::Remove {
        let ended = EditPerson { active: Some(false), ..EditPerson::default() };
        let shown = fresh(tx).await?;
        people::edit(tx, granted, shown, id, &ended).await?;
    }
    store::insert(tx, id, review).await?;
    tx.record(Event::of(Action::AccessReviewed, id).naming(vec![review.decision.as_str()]));
    Ok(())
}
