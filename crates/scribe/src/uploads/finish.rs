//! The last byte: the upload becomes a recording, and its job begins.

use access::{NewJob, Tx};
use audit::{Action, Event};
use clinical::encounters;
use shared::{jobs::JobKind, templates::NoteFormat};

use super::{AppendError, BeginError, Upload, store};
use crate::recordings;

/// Makes the recording and its job, in the caller's transaction.
///
/// # Errors
/// [`BeginError::RecordingExists`] when another upload of the session was faster: the session keeps the
/// first recording. [`AppendError::Offset`] when another request has made this recording.
pub(super) async fn finish(tx: &mut Tx, upload: &Upload, media_type: &str) -> Result<(), AppendError> {
    if !store::complete(tx, upload.id).await? {
        return Err(AppendError::Offset);
    }
    if recordings::store::exists(tx, upload.encounter_id).await? {
        return Err(BeginError::RecordingExists.into());
    }
    recordings::store::insert(tx, upload, media_type).await?;
    tx.enqueue(NewJob {
        kind: JobKind::ProcessRecording,
        encounter_id: upload.encounter_id,
        recording_id: Some(upload.recording_id),
        template: NoteFormat::Soap,
    })
    .await?;
    let stored = Event::of(Action::RecordingStored, upload.recording_id);
    tx.record(match encounters::chart_of(tx, upload.encounter_id).await? {
        Some(chart) => stored.about(chart),
        None => stored,
    });
    Ok(())
}
