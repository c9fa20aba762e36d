//! Ending an emergency access, attesting it, and deciding about it.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    EmergencyAccessId, Phi,
    emergencies::{DecideEmergency, EmergencyView},
    errors::{Checks, FieldProblem},
};

use super::store;

/// Most characters of an attestation, and of a note.
const TEXT: usize = 2_000;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// There is no such emergency access, or it is somebody else's to end or to attest.
    #[error("there is no such emergency access")]
    NotFound,
    /// The text cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// Nobody decides about their own.
    #[error("nobody decides about their own emergency access")]
    Own,
    /// It has ended, was attested or was decided before: that is not changed.
    #[error("it is settled already")]
    Settled,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Ends the acting person's own before its hour is over.
///
/// # Errors
/// [`SettleError`].
pub async fn end(tx: &mut Tx, id: EmergencyAccessId) -> Result<EmergencyView, SettleError> {
    let row = find_own(tx, id).await?;
    if !store::is_active(tx, &row) {
        return Err(SettleError::Settled);
    }
    store::end(tx, id).await?;
    tx.record(Event::of(Action::EmergencyEnded, id).about(row.client_id));
    view(tx, id).await
}

/// Says what was done under the acting person's own; once.
///
/// # Errors
/// [`SettleError`].
pub async fn attest(tx: &mut Tx, id: EmergencyAccessId, text: &str) -> Result<EmergencyView, SettleError> {
    let mut checks = Checks::new();
    checks.text("text", text, TEXT);
    checks.done().map_err(SettleError::Invalid)?;
    let row = find_own(tx, id).await?;
    if row.attested_at.is_some() {
        return Err(SettleError::Settled);
    }
    store::attest(tx, &row, &text.trim().into()).await?;
    tx.record(Event::of(Action::EmergencyAttested, id).about(row.client_id));
    view(tx, id).await
}

/// Decides about somebody else's; once, and when it is over.
///
/// # Errors
/// [`SettleError`].
pub async fn decide(
    tx: &mut Tx,
    _granted: Granted<perm::ReadAudit>,
    id: EmergencyAccessId,
    decision: &DecideEmergency,
) -> Result<EmergencyView, SettleError> {
    let note = decision.note.as_ref().map(|note| note.reveal().trim());
    let mut checks = Checks::new();
    checks.optional_text("note", note.unwrap_or_default(), TEXT);
    checks.done().map_err(SettleError::Invalid)?;
    let row = store::find(tx, id).await?.ok_or(SettleError::NotFound)?;
    if row.user_id == tx.actor().user_id() {
        return Err(SettleError::Own);
    }
    if row.decided_at.is_some() || store::is_active(tx, &row) {
        return Err(SettleError::Settled);
    }
    store::decide(tx, &row, decision.verdict, note.map(Phi::from).as_ref()).await?;
    tx.record(Event::of(Action::EmergencyDecided, id).naming(vec![decision.verdict.as_str()]));
    view(tx, id).await
}

async fn find_own(tx: &Tx, id: EmergencyAccessId) -> Result<store::Row, SettleError> {
    let row = store::find(tx, id).await?;
    row.filter(|row| row.user_id == tx.actor().user_id()).ok_or(SettleError::NotFound)
}

async fn view(tx: &Tx, id: EmergencyAccessId) -> Result<EmergencyView, SettleError> {
    store::view(tx, id).await?.ok_or(SettleError::NotFound)
}
