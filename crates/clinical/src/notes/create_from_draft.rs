//! Keeps what an AI system drafted, as a note to be reviewed.

use std::collections::BTreeSet;

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    AiCallId, EncounterId, NoteId, Phi, SegmentId, UserId,
    notes::{NewNote, Origin},
    templates::NoteFormat,
};

use super::{create::empty, note::KeptSentence, store};
use crate::{encounters, transcripts};

/// What was drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftedNote {
    /// For which session.
    pub encounter_id: EncounterId,
    /// In which format.
    pub template: NoteFormat,
    /// By which call: proof that the ledger knows of it.
    pub ai_call_id: AiCallId,
    /// What the draft is, e.g. `extract`; shown beside it.
    pub label: String,
    /// Who asked for it.
    pub author_id: UserId,
    /// The sections; those without a sentence may be left out.
    pub sections: Vec<DraftSection>,
}

/// One drafted section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftSection {
    /// Key of the format's section.
    pub key: String,
    /// Its sentences.
    pub sentences: Vec<DraftSentence>,
}

/// One drafted sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftSentence {
    /// The words.
    pub text: Phi<String>,
    /// The lines that support it; at least one.
    pub evidence: Vec<SegmentId>,
}

/// Why a draft was not kept.
#[derive(Debug, thiserror::Error)]
pub enum CreateFromDraftError {
    /// The practice has no such session.
    #[error("the practice has no such session")]
    NotFound,
    /// The format has no such section.
    #[error("the format has no such section")]
    UnknownSection,
    /// A sentence cites nothing.
    #[error("a drafted sentence cites nothing")]
    NoEvidence,
    /// A sentence cites what is not a line of this session's transcript.
    #[error("a drafted sentence cites what was not said in this session")]
    UnknownEvidence,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Keeps a draft. Done twice for the same call, it makes one note.
///
/// # Errors
/// [`CreateFromDraftError`].
pub async fn create_from_draft(
    tx: &mut Tx,
    _granted: Granted<perm::WriteNotes>,
    drafted: DraftedNote,
) -> Result<NoteId, CreateFromDraftError> {
    // Held, so that two runs of one job come here one after the other.
    let held =
        encounters::store::hold(tx, drafted.encounter_id).await?.ok_or(CreateFromDraftError::NotFound)?;
    if let Some(present) = store::find_by_call(tx, drafted.ai_call_id).await? {
        tx.record(Event::of(Action::NoteRead, present).about_all(held.clients));
        return Ok(present);
    }
    let sentences = || drafted.sections.iter().flat_map(|section| &section.sentences);
    if sentences().any(|sentence| sentence.evidence.is_empty()) {
        return Err(CreateFromDraftError::NoEvidence);
    }
    let cited: BTreeSet<_> = sentences().flat_map(|sentence| sentence.evidence.iter().copied()).collect();
    if !transcripts::store::has_lines(tx, drafted.encounter_id, &cited).await? {
        return Err(CreateFromDraftError::UnknownEvidence);
    }
    let new = NewNote { encounter_id: drafted.encounter_id, template_id: drafted.template };
    let mut note = empty(tx, &new, held.chart, drafted.author_id);
    note.ai_call_id = Some(drafted.ai_call_id);
    note.draft_label = Some(drafted.label);
    for section in drafted.sections {
        let kept = note.sections.iter_mut().find(|kept| kept.key == section.key);
        let kept = kept.ok_or(CreateFromDraftError::UnknownSection)?;
        kept.sentences.extend(section.sentences.into_iter().map(|sentence| KeptSentence {
            id: tx.new_id(),
            text: sentence.text,
            origin: Origin::Ai,
            evidence: sentence.evidence,
        }));
    }
    store::insert(tx, &note).await?;
    tx.record(Event::of(Action::NoteDrafted, note.id).about_all(held.clients));
    Ok(note.id)
}
