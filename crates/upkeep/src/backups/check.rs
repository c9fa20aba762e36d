//! Showing that a backup comes back, without touching what is there.

use std::sync::Arc;

use access::{Database, DatabaseTarget, snapshot::Scratch};
use clock::SharedClock;
use crypto::DataKey;
use futures_util::TryStreamExt as _;

use super::{
    AT_ONCE, BackupError, Manifest, Shelf,
    list::{self, Object},
    restore::restore_database,
    secrets,
};

/// What was found.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Of which backup.
    pub manifest: Manifest,
    /// How many objects were read, each of them as it was kept.
    pub objects: u64,
    /// How many practices' keys opened, and trails are intact.
    pub practices: u64,
}

/// Restores a backup's database into a scratch database beside `target`, which is removed again, opens the keys of its
/// practices, verifies their audit trails, and reads every object that it names.
///
/// # Errors
/// [`BackupError`]: the backup would not come back.
pub async fn check(
    shelf: &Shelf,
    name: Option<&str>,
    target: &DatabaseTarget,
    clock: SharedClock,
) -> Result<Checked, BackupError> {
    let (manifest, key) = shelf.load(name).await?;
    let scratch = Scratch::beside(target, clock.now()).await?;
    let checked = check_database(shelf, &manifest, &key, &scratch.target, clock).await;
    scratch.remove().await?;
    let practices = checked?;
    let list = list::read(shelf, &manifest, &key).await?;
    let objects = list.into_stream().map_ok(|object| look_at(shelf, object)).try_buffer_unordered(AT_ONCE);
    let objects = objects.try_fold(0, async |count, ()| Ok(count + 1)).await?;
    Ok(Checked { manifest, objects, practices })
}

/// How many practices it has.
async fn check_database(
    shelf: &Shelf,
    manifest: &Manifest,
    key: &DataKey,
    scratch: &DatabaseTarget,
    clock: SharedClock,
) -> Result<u64, BackupError> {
    restore_database(shelf, manifest, key, scratch).await?;
    let ring = manifest.ring(&shelf.key_ring, key)?;
    let database = Database::open(scratch, Arc::new(ring), clock).await?;
    secrets::check(shelf, manifest, key).await?;
    secrets::bring_back(shelf, &database).await?;
    let mut practices = 0;
    for practice in database.practices().await? {
        database.key_of(practice).await?;
        practices += 1;
        // The anchors are of the place that it was made in, and younger.
        let trail = database.verify_trail(practice, Vec::new(), None, None).await?;
        if !trail.report.intact {
            return Err(BackupError::TrailBroken { practice });
        }
    }
    for (practice, (number, mac)) in &manifest.heads {
        let link = database.find_link(*practice, Some(*number)).await?;
        if link.is_none_or(|link| hex::encode(&link.mac) != *mac) {
            return Err(BackupError::TrailBroken { practice: *practice });
        }
    }
    database.close().await?;
    Ok(practices)
}

async fn look_at(shelf: &Shelf, object: Object) -> Result<(), BackupError> {
    let sha256 = shelf.store.hash(&object.kept_at()).await?;
    if sha256 == object.sha256 { Ok(()) } else { Err(BackupError::ObjectAltered(object.path)) }
}
