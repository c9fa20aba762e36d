//! Calls of which nobody knows how they ended.

use access::{AccessError, Tx};
use audit::{Action, Event};
use chrono::TimeDelta;
use shared::JobId;

use super::store;

/// Closes as `timeout` what a job had under way when its process died; returns how many. A job makes
/// its calls one after another, so whatever is open when it begins anew is an orphan.
///
/// # Errors
/// The database fails.
pub async fn close_job(tx: &mut Tx, job_id: JobId) -> Result<usize, AccessError> {
    let open = store::list_started(tx, Some(job_id), tx.now()).await?;
    close(tx, open).await
}

/// Closes as `timeout` every call that began longer ago than `after`; returns how many.
///
/// # Errors
/// The database fails.
pub async fn close_orphans(tx: &mut Tx, after: TimeDelta) -> Result<usize, AccessError> {
    let open = store::list_started(tx, None, tx.now() - after).await?;
    close(tx, open).await
}

async fn close(tx: &mut Tx, open: Vec<shared::AiCallId>) -> Result<usize, AccessError> {
    for id in &open {
        store::time_out(tx, *id).await?;
        tx.record(Event::of(Action::AiCallEnded, *id));
    }
    Ok(open.len())
}
