//! How far a job is.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{JobId, jobs::JobView};

use super::store;

/// Why there is no job to show.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The practice has no such job.
    #[error("the practice has no such job")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// How far a job is.
///
/// # Errors
/// [`LoadError`]
pub async fn load(tx: &mut Tx, _granted: Granted<perm::ReadJobs>, id: JobId) -> Result<JobView, LoadError> {
    let job = store::find(tx, id).await?.ok_or(LoadError::NotFound)?;
    tx.record(Event::of(Action::JobRead, id));
    Ok(job.view)
}
