//! The answer to a request: handed over or denied; or it is withdrawn.

use access::{Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    RecordRequestId,
    record_requests::{
        DenyRecordRequest, FulfilRecordRequest, RecordRequestState as State, RecordRequestView,
    },
};

use super::store::{self, Settled};
use crate::requests::{SettleError, check_words, hold_waiting};

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
    check_words(tx, &fulfilment.words, 1_000, None)?;
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
    check_words(tx, &denial.words, 4_000, Some(denial.told_on))?;
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

async fn settle(
    tx: &mut Tx,
    id: RecordRequestId,
    settled: Settled<'_>,
    action: Action,
) -> Result<RecordRequestView, SettleError> {
    let waiting = hold_waiting::<store::Table>(tx, id.0).await?;
    store::settle(tx, (id, waiting.client_id), settled).await?;
    tx.record(Event::of(action, id).about(waiting.client_id));
    store::view(tx, id).await?.ok_or(SettleError::NotFound)
}
