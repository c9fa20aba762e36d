//! The answer to a request: accepted or denied; or it is withdrawn.

use access::{AccessError, Forbidden, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    AmendmentId, Phi,
    amendments::{AcceptAmendment, AmendmentState as State, AmendmentView, DenyAmendment},
    notes::NewAddendum,
};

use super::store::{self, Settled};
use crate::{
    notes::{self, AddAddendumError},
    requests::{SettleError, check_words, hold_waiting},
};

/// Why nothing was accepted.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// As of every answer.
    #[error(transparent)]
    Settle(#[from] SettleError),
    /// It is about a note, and who cannot sign alone cannot add to one.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The note cannot be added to.
    #[error(transparent)]
    Note(#[from] AddAddendumError),
}

impl From<AccessError> for AcceptError {
    fn from(error: AccessError) -> Self {
        Self::Settle(error.into())
    }
}

/// The record was changed, and the person was told. A note is added to, under the name of whoever accepts; it stays as
/// it was signed.
///
/// # Errors
/// [`AcceptError`].
pub async fn accept(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    id: AmendmentId,
    acceptance: &AcceptAmendment,
    author_name: Phi<String>,
) -> Result<AmendmentView, AcceptError> {
    check_words(tx, &acceptance.words, 4_000, Some(acceptance.told_on))?;
    let waiting = hold_waiting::<store::Table>(tx, id.0).await?;
    let mut settled = Settled {
        answer: Some(&acceptance.words),
        told_on: Some(acceptance.told_on),
        ..Settled::as_(State::Accepted)
    };
    if let Some(note_id) = store::find_note(tx, id).await? {
        let granted = tx.actor().require::<perm::SignNotesAlone>()?;
        let came = waiting.received_on.format("%-d %B %Y");
        let words = acceptance.words.reveal();
        let text = Phi::new(format!("Amended at the client's request of {came} (45 CFR 164.526): {words}"));
        let note = notes::add_addendum(tx, granted, note_id, NewAddendum { text }, author_name).await?;
        settled.addendum_id = note.addenda.last().map(|addendum| addendum.id);
    }
    store::settle(tx, (id, waiting.client_id), settled).await?;
    tx.record(Event::of(Action::AmendmentAccepted, id).about(waiting.client_id));
    Ok(store::view(tx, id).await?.ok_or(SettleError::NotFound)?)
}

/// The request is denied, and the person was told why.
///
/// # Errors
/// [`SettleError`].
pub async fn deny(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    id: AmendmentId,
    denial: &DenyAmendment,
) -> Result<AmendmentView, SettleError> {
    check_words(tx, &denial.words, 4_000, Some(denial.told_on))?;
    let settled = Settled {
        answer: Some(&denial.words),
        ground: Some(denial.ground),
        told_on: Some(denial.told_on),
        ..Settled::as_(State::Denied)
    };
    settle(tx, id, settled, Action::AmendmentDenied).await
}

/// Whoever asked takes it back.
///
/// # Errors
/// [`SettleError`].
pub async fn withdraw(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    id: AmendmentId,
) -> Result<AmendmentView, SettleError> {
    settle(tx, id, Settled::as_(State::Withdrawn), Action::AmendmentWithdrawn).await
}

async fn settle(
    tx: &mut Tx,
    id: AmendmentId,
    settled: Settled<'_>,
    action: Action,
) -> Result<AmendmentView, SettleError> {
    let waiting = hold_waiting::<store::Table>(tx, id.0).await?;
    store::settle(tx, (id, waiting.client_id), settled).await?;
    tx.record(Event::of(action, id).about(waiting.client_id));
    store::view(tx, id).await?.ok_or(SettleError::NotFound)
}
