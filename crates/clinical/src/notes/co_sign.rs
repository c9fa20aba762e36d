//! Answers for a note that somebody in training has signed: signs it as well, or gives it back.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    NoteId, Phi,
    errors::{Checks, FieldProblem},
    notes::{NoteStatus, NoteView},
    permissions::Permission,
};

use super::{
    SignerName,
    note::{Note, Signer},
    store,
};

/// Most characters of a reason.
const LENGTH: usize = 4_000;

/// Why a note was neither co-signed nor given back.
#[derive(Debug, thiserror::Error)]
pub enum CoSignError {
    /// There is no such note to be seen.
    #[error("there is no such note")]
    NotFound,
    /// It is a draft, or signed for good.
    #[error("the note does not wait for a second signature")]
    NotAwaiting,
    /// Whoever acts does not supervise the person who signed, or is that person.
    #[error("the signer is not supervised by whoever acts")]
    NotSupervised,
    /// Somebody changed it in the meantime.
    #[error("the note has been changed in the meantime")]
    PreconditionFailed,
    /// The reason cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Signs the note whose revision is `expected` as well, for good.
///
/// # Errors
/// [`CoSignError`].
pub async fn co_sign(
    tx: &mut Tx,
    _granted: Granted<perm::CoSignNotes>,
    id: NoteId,
    expected: i32,
    name: SignerName,
) -> Result<NoteView, CoSignError> {
    let note = load(tx, id).await?;
    let signer = Signer { id: tx.actor().user_id(), name: name.0 };
    let signed = note.co_sign(signer, tx.now()).ok_or(CoSignError::NotAwaiting)?;
    keep(tx, expected, &signed).await?;
    tx.record(Event::of(Action::NoteCoSigned, id).about(signed.client_id));
    Ok(signed.view(Vec::new()))
}

/// Makes the note whose revision is `expected` a draft again, with the reason for its author.
///
/// # Errors
/// [`CoSignError`].
pub async fn give_back(
    tx: &mut Tx,
    _granted: Granted<perm::CoSignNotes>,
    id: NoteId,
    expected: i32,
    reason: Phi<String>,
) -> Result<NoteView, CoSignError> {
    let mut checks = Checks::new();
    checks.text("reason", reason.reveal(), LENGTH);
    checks.done().map_err(CoSignError::Invalid)?;
    let note = load(tx, id).await?;
    let draft = note.give_back(reason, tx.now()).ok_or(CoSignError::NotAwaiting)?;
    keep(tx, expected, &draft).await?;
    tx.record(Event::of(Action::NoteGivenBack, id).about(draft.client_id));
    Ok(draft.view(Vec::new()))
}

/// The note, if whoever acts may answer for it: they supervise its signer, or answer for the whole
/// practice, and it is not their own.
async fn load(tx: &Tx, id: NoteId) -> Result<Note, CoSignError> {
    let note = store::find(tx, id).await?.ok_or(CoSignError::NotFound)?;
    let (Some(signer), NoteStatus::AwaitingCoSignature) = (note.awaits_co_signature_of(), note.status())
    else {
        return Err(CoSignError::NotAwaiting);
    };
    let Some(person) = tx.actor().as_person().filter(|person| person.user_id != signer) else {
        return Err(CoSignError::NotSupervised);
    };
    let everybody = person.permissions.contains(Permission::AllClients);
    if !everybody && !store::supervises(tx, person.user_id, signer).await? {
        return Err(CoSignError::NotSupervised);
    }
    Ok(note)
}

async fn keep(tx: &mut Tx, expected: i32, note: &Note) -> Result<(), CoSignError> {
    // The transition has counted the revision up by one.
    if note.revision - 1 != expected || !store::update(tx, expected, note).await? {
        return Err(CoSignError::PreconditionFailed);
    }
    Ok(())
}
