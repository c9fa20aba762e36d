//! Asking for the end of a practice, and thinking better of it.

use access::{AccessError, Granted, NewMail, Tx, perm};
use audit::{Action, Event};
use chrono::TimeDelta;
use shared::{
    DeletionId, Phi,
    deletions::{DeletionView, RequestDeletion, WAITING_DAYS},
    errors::{Checks, FieldProblem},
};

use super::{Certificates, store};
use crate::{StepUpError, fresh, practice};

/// Why the practice stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The name is another one.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// Nobody has made an archive lately.
    #[error("there is no archive of everything")]
    ExportFirst,
    /// A client is on legal hold.
    #[error("a client is on legal hold")]
    OnLegalHold,
    /// It was asked for before.
    #[error("the deletion is asked for already")]
    Requested,
    /// A second factor was not shown a moment ago.
    #[error(transparent)]
    StepUp(#[from] StepUpError),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Why it goes on.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawError {
    /// Nothing waits, or it has begun.
    #[error("no deletion waits")]
    NotFound,
    /// A second factor was not shown a moment ago.
    #[error(transparent)]
    StepUp(#[from] StepUpError),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Has the practice deleted in [`WAITING_DAYS`]. `base_url` is where browsers reach the app.
///
/// # Errors
/// [`AskError`]; nothing is changed then.
pub async fn ask(
    tx: &mut Tx,
    _granted: Granted<perm::DeletePractice>,
    request: &RequestDeletion,
    certificates: &Certificates,
    base_url: &str,
) -> Result<DeletionView, AskError> {
    // Two owners may ask at once: the second waits here, and then sees what the first has done.
    let practice = practice::store::find_to_change(tx).await?.ok_or(AskError::Requested)?;
    let mut checks = Checks::new();
    if practice::store::open_name(tx, &practice)?.reveal().trim() != request.practice_name.reveal().trim() {
        checks.refuse("practice_name", "invalid", "Please write the practice's name as it stands above.");
    }
    checks.done().map_err(AskError::Invalid)?;
    if store::find_waiting(tx).await?.is_some() {
        return Err(AskError::Requested);
    }
    if store::is_on_hold(tx).await? {
        return Err(AskError::OnLegalHold);
    }
    if store::find_last_export(tx).await?.is_none() {
        return Err(AskError::ExportFirst);
    }
    fresh(tx).await?;
    let id: DeletionId = tx.new_id();
    let row = store::insert(tx, id, TimeDelta::days(WAITING_DAYS)).await?;
    let due = row.due_at.format("%-d %B %Y, %H:%M UTC");
    let text = format!(
        "Hello,\n\nan owner of your practice has asked for its deletion, with every client, session, recording and \
         note in it. It begins on {due}.\n\nUntil then any owner can withdraw it:\n\n{base_url}/practice\n\n\
         Keep this link. It shows the proof that nothing is left, when that is so:\n\n{base_url}/deletions/{id}\n"
    );
    tell(tx, "Your practice will be deleted", text).await?;
    tx.record(Event::of(Action::DeletionRequested, id));
    Ok(store::view(row, certificates))
}

/// Keeps the practice after all.
///
/// # Errors
/// [`WithdrawError`]; the deletion goes on then.
pub async fn withdraw(tx: &mut Tx, _granted: Granted<perm::DeletePractice>) -> Result<(), WithdrawError> {
    practice::store::find_to_change(tx).await?;
    let waiting = store::find_waiting(tx).await?.ok_or(WithdrawError::NotFound)?;
    fresh(tx).await?;
    if !store::withdraw(tx, waiting.id).await? {
        return Err(WithdrawError::NotFound);
    }
    let text = "Hello,\n\nan owner of your practice has withdrawn its deletion. Everything stays as it is.\n";
    tell(tx, "Your practice stays", text.to_owned()).await?;
    tx.record(Event::of(Action::DeletionWithdrawn, waiting.id));
    Ok(())
}

pub(super) async fn tell(tx: &mut Tx, subject: &'static str, text: String) -> Result<(), AccessError> {
    for to in practice::addresses_of_the_responsible(tx).await? {
        tx.post(&NewMail { to, subject: Phi::from(subject), text: text.clone().into() }).await?;
    }
    Ok(())
}
