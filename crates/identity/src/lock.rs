//! The lock of a sign-in that nobody has touched for a while: it goes on, and opens nothing until its person
//! has shown that they are back (SP 800-63B-4 §5.2: inactivity; 45 CFR 164.312(a)(2)(iii)).

use access::{AccessError, Tx};
use audit::{Action, Event};
use chrono::{DateTime, TimeDelta, Utc};
use shared::SessionId;

use crate::{practice, store};

/// Locks the acting person's sign-in. Locked once more, it stays so.
///
/// # Errors
/// The database fails.
pub async fn lock(tx: &mut Tx) -> Result<(), AccessError> {
    let Some(person) = tx.actor().as_person() else { return Ok(()) };
    set(tx, person.session_id, Some(tx.now())).await
}

/// Opens the acting person's sign-in again. That they are back is the caller's part to find out.
///
/// # Errors
/// The database fails.
pub async fn unlock(tx: &mut Tx) -> Result<(), AccessError> {
    let Some(person) = tx.actor().as_person() else { return Ok(()) };
    set(tx, person.session_id, None).await
}

/// Locks a sign-in that nothing was asked of for so long that the app would have locked itself, had it been
/// open: a closed browser does not keep the chart open for whoever opens it next.
pub(crate) async fn lock_if_idle(tx: &mut Tx, id: SessionId) -> Result<(), AccessError> {
    let used = store::list_uses(tx, std::iter::once(id)).await?;
    let Some(practice) = practice::store::find(tx).await? else { return Ok(()) };
    let idle = TimeDelta::minutes(practice.idle_lock_minutes.into());
    if used.iter().any(|(_, used_at)| *used_at + idle <= tx.now()) {
        set(tx, id, Some(tx.now())).await?;
    }
    Ok(())
}

async fn set(tx: &mut Tx, id: SessionId, locked_at: Option<DateTime<Utc>>) -> Result<(), AccessError> {
    store::set_locked(tx, id, locked_at).await?;
    let action = if locked_at.is_some() { Action::SessionLocked } else { Action::SessionUnlocked };
    tx.record(Event::of(action, id));
    Ok(())
}
