//! Opening a chart in an emergency.

use access::{AccessError, Granted, NewMail, Tx, perm};
use audit::{Action, Event};
use chrono::TimeDelta;
use shared::{
    ClientId, EmergencyAccessId, Phi,
    emergencies::{BeginEmergency, EMERGENCY_MINUTES, EmergencyView},
    errors::{Checks, FieldProblem},
};

use super::store;
use crate::{StepUpError, fresh, practice};

/// A person may search for so many clients in an hour: more is no emergency but a way through the list.
pub const SEARCHES_AN_HOUR: u64 = 10;
/// The fewest characters of a reason: `because` says nothing.
const REASON: std::ops::RangeInclusive<usize> = 10..=1_000;

/// Why no chart was opened.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// The practice has no such client.
    #[error("the practice has no such client")]
    NotFound,
    /// The reason cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The person sees this client anyway.
    #[error("the client is visible anyway")]
    NotNeeded,
    /// They have searched too often.
    #[error("too many searches")]
    TooMany,
    /// A second factor was not shown a moment ago.
    #[error(transparent)]
    StepUp(#[from] StepUpError),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Counts a search for a client who may be invisible to the acting person.
///
/// # Errors
/// [`BeginError::TooMany`].
pub async fn count_search(tx: &mut Tx, _granted: Granted<perm::BreakGlass>) -> Result<(), BeginError> {
    let hour_ago = tx.now() - TimeDelta::hours(1);
    if store::count_searches(tx, hour_ago).await? >= SEARCHES_AN_HOUR {
        return Err(BeginError::TooMany);
    }
    tx.record(Event::general(Action::EmergencySearched));
    Ok(())
}

/// Opens a client of this practice, as the caller has found them to be, to the acting person for an hour;
/// what goes on already goes on. `base_url` is where browsers reach the app.
///
/// # Errors
/// [`BeginError`].
pub async fn begin(
    tx: &mut Tx,
    _granted: Granted<perm::BreakGlass>,
    client_id: ClientId,
    sees_anyway: bool,
    request: &BeginEmergency,
    base_url: &str,
) -> Result<EmergencyView, BeginError> {
    let reason = request.reason.reveal().trim();
    let mut checks = Checks::new();
    checks.text("reason", reason, *REASON.end());
    if !reason.is_empty() && reason.chars().count() < *REASON.start() {
        checks.refuse("reason", "too_short", "Please say in a sentence why this cannot wait.");
    }
    checks.done().map_err(BeginError::Invalid)?;
    fresh(tx).await?;
    let id = if let Some(active) = store::find_active(tx, client_id).await? {
        active.id
    } else if sees_anyway {
        return Err(BeginError::NotNeeded);
    } else {
        let id: EmergencyAccessId = tx.new_id();
        let expires_at = tx.now() + TimeDelta::minutes(EMERGENCY_MINUTES);
        store::insert(tx, id, client_id, &reason.into(), expires_at).await?;
        tell(tx, base_url).await?;
        id
    };
    tx.record(Event::of(Action::EmergencyBegun, id).about(client_id));
    store::view(tx, id).await?.ok_or(BeginError::NotFound)
}

/// Tells the owners and the privacy contact, with nothing about the client.
async fn tell(tx: &mut Tx, base_url: &str) -> Result<(), AccessError> {
    let who = store::name_of(tx, tx.actor().user_id()).await?.into_inner();
    let text = format!(
        "Hello,\n\n{who} has opened a chart in an emergency, for one hour.\n\n\
         What was done, and why, is here:\n\n{base_url}/practice/emergency-access\n\n\
         Please look at it, and decide whether it was justified.\n"
    );
    for to in practice::addresses_of_the_responsible(tx).await? {
        let subject = Phi::from("A chart was opened in an emergency");
        tx.post(&NewMail { to, subject, text: text.clone().into() }).await?;
    }
    Ok(())
}
