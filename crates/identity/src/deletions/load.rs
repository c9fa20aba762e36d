//! How far the end of a practice is.

use access::{AccessError, Database, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    DeletionId,
    deletions::{DeletionStatus, DeletionView},
};

use super::{Certificates, store};

/// What an owner sees of it.
///
/// # Errors
/// The database fails.
pub async fn load(
    tx: &mut Tx,
    _granted: Granted<perm::DeletePractice>,
    certificates: &Certificates,
) -> Result<DeletionStatus, AccessError> {
    let waiting = store::find_waiting(tx).await?;
    let exported_at = store::find_last_export(tx).await?;
    tx.record(Event::general(Action::DeletionRead));
    Ok(DeletionStatus { exported_at, waiting: waiting.map(|row| store::view(row, certificates)) })
}

/// What whoever has the link sees of it. It is about nobody.
///
/// # Errors
/// The database fails.
pub async fn load_public(
    database: &Database,
    id: DeletionId,
    certificates: &Certificates,
) -> Result<Option<DeletionView>, AccessError> {
    let row = store::find_anywhere(&database.lookup(), id).await?;
    Ok(row.map(|row| store::view(row, certificates)))
}
