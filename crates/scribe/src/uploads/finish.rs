//! The last byte: the upload becomes a recording, and its job begins.

use access::{AccessError, NewJob, Tx};
use audit::{Action, Event};
use clinical::encounters;
use shared::{jobs::JobKind, templates::NoteFormat};

use super::{Upload, store};
use crate::recordings;

/// Makes the recording and its job, in one transaction, once. `false` when another upload of the session
/// was faster: the session keeps the first recording.
pub(super) async fn finish(tx: &mut Tx, upload: &Upload, media_type: &str) -> Result<bool, AccessError> {
    if recordings::store::exists(tx, upload.encounter_id).await? {
        return Ok(false);
    }
    if !store::complete(tx, upload.id).await? {
        return Ok(true);
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
    Ok(true)
}
