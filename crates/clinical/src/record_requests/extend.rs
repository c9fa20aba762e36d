//! Thirty days more, once.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    RecordRequestId,
    errors::{Checks, FieldProblem},
    record_requests::{EXTENSION_DAYS, ExtendRequest, RecordRequestState, RecordRequestView},
};

use super::store;
use crate::deadlines;

/// Why there is no more time.
#[derive(Debug, thiserror::Error)]
pub enum ExtendError {
    /// The practice has no such request.
    #[error("the practice has no such request")]
    NotFound,
    /// The reason cannot be kept, or the person was told too late.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// It was answered or withdrawn.
    #[error("the request is settled")]
    Settled,
    /// It was extended before.
    #[error("the request was extended before")]
    Extended,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Extends the time to answer, if the person was told why before it was over (164.524(b)(2)(ii)).
///
/// # Errors
/// [`ExtendError`].
pub async fn extend(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    id: RecordRequestId,
    extension: &ExtendRequest,
) -> Result<RecordRequestView, ExtendError> {
    let row = store::find_and_hold(tx, id).await?.ok_or(ExtendError::NotFound)?;
    let mut checks = Checks::new();
    checks.text("reason", extension.reason.reveal(), 2_000);
    deadlines::check_past(&mut checks, "told_on", extension.told_on, tx.now().date_naive());
    if row.state != RecordRequestState::Received {
        return Err(ExtendError::Settled);
    }
    if row.extension_told_on.is_some() {
        return Err(ExtendError::Extended);
    }
    if extension.told_on > row.due_on || extension.told_on < row.received_on {
        checks.refuse(
            "told_on",
            "not_in_time",
            "They have to be told before the first thirty days are over.",
        );
    }
    checks.done().map_err(ExtendError::Invalid)?;
    store::extend(tx, id, extension, deadlines::later(row.due_on, EXTENSION_DAYS)).await?;
    tx.record(Event::of(Action::RecordRequestExtended, id).about(row.client_id));
    store::view(tx, id).await?.ok_or(ExtendError::NotFound)
}
