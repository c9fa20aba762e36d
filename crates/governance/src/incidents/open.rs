//! Opening a suspected event.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use chrono::{DateTime, TimeDelta, Utc};
use shared::{
    IncidentId,
    errors::{Checks, FieldProblem},
    incidents::{ActsAs, IncidentView, NewIncident},
};

use super::{file, store};

/// Most characters of what happened, and of reasons.
pub(super) const LONG: usize = 4_000;
/// Most days that a contract gives: the rule gives no more.
const MOST_DAYS: u32 = 60;
/// So far a browser's clock may go ahead of the server's.
pub(super) const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);

/// Why nothing was opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A field is empty, too long, in the future or before what it follows.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Opens a suspected event. From then on the clocks run.
///
/// # Errors
/// [`OpenError`].
pub async fn open(
    tx: &mut Tx,
    _granted: Granted<perm::WriteGovernance>,
    new: &NewIncident,
) -> Result<IncidentView, OpenError> {
    let mut checks = Checks::new();
    checks.text("what", new.what.reveal(), LONG);
    check_time(&mut checks, "discovered_at", new.discovered_at, tx.now());
    if let Some(happened_at) = new.happened_at {
        check_time(&mut checks, "happened_at", happened_at, tx.now());
        if new.discovered_at < happened_at {
            checks.refuse("discovered_at", "before_it_happened", "Nobody knew before it happened.");
        }
    }
    match (new.acts_as, new.contract_days) {
        (_, None) => {}
        (ActsAs::CoveredEntity, Some(_)) => {
            checks.refuse(
                "contract_days",
                "not_supported",
                "Only what is held for another has such a contract.",
            );
        }
        (ActsAs::BusinessAssociate, Some(days)) if (1..=MOST_DAYS).contains(&days) => {}
        (ActsAs::BusinessAssociate, Some(_)) => {
            checks.refuse("contract_days", "invalid", "From 1 to 60: the rule gives no more.");
        }
    }
    checks.done().map_err(OpenError::Invalid)?;
    let id: IncidentId = tx.new_id();
    store::insert(tx, id, new).await?;
    tx.record(Event::of(Action::IncidentOpened, id));
    let place = store::whereabouts(tx).await?;
    let kept = store::Kept {
        id,
        opened: new.clone(),
        opened_by: tx.actor().user_id(),
        opened_at: tx.now(),
        timeline: Vec::new(),
    };
    Ok(file::view(kept, &place, tx.now()))
}

pub(super) fn check_time(checks: &mut Checks, field: &str, at: DateTime<Utc>, now: DateTime<Utc>) {
    if at > now + CLOCKS_DIFFER {
        checks.refuse(field, "in_future", "This lies in the future.");
    }
}
