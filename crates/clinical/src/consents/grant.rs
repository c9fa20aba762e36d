//! Records that a client agreed.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use chrono::{DateTime, Utc};
use shared::{
    ClientId,
    consents::{ConsentView, NewConsent},
    errors::{Checks, FieldProblem},
};

use super::store;
use crate::clients;

/// Most others whose agreement is noted.
const PARTICIPANTS: usize = 20;

/// Why a consent was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// The practice has no such client.
    #[error("the practice has no such client")]
    NotFound,
    /// Some fields cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Records that a client agreed, now or at the time given.
///
/// # Errors
/// [`GrantError`]; a consent given in the future is invalid.
pub async fn grant(
    tx: &mut Tx,
    _granted: Granted<perm::WriteConsents>,
    client_id: ClientId,
    new: NewConsent,
) -> Result<ConsentView, GrantError> {
    check(&new, tx.now()).map_err(GrantError::Invalid)?;
    if clients::store::count_among(tx, &[client_id]).await? == 0 {
        return Err(GrantError::NotFound);
    }
    let consent = ConsentView {
        id: tx.new_id(),
        client_id,
        kind: new.kind,
        text_version: new.text_version,
        method: new.method,
        participants: new.participants,
        granted_at: new.granted_at.unwrap_or_else(|| tx.now()),
        revoked_at: None,
    };
    store::insert(tx, &consent).await?;
    tx.record(Event::of(Action::ConsentGranted, consent.id).about(client_id));
    Ok(consent)
}

fn check(new: &NewConsent, now: DateTime<Utc>) -> Result<(), Vec<FieldProblem>> {
    let mut checks = Checks::new();
    checks.text("text_version", &new.text_version, 100);
    if new.granted_at.is_some_and(|at| at > now) {
        checks.refuse("granted_at", "in_future", "This lies in the future.");
    }
    if new.participants.len() > PARTICIPANTS {
        checks.refuse("participants", "too_many", "At most 20.");
    }
    for participant in new.participants.iter().take(PARTICIPANTS) {
        checks.text("participants", participant.reveal(), 200);
    }
    checks.done()
}
