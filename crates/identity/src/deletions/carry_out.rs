//! Carrying out the end of a practice, in two steps between which the stored sound is removed.

use access::{AccessError, Database, Tx, perm};
use audit::{Action, Event};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::{
    DeletionId, PracticeId, UserId,
    deletions::{DeletionStatement, Kept, Left, Removed},
};

use super::{Certificates, ask::tell, certificate::NotSigned, store};
use crate::practice;

/// What the certificate says of what this server has no hand on.
const NOT_REACHED: &str = "Backups and copies made by whoever runs the server or the practice, and older versions of \
    objects that a bucket keeps. What was sealed in them cannot be read without the keys, unless a copy of these was \
    made as well.";

/// A deletion whose time has come.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    /// Which.
    pub id: DeletionId,
    /// Of which practice.
    pub practice_id: PracticeId,
    /// When its rows went, if they have.
    pub begun_at: Option<DateTime<Utc>>,
}

/// Why it is not finished.
#[derive(Debug, thiserror::Error)]
pub enum FinishError {
    /// Something is still there. The next look removes it.
    #[error("something of the practice is left")]
    SomethingLeft,
    /// The certificate could not be signed.
    #[error(transparent)]
    NotSigned(#[from] NotSigned),
    /// What was noted at the beginning cannot be read.
    #[error("what was noted at the beginning cannot be read")]
    Damaged,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Those whose time has come, of every practice.
///
/// # Errors
/// The database fails.
pub async fn find_due(database: &Database) -> Result<Vec<Due>, AccessError> {
    let rows = store::list_due(&database.lookup(), database.clock().now()).await?;
    Ok(rows
        .into_iter()
        .map(|row| Due { id: row.id, practice_id: row.practice_id, begun_at: row.begun_at })
        .collect())
}

/// Removes every row, and the accounts of those who are in no other practice; `objects` are in the store and follow.
/// Where a legal hold was placed meanwhile it is withdrawn instead: after the hold somebody has to ask anew. Says whether
/// anything was done: it may have been withdrawn before, or another process was faster.
///
/// # Errors
/// The database fails; nothing is removed then.
pub async fn begin(tx: &mut Tx, due: Due, objects: u64) -> Result<bool, FinishError> {
    let Ok(granted) = tx.actor().require::<perm::DeletePractice>() else { return Ok(false) };
    // A hold that is placed at this moment keeps the practice as it is: it waits here, or is waited for and seen.
    practice::store::find_to_change(tx).await?;
    if store::is_on_hold(tx).await? {
        return Ok(give_way(tx, due).await?);
    }
    let rows = tx.count_rows_to_remove().await?;
    let accounts = store::remove_accounts(tx).await?;
    let removed = Removed { rows, accounts, objects, keys: 0 };
    let removed = serde_json::to_string(&removed).map_err(|_no_json| FinishError::Damaged)?;
    if !store::note_begin(tx, due.id, removed).await? {
        return Ok(false);
    }
    tx.remove_rows(&granted).await?;
    if let Some(practice) = practice::store::find(tx).await? {
        practice::store::forget(tx, practice).await?;
    }
    tx.record(Event::of(Action::DeletionBegun, due.id));
    Ok(true)
}

/// A legal hold comes before the end of a practice.
async fn give_way(tx: &mut Tx, due: Due) -> Result<bool, AccessError> {
    if !store::withdraw(tx, due.id).await? {
        return Ok(false);
    }
    let text = "Hello,\n\nthe deletion of your practice was withdrawn: a client is on legal hold. When the hold is \
                released, it can be asked for anew.\n";
    tell(tx, "Your practice stays", text.to_owned()).await?;
    tx.record(Event::of(Action::DeletionWithdrawn, due.id));
    Ok(true)
}

/// What is kept apart from the database of a practice that is gone, so that it is not back after a restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// Which practice.
    pub practice_id: PracticeId,
    /// Who asked for its deletion.
    pub requested_by: UserId,
    /// When they did.
    pub requested_at: DateTime<Utc>,
}

/// Has a practice deleted that came back with a backup. Says whether there was anything to do.
///
/// # Errors
/// The database fails.
pub async fn delete_again(tx: &mut Tx, tombstone: &Tombstone) -> Result<bool, AccessError> {
    if practice::store::find(tx).await?.is_none_or(|row| row.deleted_at.is_some()) {
        return Ok(false);
    }
    if store::find_open(tx).await?.is_some() {
        return Ok(false);
    }
    let id: DeletionId = tx.new_id();
    store::insert_due(tx, id, tombstone).await?;
    tx.record(Event::of(Action::DeletionRequested, id));
    Ok(true)
}

/// Destroys the keys, counts what is left and signs the certificate. `objects` are what was found in the store after
/// everything in it was removed.
///
/// # Errors
/// [`FinishError`]; nothing is kept then, and the next look goes on.
pub async fn finish(
    tx: &mut Tx,
    due: Due,
    objects: u64,
    certificates: &Certificates,
) -> Result<Option<Tombstone>, FinishError> {
    let Ok(granted) = tx.actor().require::<perm::DeletePractice>() else { return Ok(None) };
    let Some(row) = store::find_open(tx).await?.filter(|row| row.id == due.id) else { return Ok(None) };
    let Some(begun_at) = row.begun_at else { return Ok(None) };
    let noted = row.removed.as_deref().unwrap_or_default();
    let mut removed: Removed = serde_json::from_str(noted).map_err(|_not_json| FinishError::Damaged)?;
    for (table, count) in tx.count_rows_to_remove().await? {
        *removed.rows.entry(table).or_default() += count;
    }
    tx.remove_rows(&granted).await?;
    removed.keys = tx.destroy_keys(&granted).await?;
    let rows = tx.count_rows_to_remove().await?.values().sum();
    let left = Left { rows, objects, keys: tx.count_keys().await? };
    if left != Left::default() {
        return Err(FinishError::SomethingLeft);
    }
    let tombstone = Tombstone {
        practice_id: row.practice_id,
        requested_by: row.requested_by,
        requested_at: row.requested_at,
    };
    let statement = DeletionStatement {
        deletion_id: row.id,
        practice_id: row.practice_id,
        requested_by: row.requested_by,
        requested_at: row.requested_at,
        begun_at,
        finished_at: tx.now(),
        removed,
        left,
        // With the one that says that it is done.
        kept: Kept { audit_events: store::count_events(tx).await? + 1, not_reached: NOT_REACHED.to_owned() },
    };
    if !store::note_end(tx, due.id, certificates.sign(statement)?).await? {
        return Ok(None);
    }
    tx.record(Event::of(Action::PracticeDeleted, due.id));
    Ok(Some(tombstone))
}
