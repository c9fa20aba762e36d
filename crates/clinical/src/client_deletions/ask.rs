//! Asking for the deletion of a chart, and thinking better of it.

use access::{AccessError, Granted, NewMail, Tx, perm};
use audit::{Action, Event};
use chrono::TimeDelta;
use shared::{
    ClientDeletionId, ClientId, Phi,
    client_deletions::{
        ClientDeletionView, DeletionGround, RequestClientDeletion, WAITING_DAYS, WithdrawClientDeletion,
    },
    errors::{Checks, FieldProblem},
};

use super::{ChartTombstone, store};
use crate::{clients, legal_holds};

/// Why the chart stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The practice has no such client.
    #[error("the practice has no such client")]
    NotFound,
    /// The name is another one, or words are missing.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The client is on legal hold.
    #[error("the client is on legal hold")]
    OnLegalHold,
    /// It was asked for before.
    #[error("the deletion is asked for already")]
    Requested,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Why it goes on.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawError {
    /// The practice has no such deletion.
    #[error("the practice has no such deletion")]
    NotFound,
    /// It was withdrawn or stopped, or has begun.
    #[error("the deletion does not wait")]
    Settled,
    /// There is no reason, or too long a one.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Has a chart deleted in [`WAITING_DAYS`], and tells these addresses so, without a word about the client. `base_url` is
/// where browsers reach the app. Its caller asks for a second factor shown a moment ago before it commits.
///
/// # Errors
/// [`AskError`]; nothing is changed then.
pub async fn ask(
    tx: &mut Tx,
    _granted: Granted<perm::ManageRetention>,
    client_id: ClientId,
    request: &RequestClientDeletion,
    to: &[Phi<String>],
    base_url: &str,
) -> Result<ClientDeletionView, AskError> {
    // Two may ask at once, or place a hold: the second waits here, and then sees what the first has done.
    let client = clients::store::find_and_hold(tx, client_id).await?.ok_or(AskError::NotFound)?;
    let mut checks = Checks::new();
    let name = format!("{} {}", client.given_name.reveal(), client.family_name.reveal());
    if request.client_name.reveal().trim() != name.trim() {
        checks.refuse("client_name", "invalid", "Please write the client's name as it stands above.");
    }
    let words = request.words.as_ref().map_or("", |words| words.reveal());
    if request.ground == DeletionGround::Rule {
        checks.refuse("ground", "invalid", "Only the software finds that by the practice's rule.");
    }
    if request.ground == DeletionGround::Other {
        checks.text("words", words, 2_000);
    } else {
        checks.optional_text("words", words, 2_000);
    }
    checks.done().map_err(AskError::Invalid)?;
    if legal_holds::held_since(tx, client_id).await?.is_some() {
        return Err(AskError::OnLegalHold);
    }
    if store::find_open(tx, client_id).await?.is_some() {
        return Err(AskError::Requested);
    }
    let id: ClientDeletionId = tx.new_id();
    let due_at = tx.now() + TimeDelta::days(WAITING_DAYS);
    let asked = ChartTombstone {
        practice_id: tx.practice_id(),
        client_id,
        ground: request.ground,
        requested_by: tx.actor().user_id(),
        requested_at: tx.now(),
        sessions: Vec::new(),
    };
    store::insert(tx, id, &asked, request.words.as_ref(), due_at).await?;
    let text = format!(
        "Hello,\n\nsomebody of your practice has asked for the deletion of a client's chart. It begins on {}.\n\n\
         Until then it can be withdrawn:\n\n{base_url}/retention\n",
        due_at.format("%-d %B %Y, %H:%M UTC")
    );
    for address in to {
        let (to, text) = (address.clone(), Phi::new(text.clone()));
        tx.post(&NewMail { to, subject: Phi::from("A chart will be deleted"), text }).await?;
    }
    tx.record(Event::of(Action::ClientDeletionRequested, id).about(client_id));
    store::view(tx, id).await?.ok_or(AskError::NotFound)
}

/// Keeps the chart after all. Its caller asks for a second factor shown a moment ago before it commits.
///
/// # Errors
/// [`WithdrawError`]; the deletion goes on then.
pub async fn withdraw(
    tx: &mut Tx,
    _granted: Granted<perm::ManageRetention>,
    id: ClientDeletionId,
    withdraw: &WithdrawClientDeletion,
) -> Result<ClientDeletionView, WithdrawError> {
    let row = store::find(tx, id).await?.ok_or(WithdrawError::NotFound)?;
    let mut checks = Checks::new();
    let reason = withdraw.reason.as_ref().map_or("", |reason| reason.reveal());
    if row.ground == DeletionGround::Rule {
        checks.text("reason", reason, 2_000);
    } else {
        checks.optional_text("reason", reason, 2_000);
    }
    checks.done().map_err(WithdrawError::Invalid)?;
    if !store::withdraw(tx, id, withdraw.reason.as_ref()).await? {
        return Err(WithdrawError::Settled);
    }
    tx.record(Event::of(Action::ClientDeletionWithdrawn, id).about(row.client_id));
    store::view(tx, id).await?.ok_or(WithdrawError::NotFound)
}
