//! Changes a session's clinical fields.

use access::{AccessError, Forbidden, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    EncounterId,
    encounters::{EditEncounter, EncounterView},
    errors::{Checks, FieldProblem},
};

use super::{checks, seen::seen_by, store};

/// Why a session was not changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The practice has no such session.
    #[error("the practice has no such session")]
    NotFound,
    /// A note of the session is signed.
    #[error("a note of the session is signed")]
    AlreadySigned,
    /// Who may not see codes sets none.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Some fields cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Changes a session: what is left out stays.
///
/// # Errors
/// [`EditError`].
pub async fn edit(
    tx: &mut Tx,
    _granted: Granted<perm::WriteEncounters>,
    id: EncounterId,
    edit: EditEncounter,
) -> Result<EncounterView, EditError> {
    if edit.cpt_code.is_some() {
        tx.actor().require::<perm::ReadCodes>()?;
    }
    let held = store::hold(tx, id).await?.ok_or(EditError::NotFound)?;
    if held.signed {
        return Err(EditError::AlreadySigned);
    }
    let mut encounter = store::find(tx, id).await?.ok_or(EditError::NotFound)?;
    encounter.modality = edit.modality.unwrap_or(encounter.modality);
    encounter.setting = edit.setting.unwrap_or(encounter.setting);
    encounter.started_at = edit.started_at.or(encounter.started_at);
    encounter.ended_at = edit.ended_at.or(encounter.ended_at);
    encounter.cpt_code = edit.cpt_code.or(encounter.cpt_code);
    encounter.participants = edit.participants.unwrap_or(encounter.participants);
    check(&encounter).map_err(EditError::Invalid)?;
    store::update(tx, &encounter).await?;
    tx.record(Event::of(Action::EncounterEdited, id).about_all(held.clients));
    Ok(seen_by(tx.actor(), encounter))
}

fn check(encounter: &EncounterView) -> Result<(), Vec<FieldProblem>> {
    let mut checks = Checks::new();
    checks::times(&mut checks, encounter.started_at, encounter.ended_at);
    checks::code(&mut checks, encounter.cpt_code.as_deref());
    checks::participants(&mut checks, &encounter.participants);
    checks.done()
}
