//! Changes a draft. Whose words a sentence holds, the server decides.

use std::collections::{BTreeSet, HashMap, HashSet};

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    NoteId, SentenceId,
    errors::{Checks, FieldProblem},
    notes::{EditNote, NoteStatus, NoteView, Origin, Section, Sentence},
    templates::NoteFormat,
};

use super::{
    note::{KeptSection, KeptSentence},
    store,
};
use crate::{encounters, transcripts};

/// Most sentences of a section.
const SENTENCES: usize = 500;
/// Most characters of a sentence.
const LENGTH: usize = 4_000;
/// Most lines that one sentence cites.
const EVIDENCE: usize = 200;

/// Why a note was not changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The practice has no such note.
    #[error("the practice has no such note")]
    NotFound,
    /// It is signed.
    #[error("the note is signed")]
    AlreadySigned,
    /// Somebody changed it in the meantime.
    #[error("the note has been changed in the meantime")]
    PreconditionFailed,
    /// Some sections cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Changes the draft whose revision is `expected`: the sections given replace those of the same key.
///
/// # Errors
/// [`EditError`]; nothing is changed then.
pub async fn edit(
    tx: &mut Tx,
    _granted: Granted<perm::WriteNotes>,
    id: NoteId,
    expected: i32,
    edit: EditNote,
) -> Result<NoteView, EditError> {
    let mut note = store::find(tx, id).await?.ok_or(EditError::NotFound)?;
    if note.status() != NoteStatus::Draft {
        return Err(EditError::AlreadySigned);
    }
    if note.revision != expected {
        return Err(EditError::PreconditionFailed);
    }
    check(note.template, &edit.sections).map_err(EditError::Invalid)?;
    let given = edit.sections.iter().flat_map(|section| &section.sentences);
    let mut cited: BTreeSet<_> = given.flat_map(|sentence| sentence.evidence.iter().copied()).collect();
    let kept = note.sections.iter().flat_map(|section| &section.sentences);
    for line in kept.flat_map(|sentence| &sentence.evidence) {
        cited.remove(line);
    }
    // What the note cites already is kept right by whoever changes the lines. For what it cites anew the session is
    // held, so that none of them becomes another meanwhile.
    if !cited.is_empty()
        && (encounters::store::hold(tx, note.encounter_id).await?.is_none()
            || !transcripts::store::has_lines(tx, note.encounter_id, &cited).await?)
    {
        let mut checks = Checks::new();
        checks.refuse("sections", "unknown_evidence", "This was not said in this session.");
        return Err(EditError::Invalid(checks.done().err().unwrap_or_default()));
    }
    replace(&mut note.sections, edit.sections, || tx.new_id());
    note.revision += 1;
    note.updated_at = tx.now();
    if !store::update(tx, expected, &note).await? {
        let now = store::find(tx, id).await?.ok_or(EditError::NotFound)?;
        return Err(match now.status() {
            NoteStatus::Signed | NoteStatus::AwaitingCoSignature => EditError::AlreadySigned,
            NoteStatus::Draft => EditError::PreconditionFailed,
        });
    }
    tx.record(Event::of(Action::NoteEdited, id).about(note.client_id));
    Ok(note.view(Vec::new()))
}

/// Puts the sections given in the place of those of the same key.
///
/// A sentence stays an AI system's, with its evidence, only if it is one that the note holds, word for
/// word. One that was changed is the clinician's and keeps its evidence. Whatever else comes is the
/// clinician's, whatever it says it is, and so is a second copy of a sentence.
fn replace(kept: &mut [KeptSection], given: Vec<Section>, new_id: impl Fn() -> SentenceId) {
    let earlier: HashMap<SentenceId, KeptSentence> =
        kept.iter().flat_map(|section| &section.sentences).map(|one| (one.id, one.clone())).collect();
    let mut taken: HashSet<SentenceId> = kept
        .iter()
        .filter(|section| given.iter().all(|new| new.key != section.key))
        .flat_map(|section| section.sentences.iter().map(|sentence| sentence.id))
        .collect();
    for section in given {
        let Some(place) = kept.iter_mut().find(|kept| kept.key == section.key) else { continue };
        place.sentences = section
            .sentences
            .into_iter()
            .map(|sentence| {
                let same = sentence.id.and_then(|id| earlier.get(&id)).filter(|same| taken.insert(same.id));
                decide(sentence, same, &new_id)
            })
            .collect();
    }
}

fn decide(given: Sentence, earlier: Option<&KeptSentence>, new_id: impl Fn() -> SentenceId) -> KeptSentence {
    match earlier {
        Some(drafted) if drafted.origin == Origin::Ai && drafted.text == given.text => drafted.clone(),
        Some(drafted) if drafted.origin == Origin::Ai => KeptSentence {
            id: drafted.id,
            text: given.text,
            origin: Origin::Clinician,
            evidence: drafted.evidence.clone(),
        },
        own => KeptSentence {
            id: own.map_or_else(new_id, |own| own.id),
            text: given.text,
            origin: Origin::Clinician,
            evidence: given.evidence,
        },
    }
}

fn check(format: NoteFormat, sections: &[Section]) -> Result<(), Vec<FieldProblem>> {
    let mut checks = Checks::new();
    let mut seen = HashSet::new();
    for (at, section) in sections.iter().enumerate() {
        if !format.sections().iter().any(|(key, _, _)| *key == section.key) {
            checks.refuse(&format!("sections[{at}].key"), "unknown", "The format has no such section.");
            // Without a known key there is nothing to put the rest into, however long it is.
            break;
        }
        if !seen.insert(&section.key) {
            checks.refuse(&format!("sections[{at}].key"), "repeated", "A section is given twice.");
            break;
        }
        if section.sentences.len() > SENTENCES {
            checks.refuse(&format!("sections[{at}].sentences"), "too_many", "At most 500 sentences.");
        }
        for (index, sentence) in section.sentences.iter().take(SENTENCES).enumerate() {
            let field = format!("sections[{at}].sentences[{index}]");
            checks.text(&format!("{field}.text"), sentence.text.reveal(), LENGTH);
            if sentence.evidence.len() > EVIDENCE {
                checks.refuse(&format!("{field}.evidence"), "too_many", "At most 200 lines.");
            }
        }
    }
    checks.done()
}
