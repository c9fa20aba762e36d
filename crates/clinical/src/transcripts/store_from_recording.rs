//! Keeps what was heard in a recording.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    EncounterId, Phi, RecordingId, SpeakerId, TranscriptId,
    transcripts::{SegmentView, SpeakerCertainty, SpeakerRole, SpeakerView, TranscriptView},
};

use super::store;
use crate::encounters;

/// What was heard.
#[derive(Debug, Clone, PartialEq)]
pub struct HeardTranscript {
    /// In which session.
    pub encounter_id: EncounterId,
    /// In which recording of it.
    pub recording_id: RecordingId,
    /// How sure the voices were told apart.
    pub certainty: SpeakerCertainty,
    /// The voices.
    pub speakers: Vec<NewSpeaker>,
    /// The lines, in order of time.
    pub segments: Vec<NewSegment>,
}

/// One voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSpeaker {
    /// The name shown, e.g. `Speaker 1`.
    pub label: Phi<String>,
    /// Its part, if it is known.
    pub role: SpeakerRole,
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSegment {
    /// Which of the voices, counted from 0; `None` when it is not known.
    pub speaker: Option<usize>,
    /// From, in the recording.
    pub start_ms: u64,
    /// To, in the recording.
    pub end_ms: u64,
    /// What was said.
    pub text: Phi<String>,
    /// How sure the engine was, 0 to 1.
    pub confidence: Option<f32>,
}

/// Why it was not kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreFromRecordingError {
    /// The practice has no such session.
    #[error("the practice has no such session")]
    NotFound,
    /// A note of the session is signed.
    #[error("a note of the session is signed")]
    AlreadySigned,
    /// The session has a transcript from elsewhere: typed, or of another recording.
    #[error("the session has another transcript")]
    OtherTranscript,
    /// A line names a voice that is not among the voices.
    #[error("a line names a voice that is not there")]
    UnknownSpeaker,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Keeps what was heard. Done twice with the same recording, it keeps the first and changes nothing.
///
/// # Errors
/// [`StoreFromRecordingError`].
pub async fn store_from_recording(
    tx: &mut Tx,
    _granted: Granted<perm::WriteTranscripts>,
    heard: HeardTranscript,
) -> Result<TranscriptId, StoreFromRecordingError> {
    let held =
        encounters::store::hold(tx, heard.encounter_id).await?.ok_or(StoreFromRecordingError::NotFound)?;
    if let Some(present) = store::find_origin(tx, heard.encounter_id).await? {
        return if present.recording_id == Some(heard.recording_id) {
            tx.record(Event::of(Action::TranscriptRead, present.id).about_all(held.clients));
            Ok(present.id)
        } else {
            Err(StoreFromRecordingError::OtherTranscript)
        };
    }
    if held.signed {
        return Err(StoreFromRecordingError::AlreadySigned);
    }
    let speakers: Vec<_> = heard
        .speakers
        .into_iter()
        .map(|speaker| SpeakerView { id: tx.new_id(), label: speaker.label, role: speaker.role })
        .collect();
    let segments: Option<Vec<_>> =
        heard.segments.into_iter().map(|segment| line(tx, &speakers, segment)).collect();
    let transcript = TranscriptView {
        id: tx.new_id(),
        encounter_id: heard.encounter_id,
        revision: 1,
        certainty: heard.certainty,
        segments: segments.ok_or(StoreFromRecordingError::UnknownSpeaker)?,
        speakers,
        locked: false,
        removal: None,
    };
    store::insert(tx, &transcript, Some(heard.recording_id)).await?;
    tx.record(Event::of(Action::TranscriptStored, transcript.id).about_all(held.clients));
    Ok(transcript.id)
}

/// `None` when the line names a voice that is not there.
fn line(tx: &Tx, speakers: &[SpeakerView], segment: NewSegment) -> Option<SegmentView> {
    let speaker_id: Option<SpeakerId> = match segment.speaker {
        Some(index) => Some(speakers.get(index)?.id),
        None => None,
    };
    Some(SegmentView {
        id: tx.new_id(),
        speaker_id,
        start_ms: segment.start_ms,
        end_ms: segment.end_ms,
        text: segment.text,
        confidence: segment.confidence,
        edited: false,
    })
}
