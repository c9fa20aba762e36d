//! Bringing a backup back into an empty place.

use std::sync::Arc;

use access::{Database, DatabaseTarget, snapshot};
use blobs::{BlobAddress, BlobStore};
use clock::SharedClock;
use crypto::DataKey;
use futures_util::TryStreamExt as _;
use migrations::{Migrator, MigratorTrait as _};

use super::{
    AT_ONCE, BackupError, Manifest, Shelf,
    list::{self, Object},
    manifest::DATABASE,
    secrets, stream,
};

/// Brings a backup, the newest or that of a name, back into an empty database, and its recordings into a store. These
/// come first: as long as the database is empty, it can be begun again.
///
/// What it held.
///
/// # Errors
/// [`BackupError`]
pub async fn restore(
    shelf: &Shelf,
    name: Option<&str>,
    target: &DatabaseTarget,
    recordings: &BlobStore,
    clock: SharedClock,
) -> Result<Manifest, BackupError> {
    let (manifest, key) = shelf.load(name).await?;
    snapshot::expect_empty(target).await?;
    let list = list::read(shelf, &manifest, &key).await?;
    let objects = list.into_stream().map_ok(|object| bring_back(shelf, recordings, object));
    objects.try_buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    restore_database(shelf, &manifest, &key, target).await?;
    // It may be older than the last rotation of keys.
    let ring = manifest.ring(&shelf.key_ring, &key)?;
    let database = Database::open(target, Arc::new(ring), clock).await?;
    database.rewrap_keys(|_| ()).await?;
    secrets::bring_back(shelf, &database).await?;
    database.close().await?;
    Ok(manifest)
}

pub(super) async fn bring_back(
    shelf: &Shelf,
    recordings: &BlobStore,
    object: Object,
) -> Result<(), BackupError> {
    let sha256 = recordings.copy_from(&shelf.store, &object.kept_at(), &object.path).await?;
    if sha256 == object.sha256 {
        return Ok(());
    }
    // Nobody takes it for what was recorded.
    recordings.remove(&object.path).await?;
    Err(BackupError::ObjectAltered(object.path))
}

/// Brings the database back, counts its rows, and brings its schema up to date.
pub(super) async fn restore_database(
    shelf: &Shelf,
    manifest: &Manifest,
    key: &DataKey,
    target: &DatabaseTarget,
) -> Result<(), BackupError> {
    let known = Migrator::migrations().iter().position(|it| it.name() == manifest.schema);
    let steps = known.map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX)).ok_or(BackupError::Newer)?;
    if matches!(target, DatabaseTarget::Postgres { .. }) {
        let connection = Database::connect(target).await?;
        let made = migrations::make_empty(&connection, steps).await;
        connection.close().await.map_err(access::AccessError::from)?;
        made.map_err(|error| BackupError::Schema(error.into()))?;
    }
    let address = BlobAddress { owner: manifest.id, object: manifest.id, part: DATABASE };
    let blob = shelf.store.open(key, address).await?;
    snapshot::read_snapshot(target, &mut stream::reader(blob)).await?;
    let rows = snapshot::count_rows(target).await?;
    for (table, kept) in &manifest.rows {
        let found = rows.get(table).copied().unwrap_or_default();
        if found != *kept {
            return Err(BackupError::RowsDiffer { table: table.clone(), found, kept: *kept });
        }
    }
    bring_up_to_date(target).await
}

/// Brings the schema of what came back up to date.
pub(super) async fn bring_up_to_date(target: &DatabaseTarget) -> Result<(), BackupError> {
    let connection = Database::connect(target).await?;
    let up_to_date = migrations::bring_up_to_date(&connection).await;
    connection.close().await.map_err(access::AccessError::from)?;
    up_to_date.map_err(|error| BackupError::Schema(error.into()))
}
