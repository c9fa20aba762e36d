//! The last byte: the upload becomes a recording, and its job begins.

use access::{Actor, NewJob, Tx};
use audit::{Action, Event};
use clinical::{encounters, legal_holds};
use shared::{RecordingId, jobs::JobKind, templates::NoteFormat};

use super::{AppendError, BeginError, Upload, begin::is_free, store};
use crate::{Scribe, recordings};

/// Makes the recording and its job, in the caller's transaction. Returns the recording that it replaces,
/// one that failed, whose sound is to be deleted afterwards.
///
/// # Errors
/// [`BeginError::RecordingExists`] when another upload of the session was faster: the session keeps the
/// first recording. [`AppendError::Offset`] when another request has made this recording.
pub(super) async fn finish(
    tx: &mut Tx,
    upload: &Upload,
    media_type: &str,
) -> Result<Option<RecordingId>, AppendError> {
    if !store::complete(tx, upload).await? {
        return Err(AppendError::Offset);
    }
    is_free(tx, upload.encounter_id).await?;
    let failed = recordings::store::find_failed(tx, upload.encounter_id).await?;
    if let Some(failed) = failed {
        if legal_holds::hold_still(tx, upload.encounter_id).await? {
            return Err(BeginError::OnLegalHold.into());
        }
        if !recordings::store::delete_failed(tx, failed).await? {
            // It is being tried again since a moment ago.
            return Err(BeginError::RecordingExists.into());
        }
        store::delete_of_recording(tx, failed).await?;
        tx.record(Event::of(Action::RecordingReplaced, failed));
    }
    recordings::store::insert(tx, upload, media_type).await.map_err(|error| {
        if error.is_taken() { BeginError::RecordingExists.into() } else { AppendError::from(error) }
    })?;
    tx.enqueue(NewJob {
        kind: JobKind::ProcessRecording,
        encounter_id: upload.encounter_id,
        recording_id: Some(upload.recording_id),
        template: NoteFormat::Soap,
    })
    .await?;
    let stored = Event::of(Action::RecordingStored, upload.recording_id);
    tx.record(stored.about_all(encounters::clients_of(tx, upload.encounter_id).await?));
    Ok(failed)
}

/// Deletes the sound of a recording that was replaced.
pub(super) async fn drop_replaced(scribe: &Scribe, actor: &Actor, replaced: Option<RecordingId>) {
    if let Some(replaced) = replaced {
        // What cannot be deleted now stays behind sealed, and belongs to nothing.
        let _ = scribe.blobs.delete_all(actor.practice_id().0, replaced.0).await;
    }
}
