//! Adds a session.

use std::collections::HashSet;

use access::{AccessError, Forbidden, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    encounters::{EncounterView, NewEncounter},
    errors::{Checks, FieldProblem},
};

use super::{checks, store};
use crate::clients;

/// Most clients in one session: a group.
const CLIENTS: usize = 50;

/// Why a session was not added.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The practice has no such client.
    #[error("the practice has no such client")]
    NotFound,
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

/// Adds a session of clients of this practice.
///
/// # Errors
/// [`CreateError`].
pub async fn create(
    tx: &mut Tx,
    _granted: Granted<perm::WriteEncounters>,
    new: NewEncounter,
) -> Result<EncounterView, CreateError> {
    if new.cpt_code.is_some() {
        tx.actor().require::<perm::ReadCodes>()?;
    }
    check(&new).map_err(CreateError::Invalid)?;
    if clients::store::count_among(tx, &new.client_ids).await? != new.client_ids.len() {
        return Err(CreateError::NotFound);
    }
    let encounter = EncounterView {
        id: tx.new_id(),
        client_ids: new.client_ids,
        modality: new.modality,
        setting: new.setting,
        scheduled_start: new.scheduled_start,
        started_at: new.started_at,
        ended_at: new.ended_at,
        cpt_code: new.cpt_code,
        participants: new.participants,
        created_at: tx.now(),
        recording: None,
        arriving: None,
        locked: false,
    };
    store::insert(tx, &encounter).await?;
    let event = Event::of(Action::EncounterCreated, encounter.id);
    tx.record(event.about_all(encounter.client_ids.iter().copied()));
    Ok(encounter)
}

fn check(new: &NewEncounter) -> Result<(), Vec<FieldProblem>> {
    let mut checks = Checks::new();
    if new.client_ids.is_empty() {
        checks.refuse("client_ids", "required", "A session has at least one client.");
    }
    if new.client_ids.len() > CLIENTS {
        checks.refuse("client_ids", "too_many", "At most 50.");
    }
    if new.client_ids.iter().collect::<HashSet<_>>().len() != new.client_ids.len() {
        checks.refuse("client_ids", "repeated", "A client is named twice.");
    }
    checks::times(&mut checks, new.started_at, new.ended_at);
    checks::code(&mut checks, new.cpt_code.as_deref());
    checks::participants(&mut checks, &new.participants);
    checks.done()
}
