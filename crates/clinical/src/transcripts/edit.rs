//! Corrects a transcript: voices are renamed, lines are corrected, divided, joined or given to another voice, and one
//! voice that was heard as two becomes one.

use std::collections::BTreeSet;

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    EncounterId, Phi, SegmentId, SpeakerId,
    errors::{Checks, FieldProblem},
    transcripts::{
        EditTranscript, MergeSpeakers, SpeakerCertainty, SpeakerRole, SpeakerView, TranscriptView,
    },
};

use super::{
    lines::{self, Replaced, Split},
    store,
    store_typed::{LINE, label},
};
use crate::{encounters, notes};

/// What a voice is called whose part nobody knows, before its number.
const NUMBERED: &str = "Speaker ";

/// Most changes of each kind in one request.
const CHANGES: usize = 500;

/// Why a transcript was not corrected.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The practice has no such session, or the session has no transcript yet.
    #[error("there is no transcript")]
    NotFound,
    /// A note of the session is signed.
    #[error("a note of the session is signed")]
    AlreadySigned,
    /// Somebody changed it in the meantime.
    #[error("the transcript has been changed in the meantime")]
    PreconditionFailed,
    /// Some changes cannot be made.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Corrects the transcript whose revision is `expected`.
///
/// # Errors
/// [`EditError`]; nothing is changed then.
pub async fn edit(
    tx: &mut Tx,
    _granted: Granted<perm::WriteTranscripts>,
    encounter_id: EncounterId,
    expected: i32,
    edit: EditTranscript,
) -> Result<TranscriptView, EditError> {
    let held = encounters::store::hold(tx, encounter_id).await?.ok_or(EditError::NotFound)?;
    if held.signed {
        return Err(EditError::AlreadySigned);
    }
    let mut transcript = store::find(tx, encounter_id).await?.ok_or(EditError::NotFound)?;
    if transcript.revision != expected {
        return Err(EditError::PreconditionFailed);
    }
    let changed = apply(&mut transcript, edit, || tx.new_id()).map_err(EditError::Invalid)?;
    if !store::update(tx, expected, &transcript, &changed).await?
        || !notes::follow(tx, &transcript, &changed.replaced).await?
    {
        return Err(EditError::PreconditionFailed);
    }
    transcript.revision = expected + 1;
    tx.record(Event::of(Action::TranscriptEdited, transcript.id).about_all(held.clients));
    Ok(transcript)
}

/// What the database has to be told.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    /// Voices with a new name or part.
    pub speakers: BTreeSet<SpeakerId>,
    /// Lines with new text or another voice.
    pub segments: BTreeSet<SegmentId>,
    /// Lines that became others, in order.
    pub replaced: Vec<Replaced>,
    /// Voices whose lines are now another's, in order.
    pub merged: Vec<MergeSpeakers>,
}

fn apply(
    transcript: &mut TranscriptView,
    edit: EditTranscript,
    new_id: impl Fn() -> SegmentId,
) -> Result<Changed, Vec<FieldProblem>> {
    let mut checks = Checks::new();
    let mut changed = Changed::default();
    for (field, size) in [
        ("speakers", edit.speakers.len()),
        ("segments", edit.segments.len()),
        ("split", edit.split.len()),
        ("join", edit.join.len()),
        ("merge", edit.merge.len()),
    ] {
        if size > CHANGES {
            checks.refuse(field, "too_many", "At most 500 changes at once.");
        }
    }
    if !edit.speakers.is_empty() || !edit.merge.is_empty() {
        transcript.certainty = SpeakerCertainty::Confirmed;
    }
    for (index, change) in edit.speakers.into_iter().take(CHANGES).enumerate() {
        let Some(place) = transcript.speakers.iter().position(|speaker| speaker.id == change.id) else {
            unknown(&mut checks, &format!("speakers[{index}].id"));
            continue;
        };
        let speaker = &mut transcript.speakers[place];
        let role = change.role.unwrap_or(speaker.role);
        if let Some(name) = change.label {
            checks.text(&format!("speakers[{index}].label"), name.reveal(), 100);
            speaker.label = name;
        } else if role != speaker.role && !is_given(speaker) {
            speaker.label = match role {
                SpeakerRole::Unknown => Phi::new(format!("{NUMBERED}{}", place + 1)),
                known => label(known),
            };
        }
        speaker.role = role;
        changed.speakers.insert(change.id);
    }
    for (index, change) in edit.segments.into_iter().take(CHANGES).enumerate() {
        let Some(segment) = transcript.segments.iter_mut().find(|segment| segment.id == change.id) else {
            unknown(&mut checks, &format!("segments[{index}].id"));
            continue;
        };
        if let Some(text) = change.text {
            checks.text(&format!("segments[{index}].text"), text.reveal(), LINE);
            segment.edited |= segment.text != text;
            segment.text = text;
        }
        if let Some(speaker_id) = change.speaker_id {
            if !transcript.speakers.iter().any(|speaker| speaker.id == speaker_id) {
                unknown(&mut checks, &format!("segments[{index}].speaker_id"));
            }
            segment.speaker_id = Some(speaker_id);
            transcript.certainty = SpeakerCertainty::Confirmed;
        }
        changed.segments.insert(change.id);
    }
    for (index, change) in edit.split.into_iter().take(CHANGES).enumerate() {
        match lines::split(transcript, &change, &format!("split[{index}]"), &mut checks, &new_id) {
            Some(Split::Whole(id)) => {
                changed.segments.insert(id);
            }
            Some(Split::Parts(parts)) => changed.replaced.push(parts),
            None => continue,
        }
        if change.speaker_id.is_some() {
            transcript.certainty = SpeakerCertainty::Confirmed;
        }
    }
    for (index, change) in edit.join.into_iter().take(CHANGES).enumerate() {
        let field = format!("join[{index}]");
        let Some(joined) = lines::join(transcript, &change, &field, &mut checks, &new_id) else { continue };
        if joined.gone.iter().any(|line| line.speaker_id != joined.put[0].speaker_id) {
            transcript.certainty = SpeakerCertainty::Confirmed;
        }
        changed.replaced.push(joined);
    }
    for (index, merge) in edit.merge.into_iter().take(CHANGES).enumerate() {
        let known = |id| transcript.speakers.iter().any(|speaker| speaker.id == id);
        if !known(merge.from) || !known(merge.into) || merge.from == merge.into {
            unknown(&mut checks, &format!("merge[{index}]"));
            continue;
        }
        for segment in transcript.segments.iter_mut().filter(|line| line.speaker_id == Some(merge.from)) {
            segment.speaker_id = Some(merge.into);
        }
        transcript.speakers.retain(|speaker| speaker.id != merge.from);
        changed.merged.push(merge);
    }
    checks.done().map(|()| changed)
}

/// Whether somebody gave the voice its name: otherwise it says the part or the number, and goes with
/// the part.
fn is_given(speaker: &SpeakerView) -> bool {
    let number = speaker.label.reveal().strip_prefix(NUMBERED);
    let is_number = number.is_some_and(|number| number.parse::<u32>().is_ok());
    !is_number && speaker.label != label(speaker.role)
}

pub(super) fn unknown(checks: &mut Checks, field: &str) {
    checks.refuse(field, "unknown", "This transcript has no such part.");
}
