//! Says that a line about risk needs no place in a note, and takes that back, until the note is signed.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    NoteId, Phi, SegmentId,
    errors::{Checks, FieldProblem},
    notes::NoteStatus,
    risk::{DismissRisk, DismissalReason, RiskDismissal, RiskLine},
};

use super::{
    RiskLexicon,
    note::Note,
    risk::{self, KeptDismissal},
    store,
};
use crate::encounters;

/// Most characters of a reason.
const LENGTH: usize = 500;

/// Why a line was not dismissed, or stays so.
#[derive(Debug, thiserror::Error)]
pub enum DismissError {
    /// There is no such note, or no line that touches risk, or was dismissed, begins there.
    #[error("there is no such line")]
    NotFound,
    /// The note is signed.
    #[error("the note is signed")]
    AlreadySigned,
    /// The reason cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// The name of the person who dismisses, as their account has it.
#[derive(Debug, Clone)]
pub struct DismissedBy(pub Phi<String>);

/// Dismisses the line that begins with a segment, under the name of the person who acts. It takes what signing takes:
/// who dismisses answers for what the note leaves out. Done again, the newer reason counts.
///
/// # Errors
/// [`DismissError`].
pub async fn dismiss_risk(
    tx: &mut Tx,
    _granted: Granted<perm::SignNotes>,
    (id, segment_id): (NoteId, SegmentId),
    dismiss: DismissRisk,
    name: DismissedBy,
    lexicon: RiskLexicon,
) -> Result<(), DismissError> {
    let mut checks = Checks::new();
    if dismiss.words.is_some() || dismiss.reason == DismissalReason::OwnWords {
        checks.text("words", dismiss.words.as_ref().map_or("", |words| words.reveal()), LENGTH);
    }
    checks.done().map_err(DismissError::Invalid)?;
    let mut note = held(tx, id).await?;
    let found = risk::found(tx, &note, lexicon).await?;
    let begins = |line: &RiskLine| line.segment_ids.first() == Some(&segment_id);
    let found = found.into_iter().find(|(line, _)| begins(line));
    let (_, words_sha256) = found.ok_or(DismissError::NotFound)?;
    let dismissal = RiskDismissal {
        segment_id,
        reason: dismiss.reason,
        words: dismiss.words,
        lexicon_version: lexicon.version,
        dismissed_by: tx.actor().user_id(),
        dismissed_by_name: name.0,
        dismissed_at: tx.now(),
    };
    note.dismissals.retain(|kept| kept.dismissal.segment_id != segment_id);
    note.dismissals.push(KeptDismissal { dismissal, words_sha256 });
    store::update_dismissals(tx, &note).await?;
    tx.record(Event::of(Action::RiskDismissed, id).about(note.client_id));
    Ok(())
}

/// Takes back that the line that begins with a segment is dismissed.
///
/// # Errors
/// [`DismissError`].
pub async fn take_back_dismissal(
    tx: &mut Tx,
    _granted: Granted<perm::SignNotes>,
    (id, segment_id): (NoteId, SegmentId),
) -> Result<(), DismissError> {
    let mut note = held(tx, id).await?;
    let before = note.dismissals.len();
    note.dismissals.retain(|kept| kept.dismissal.segment_id != segment_id);
    if note.dismissals.len() == before {
        return Err(DismissError::NotFound);
    }
    store::update_dismissals(tx, &note).await?;
    tx.record(Event::of(Action::RiskDismissalTakenBack, id).about(note.client_id));
    Ok(())
}

/// The draft, while nobody else signs it, dismisses a line of it, or corrects its transcript.
async fn held(tx: &mut Tx, id: NoteId) -> Result<Note, DismissError> {
    let encounter_id = store::find(tx, id).await?.ok_or(DismissError::NotFound)?.encounter_id;
    encounters::store::hold(tx, encounter_id).await?.ok_or(DismissError::NotFound)?;
    let note = store::find(tx, id).await?.ok_or(DismissError::NotFound)?;
    if note.status() == NoteStatus::Draft { Ok(note) } else { Err(DismissError::AlreadySigned) }
}
