//! Signs a note: from then on nothing in it can change.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{NoteId, Phi, notes::NoteView};

use super::{
    RiskLexicon,
    note::{CannotSign, Signer, Signs},
    risk, store,
};
use crate::encounters;

/// The name of the person who signs, as their account has it. Whoever makes one has just verified
/// that person's password (45 CFR 164.312(d)).
#[derive(Debug, Clone)]
pub struct SignerName(pub Phi<String>);

/// Why a note was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The practice has no such note.
    #[error("the practice has no such note")]
    NotFound,
    /// It is signed.
    #[error("the note is signed")]
    AlreadySigned,
    /// Somebody changed it in the meantime: what would be signed is not what was read.
    #[error("the note has been changed in the meantime")]
    PreconditionFailed,
    /// It has no sentence.
    #[error("the note is empty")]
    NoteIncomplete,
    /// So many lines of the session that touch risk are neither cited nor dismissed.
    #[error("{0} lines about risk are unanswered")]
    RiskUnanswered(usize),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Signs the note whose revision is `expected`, as the person who acts. Where their signature is not
/// enough ([`perm::SignNotesAlone`]), the note waits for a second one.
///
/// # Errors
/// [`SignError`].
pub async fn sign(
    tx: &mut Tx,
    _granted: Granted<perm::SignNotes>,
    id: NoteId,
    expected: i32,
    name: SignerName,
    lexicon: RiskLexicon,
) -> Result<NoteView, SignError> {
    let encounter_id = store::find(tx, id).await?.ok_or(SignError::NotFound)?.encounter_id;
    // The session is held, so that neither it nor its transcript changes while its note is signed.
    encounters::store::hold(tx, encounter_id).await?.ok_or(SignError::NotFound)?;
    let note = store::find(tx, id).await?.ok_or(SignError::NotFound)?;
    let revision = note.revision;
    let signer = Signer { id: tx.actor().user_id(), name: name.0 };
    let alone = tx.actor().require::<perm::SignNotesAlone>().is_ok();
    let signs = if alone { Signs::Alone } else { Signs::WithAnother };
    let signed = note.sign(signer, signs, tx.now()).map_err(|why_not| match why_not {
        CannotSign::AlreadySigned => SignError::AlreadySigned,
        CannotSign::Empty => SignError::NoteIncomplete,
    })?;
    if revision != expected {
        return Err(SignError::PreconditionFailed);
    }
    let open = risk::lines(tx, &signed, lexicon).await?.iter().filter(|line| line.is_open()).count();
    if open > 0 {
        return Err(SignError::RiskUnanswered(open));
    }
    if !store::update(tx, expected, &signed).await? {
        return Err(SignError::PreconditionFailed);
    }
    tx.record(Event::of(Action::NoteSigned, id).about(signed.client_id));
    Ok(signed.view(Vec::new()))
}
