//! Stops a job. What it has kept so far stays.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{JobId, jobs::JobView};

use super::store;

/// Why a job is not stopped.
#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    /// The practice has no such job.
    #[error("the practice has no such job")]
    NotFound,
    /// It has ended.
    #[error("the job has ended")]
    Ended,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Stops a job at its next step.
///
/// # Errors
/// [`CancelError`]
pub async fn cancel(
    tx: &mut Tx,
    _granted: Granted<perm::WriteRecordings>,
    id: JobId,
) -> Result<JobView, CancelError> {
    store::find(tx, id).await?.ok_or(CancelError::NotFound)?;
    if !store::cancel(tx, id).await? {
        return Err(CancelError::Ended);
    }
    tx.record(Event::of(Action::JobCancelled, id));
    let job = store::find(tx, id).await?.ok_or(CancelError::NotFound)?;
    Ok(job.view)
}
