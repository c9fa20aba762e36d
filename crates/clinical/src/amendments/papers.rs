//! What follows an answer: a statement of disagreement, the rebuttal to it, who else was told of a change.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    AmendmentId,
    amendments::{AmendmentState as State, AmendmentView, NewPaper, PaperKind},
    errors::{Checks, FieldProblem},
};

use super::store;
use crate::{deadlines, requests::store::find_and_hold};

/// Why a paper was not kept.
#[derive(Debug, thiserror::Error)]
pub enum AddPaperError {
    /// The practice has no such request.
    #[error("the practice has no such request")]
    NotFound,
    /// What it says cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// There is one already, or nothing that it could follow: a statement follows a denial, a rebuttal a statement, and
    /// others are told of a change that was accepted.
    #[error("there is one already, or nothing that it could follow")]
    Misplaced,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Keeps what followed an answer, once, as it is.
///
/// # Errors
/// [`AddPaperError`].
pub async fn add_paper(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    id: AmendmentId,
    paper: &NewPaper,
) -> Result<AmendmentView, AddPaperError> {
    let mut checks = Checks::new();
    checks.text("words", paper.words.reveal(), 4_000);
    deadlines::check_past(&mut checks, "on", paper.on, tx.now().date_naive());
    find_and_hold::<store::Table>(tx, id.0).await?.ok_or(AddPaperError::NotFound)?;
    let request = store::view(tx, id).await?.ok_or(AddPaperError::NotFound)?;
    if paper.on < request.received_on {
        checks.refuse("on", "before_request", "This lies before the request.");
    }
    checks.done().map_err(AddPaperError::Invalid)?;
    let fits = match paper.kind {
        PaperKind::Statement => request.state == State::Denied && request.statement.is_none(),
        PaperKind::Rebuttal => request.statement.is_some() && request.rebuttal.is_none(),
        PaperKind::OthersTold => request.state == State::Accepted && request.others_told.is_none(),
    };
    if !fits {
        return Err(AddPaperError::Misplaced);
    }
    store::add_paper(tx, (id, request.client_id), paper).await?;
    tx.record(Event::of(Action::AmendmentPaperAdded, id).about(request.client_id));
    store::view(tx, id).await?.ok_or(AddPaperError::NotFound)
}
