//! What belongs to a database that came back by other means than ours: PostgreSQL's log, or what its provider keeps.

use std::{collections::BTreeSet, sync::Arc};

use access::{
    Database, DatabaseTarget,
    snapshot::{self, SnapshotError},
};
use blobs::{BlobError, BlobStore};
use clock::SharedClock;

use super::{
    BackupError, Shelf, list,
    restore::{bring_back, bring_up_to_date},
};

/// Brings the schema up to date, and wraps the keys in the database under the key-encryption key of today: at the moment
/// that it shows it was perhaps another, which the backups of those days hold.
///
/// # Errors
/// [`BackupError::NoDatabase`], or a key does not open under any ring that is kept.
pub async fn take_over(
    shelf: &Shelf,
    target: &DatabaseTarget,
    clock: SharedClock,
) -> Result<(), BackupError> {
    match snapshot::expect_empty(target).await {
        Err(SnapshotError::NotEmpty) => {}
        Ok(()) => return Err(BackupError::NoDatabase),
        Err(error) => return Err(error.into()),
    }
    bring_up_to_date(target).await?;
    let mut ring = shelf.key_ring.clone();
    for name in shelf.names().await? {
        if let Some((manifest, key)) = skip_damaged(shelf.load(Some(&name)).await)? {
            ring = manifest.ring(&ring, &key)?;
        }
    }
    let database = Database::open(target, Arc::new(ring), clock).await?;
    database.rewrap_keys(|_| ()).await?;
    Ok(database.close().await?)
}

/// Brings objects back into a store, each as the newest backup has it that has it whole; what was found nowhere.
///
/// # Errors
/// A store fails.
pub async fn bring_back_objects(
    shelf: &Shelf,
    recordings: &BlobStore,
    mut missing: BTreeSet<String>,
) -> Result<BTreeSet<String>, BackupError> {
    for name in shelf.names().await?.iter().rev() {
        if missing.is_empty() {
            break;
        }
        skip_damaged(bring_back_from(shelf, name, recordings, &mut missing).await)?;
    }
    Ok(missing)
}

async fn bring_back_from(
    shelf: &Shelf,
    name: &str,
    recordings: &BlobStore,
    missing: &mut BTreeSet<String>,
) -> Result<(), BackupError> {
    let (manifest, key) = shelf.load(Some(name)).await?;
    let mut list = list::read(shelf, &manifest, &key).await?;
    while let Some(object) = list.next().await? {
        if !missing.contains(&object.path) {
            continue;
        }
        let path = object.path.clone();
        if skip_damaged(bring_back(shelf, recordings, object).await)?.is_some() {
            missing.remove(&path);
        }
    }
    Ok(())
}

/// What is damaged or gone is of no help, and no hindrance: another backup may have it.
fn skip_damaged<T>(done: Result<T, BackupError>) -> Result<Option<T>, BackupError> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(
            BackupError::Tampered(_)
            | BackupError::ObjectAltered(_)
            | BackupError::NotFound
            | BackupError::Store(BlobError::NotFound | BlobError::Tampered),
        ) => Ok(None),
        Err(error) => Err(error),
    }
}
