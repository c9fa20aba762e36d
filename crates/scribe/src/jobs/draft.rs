//! Asks for a draft of a session.

use access::{AccessError, Granted, NewJob, Tx, perm};
use audit::{Action, Event};
use clinical::{encounters, transcripts};
use shared::{EncounterId, JobId, jobs::JobKind, templates::NoteFormat};

/// Why no draft is made.
#[derive(Debug, thiserror::Error)]
pub enum RequestDraftError {
    /// The practice has no such session.
    #[error("the practice has no such session")]
    NotFound,
    /// There is nothing to make it from.
    #[error("there is no transcript yet")]
    NoTranscript,
    /// A note of the session is signed.
    #[error("a note of the session is signed")]
    AlreadySigned,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Asks for a draft of a session in a format.
///
/// # Errors
/// [`RequestDraftError`]
pub async fn request_draft(
    tx: &mut Tx,
    granted: Granted<perm::WriteNotes>,
    read: Granted<perm::ReadTranscripts>,
    encounter_id: EncounterId,
    template: NoteFormat,
) -> Result<JobId, RequestDraftError> {
    let _ = granted;
    let chart = encounters::chart_of(tx, encounter_id).await?.ok_or(RequestDraftError::NotFound)?;
    if encounters::locked(tx, encounter_id).await? {
        return Err(RequestDraftError::AlreadySigned);
    }
    match transcripts::turns(tx, read, encounter_id).await {
        Ok(_) => {}
        Err(transcripts::LoadError::NotFound) => return Err(RequestDraftError::NoTranscript),
        Err(transcripts::LoadError::Access(error)) => return Err(error.into()),
    }
    let job = NewJob { kind: JobKind::DraftNote, encounter_id, recording_id: None, template };
    let id = tx.enqueue(job).await?;
    tx.record(Event::of(Action::DraftRequested, id).about(chart));
    Ok(id)
}
