//! What was said, in the form that drafting reads.

use access::{Granted, Tx, perm};
use shared::{
    EncounterId, Phi, SegmentId,
    transcripts::{SpeakerRole, SpeakerView, TranscriptView},
};

use super::{LoadError, load};

/// One line with its voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// What evidence points at.
    pub segment_id: SegmentId,
    /// The voice's part.
    pub role: SpeakerRole,
    /// The voice's name, e.g. `Speaker 1`.
    pub label: Phi<String>,
    /// From, in the recording.
    pub start_ms: u64,
    /// To, in the recording.
    pub end_ms: u64,
    /// What was said.
    pub text: Phi<String>,
}

/// What was said in a session, in the order in which it was said.
///
/// # Errors
/// [`LoadError`].
pub async fn turns(
    tx: &mut Tx,
    granted: Granted<perm::ReadTranscripts>,
    encounter_id: EncounterId,
) -> Result<Vec<Turn>, LoadError> {
    let transcript = load(tx, granted, encounter_id).await?;
    if transcript.removal.is_some() {
        return Err(LoadError::NotFound);
    }
    Ok(turns_of(transcript))
}

/// The lines of a transcript, each with its voice.
pub(crate) fn turns_of(transcript: TranscriptView) -> Vec<Turn> {
    let nobody = SpeakerView {
        id: uuid::Uuid::nil().into(),
        label: Phi::new(String::new()),
        role: SpeakerRole::Unknown,
    };
    let turns = transcript.segments.into_iter().map(|segment| {
        let voice = transcript.speakers.iter().find(|speaker| segment.speaker_id == Some(speaker.id));
        let voice = voice.unwrap_or(&nobody);
        Turn {
            segment_id: segment.id,
            role: voice.role,
            label: voice.label.clone(),
            start_ms: segment.start_ms,
            end_ms: segment.end_ms,
            text: segment.text,
        }
    });
    turns.collect()
}
