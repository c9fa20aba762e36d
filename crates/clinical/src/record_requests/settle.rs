//! The answer to a request: handed over or denied; or it is withdrawn.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    Phi, RecordRequestId,
    errors::{Checks, FieldProblem},
    record_requests::{
        DenyRecordRequest, FulfilRecordRequest, RecordRequestState as State, RecordRequestView,
    },
};

use super::store::{self, Settled};
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

/// The records were handed over. Its caller asks for a second factor shown a moment ago before it commits.
///
/// # Errors
/// [`SettleError`].
pub async fn fulfil(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    id: RecordRequestId,
    fulfilment: &FulfilRecordRequest,
) -> Result<RecordRequestView, SettleError> {
    check("words", &fulfilment.words, 1_000).done().map_err(SettleError::Invalid)?;
    let settled = Settled { answer: Some(&fulfilment.words), ..Settled::as_(State::Fulfilled) };
    settle(tx, id, settled, Action::RecordRequestFulfilled).await
}

/// The request is denied, and the person was told why.
///
/// # Errors
/// [`SettleError`].
pub async fn deny(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    id: RecordRequestId,
    denial: &DenyRecordRequest,
) -> Result<RecordRequestView, SettleError> {
    let mut checks = check("words", &denial.words, 4_000);
    deadlines::check_past(&mut checks, "told_on", denial.told_on, tx.now().date_naive());
    checks.done().map_err(SettleError::Invalid)?;
    let settled = Settled {
        answer: Some(&denial.words),
        ground: Some(denial.ground),
        told_on: Some(denial.told_on),
        ..Settled::as_(State::Denied)
    };
    settle(tx, id, settled, Action::RecordRequestDenied).await
}

/// Whoever asked takes it back.
///
/// # Errors
/// [`SettleError`].
pub async fn withdraw(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    id: RecordRequestId,
) -> Result<RecordRequestView, SettleError> {
    settle(tx, id, Settled::as_(State::Withdrawn), Action::RecordRequestWithdrawn).await
}

fn check(field: &str, words: &Phi<String>, most: usize) -> Checks {
    let mut checks = Checks::new();
    checks.text(field, words.reveal(), most);
    checks
}

async fn settle(
    tx: &mut Tx,
    id: RecordRequestId,
    settled: Settled<'_>,
    action: Action,
) -> Result<RecordRequestView, SettleError> {
    let row = store::find_and_hold(tx, id).await?.ok_or(SettleError::NotFound)?;
    if row.state != State::Received {
        return Err(SettleError::Settled);
    }
    store::settle(tx, id, settled).await?;
    tx.record(Event::of(action, id).about(row.client_id));
    store::view(tx, id).await?.ok_or(SettleError::NotFound)
}
