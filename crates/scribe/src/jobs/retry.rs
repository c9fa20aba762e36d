//! Tries a failed job again.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{JobId, jobs::JobView, recordings::RecordingState};

use super::store;
use crate::recordings;

/// Why a job is not tried again.
#[derive(Debug, thiserror::Error)]
pub enum RetryError {
    /// The practice has no such job.
    #[error("the practice has no such job")]
    NotFound,
    /// It has not failed, or its recording has been replaced.
    #[error("the job has not failed")]
    NotRetryable,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Tries a failed or cancelled job again; it goes on where it was.
///
/// # Errors
/// [`RetryError`]
pub async fn retry(
    tx: &mut Tx,
    _granted: Granted<perm::WriteRecordings>,
    id: JobId,
) -> Result<JobView, RetryError> {
    let job = store::find(tx, id).await?.ok_or(RetryError::NotFound)?;
    if !store::reopen(tx, id).await? {
        return Err(RetryError::NotRetryable);
    }
    if let Some(id) = job.view.recording_id {
        let recording = recordings::store::find(tx, id).await?.ok_or(RetryError::NotRetryable)?;
        if recording.state == RecordingState::Failed {
            recordings::store::set_state(tx, id, RecordingState::Stored, None).await?;
        }
    }
    tx.enqueue_again(id).await?;
    tx.record(Event::of(Action::JobRetried, id));
    let job = store::find(tx, id).await?.ok_or(RetryError::NotFound)?;
    Ok(job.view)
}
