//! Keeps what a clinician typed for a session without sound.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    EncounterId, Phi,
    errors::{Checks, FieldProblem},
    transcripts::{
        SegmentView, SpeakerCertainty, SpeakerRole, SpeakerView, TranscriptView, TypedLine, TypedTranscript,
    },
};

use super::store;
use crate::encounters;

/// Most lines of a typed transcript.
const LINES: usize = 5_000;
/// Most characters of a line.
pub(super) const LINE: usize = 10_000;

/// Why it was not kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreTypedError {
    /// The practice has no such session.
    #[error("the practice has no such session")]
    NotFound,
    /// A note of the session is signed.
    #[error("a note of the session is signed")]
    AlreadySigned,
    /// The session has a transcript, which is corrected rather than replaced.
    #[error("the session has a transcript")]
    TranscriptExists,
    /// Some lines cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Keeps what a clinician typed. There is one voice for each part that occurs.
///
/// # Errors
/// [`StoreTypedError`].
pub async fn store_typed(
    tx: &mut Tx,
    _granted: Granted<perm::WriteTranscripts>,
    encounter_id: EncounterId,
    typed: TypedTranscript,
) -> Result<TranscriptView, StoreTypedError> {
    check(&typed.lines).map_err(StoreTypedError::Invalid)?;
    let held = encounters::store::hold(tx, encounter_id).await?.ok_or(StoreTypedError::NotFound)?;
    if held.signed {
        return Err(StoreTypedError::AlreadySigned);
    }
    if store::find_origin(tx, encounter_id).await?.is_some() {
        return Err(StoreTypedError::TranscriptExists);
    }
    let speakers: Vec<_> = SpeakerRole::ALL
        .iter()
        .filter(|role| typed.lines.iter().any(|line| line.role == **role))
        .map(|role| SpeakerView { id: tx.new_id(), label: label(*role), role: *role })
        .collect();
    let segments = typed.lines.into_iter().map(|line| SegmentView {
        id: tx.new_id(),
        speaker_id: speakers.iter().find(|speaker| speaker.role == line.role).map(|speaker| speaker.id),
        start_ms: 0,
        end_ms: 0,
        text: line.text,
        confidence: None,
        edited: false,
    });
    let transcript = TranscriptView {
        id: tx.new_id(),
        encounter_id,
        revision: 1,
        certainty: SpeakerCertainty::Confirmed,
        segments: segments.collect(),
        speakers,
        locked: false,
        removal: None,
    };
    store::insert(tx, &transcript, None).await?;
    tx.record(Event::of(Action::TranscriptStored, transcript.id).about_all(held.clients));
    Ok(transcript)
}

/// What a voice is called by its part.
pub(super) fn label(role: SpeakerRole) -> Phi<String> {
    Phi::from(match role {
        SpeakerRole::Therapist => "Therapist",
        SpeakerRole::Client => "Client",
        SpeakerRole::Other => "Other",
        SpeakerRole::Unknown => "Unknown",
    })
}

fn check(lines: &[TypedLine]) -> Result<(), Vec<FieldProblem>> {
    let mut checks = Checks::new();
    if lines.is_empty() {
        checks.refuse("lines", "required", "Please type at least one line.");
    }
    if lines.len() > LINES {
        checks.refuse("lines", "too_many", "At most 5,000 lines.");
    }
    for (index, line) in lines.iter().take(LINES).enumerate() {
        checks.text(&format!("lines[{index}].text"), line.text.reveal(), LINE);
    }
    checks.done()
}
