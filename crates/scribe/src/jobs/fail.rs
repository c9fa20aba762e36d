//! Writes down why a job, and with it its recording, came to an end.

use access::{AccessError, Tx};
use audit::{Action, Event};
use shared::{errors::ErrorCode, recordings::RecordingState};

use super::store::{self, Job};
use crate::recordings;

/// Ends the job badly, in the caller's transaction.
///
/// # Errors
/// The database fails.
pub(crate) async fn fail(tx: &mut Tx, job: &Job, code: ErrorCode) -> Result<(), AccessError> {
    store::fail(tx, job.view.id, code).await?;
    if let Some(recording) = job.view.recording_id {
        let now = recordings::store::find(tx, recording).await?;
        // A transcript that is there stays there, whatever became of the draft.
        if now.is_some_and(|now| now.state != RecordingState::Transcribed) {
            recordings::store::set_state(tx, recording, RecordingState::Failed, Some(code)).await?;
        }
    }
    tx.record(Event::of(Action::JobProgressed, job.view.id).refused(code));
    Ok(())
}
