//! Writing a disclosure down.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    ClientId, DisclosureId, Phi,
    disclosures::{DisclosurePurpose, DisclosureView, NewDisclosure},
    errors::{Checks, FieldProblem},
};

use super::store::{self, Entry};
use crate::{clients, deadlines};

/// Why nothing was written down.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
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

/// Why an entry was not shown.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The practice has no such entry.
    #[error("the practice has no such entry")]
    NotFound,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Writes down that something was disclosed.
///
/// # Errors
/// [`RecordError`].
pub async fn record(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    client_id: ClientId,
    new: &NewDisclosure,
) -> Result<DisclosureView, RecordError> {
    check(new, tx).map_err(RecordError::Invalid)?;
    if clients::store::count_among(tx, &[client_id]).await? == 0 {
        return Err(RecordError::NotFound);
    }
    let id: DisclosureId = tx.new_id();
    store::insert(tx, Entry { id, client_id, corrects: None, struck: false }, new).await?;
    tx.record(Event::of(Action::DisclosureRecorded, id).about(client_id));
    store::view(tx, id).await?.ok_or(RecordError::NotFound)
}

/// One entry.
///
/// # Errors
/// [`LoadError`].
pub async fn load(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    id: DisclosureId,
) -> Result<DisclosureView, LoadError> {
    let entry = store::view(tx, id).await?.ok_or(LoadError::NotFound)?;
    tx.record(Event::of(Action::DisclosuresListed, id).about(entry.client_id));
    Ok(entry)
}

/// What an entry has to say (164.528(b)(2) and (3)).
pub fn check(new: &NewDisclosure, tx: &Tx) -> Result<(), Vec<FieldProblem>> {
    let (mut checks, today) = (Checks::new(), tx.now().date_naive());
    let text = |words: &Option<Phi<String>>| words.as_ref().map_or("", |words| words.reveal()).to_owned();
    checks.text("recipient", new.recipient.reveal(), 500);
    checks.optional_text("address", &text(&new.address), 500);
    checks.text("what", new.what.reveal(), 1_000);
    if new.purpose == DisclosurePurpose::Other {
        checks.text("words", &text(&new.words), 4_000);
    } else {
        checks.optional_text("words", &text(&new.words), 4_000);
    }
    deadlines::check_past(&mut checks, "disclosed_on", new.disclosed_on, today);
    match new.last_on {
        None => {
            checks.optional_text("frequency", &text(&new.frequency), 200);
            if new.frequency.is_some() {
                checks.refuse("last_on", "required", "Of several, the last day is needed too.");
            }
        }
        Some(last_on) => {
            checks.text("frequency", &text(&new.frequency), 200);
            deadlines::check_past(&mut checks, "last_on", last_on, today);
            if last_on < new.disclosed_on {
                checks.refuse("last_on", "before_first", "This lies before the first day.");
            }
        }
    }
    if new.suspended_until.is_some() {
        checks.text("suspended_words", &text(&new.suspended_words), 1_000);
        if !new.purpose.can_be_suspended() {
            let detail = "Only an agency of oversight or law enforcement can ask for this.";
            checks.refuse("suspended_until", "not_suspendable", detail);
        }
    } else if new.suspended_words.is_some() {
        checks.refuse("suspended_until", "required", "Until which day?");
    }
    checks.done()
}
