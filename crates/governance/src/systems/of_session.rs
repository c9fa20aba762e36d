//! By which systems one session is heard and drafted: those that the practice uses, or others that were chosen for it.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    ClientId, EncounterId,
    errors::{Checks, FieldProblem},
    governance::{AiPurpose, AiSystemState, AiSystemView, ChooseForSession, SessionSystem},
};

use super::{list::spent, store};
use crate::Judge;

/// Why nothing was chosen for a session.
#[derive(Debug, thiserror::Error)]
pub enum SessionSystemError {
    /// The practice has no such session.
    #[error("the practice has no such session")]
    NotFound,
    /// There is no choice for this purpose, or the system is of another.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// What is off is not chosen.
    #[error("the system is switched off")]
    Off,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// The systems that may be used for a session, and which of them are. `clients` are those in it; `judge` is of it.
///
/// # Errors
/// [`SessionSystemError`].
pub async fn list_of_session(
    tx: &mut Tx,
    _granted: Granted<perm::ReadEncounters>,
    id: EncounterId,
    clients: Vec<ClientId>,
    judge: &Judge,
) -> Result<Vec<SessionSystem>, SessionSystemError> {
    tx.record(Event::of(Action::SessionSystemsListed, id).about_all(clients));
    views(tx, id, judge).await
}

/// Chooses a system for one session, or leaves it to the practice again. From the next call on that holds.
///
/// # Errors
/// [`SessionSystemError`].
pub async fn choose_for_session(
    tx: &mut Tx,
    _granted: Granted<perm::WriteRecordings>,
    id: EncounterId,
    clients: Vec<ClientId>,
    choice: &ChooseForSession,
    judge: &Judge,
) -> Result<Vec<SessionSystem>, SessionSystemError> {
    if store::find_picks(tx, id).await?.is_none() {
        return Err(SessionSystemError::NotFound);
    }
    let mut checks = Checks::new();
    match choice.purpose {
        AiPurpose::Transcription | AiPurpose::Drafting => {}
        AiPurpose::Speakers => {
            checks.refuse("purpose", "not_supported", "There is one way to tell voices apart.");
        }
        AiPurpose::Other => checks.refuse("purpose", "not_supported", "Programs say what they ask."),
    }
    if let Some(system) = choice.system_id {
        match store::find(tx, system).await?.filter(|system| system.purpose == choice.purpose) {
            None => checks.refuse("system_id", "unknown", "The practice has no such system for this."),
            Some(system) if system.state == AiSystemState::Off => return Err(SessionSystemError::Off),
            Some(_) => {}
        }
    }
    checks.done().map_err(SessionSystemError::Invalid)?;
    store::pick(tx, id, choice).await?;
    tx.record(Event::of(Action::SessionSystemChosen, id).about_all(clients));
    views(tx, id, judge).await
}

async fn views(tx: &Tx, id: EncounterId, judge: &Judge) -> Result<Vec<SessionSystem>, SessionSystemError> {
    let picks = store::find_picks(tx, id).await?.ok_or(SessionSystemError::NotFound)?;
    let all = spent(tx, store::list(tx).await?).await?;
    let used = |of: &AiSystemView| {
        let same: Vec<_> = all.iter().filter(|system| system.purpose == of.purpose).collect();
        let pick = picks.of(of.purpose);
        let used = same.iter().find(|system| Some(system.id) == pick);
        let used = used.or_else(|| same.iter().find(|system| system.chosen));
        let used = used.or_else(|| same.iter().find(|system| system.local));
        used.is_some_and(|system| system.id == of.id)
    };
    let here = all.iter().filter(|system| system.purpose != AiPurpose::Other);
    let may_be = here.filter(|system| system.state == AiSystemState::Live || used(system));
    let view = |system: &AiSystemView| SessionSystem {
        id: system.id,
        name: system.name.clone(),
        vendor: system.vendor.clone(),
        purpose: system.purpose,
        local: system.local,
        used: used(system),
        chosen_here: picks.of(system.purpose) == Some(system.id),
        refused: judge.refusals(system),
    };
    Ok(may_be.map(view).collect())
}
