//! Making a backup, while everything goes on.

use std::{collections::BTreeMap, future::ready, pin::pin};

use access::{Database, DatabaseTarget};
use blobs::{BlobAddress, BlobError, BlobStore, Stored};
use futures_util::TryStreamExt as _;
use migrations::MigratorTrait as _;

use super::{
    AT_ONCE, BackupError, Manifest, Shelf,
    list::{self, ListWriter, Object, is_recording, kept_at},
    manifest::{DATABASE, FORMAT},
    secrets, stream,
};

/// What was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// What it holds.
    pub manifest: Manifest,
    /// Objects that were copied, because no earlier backup has them.
    pub copied: u64,
    /// Their bytes.
    pub copied_bytes: u64,
}

/// Makes a backup of the database and the recordings. It counts from its last step on.
///
/// # Errors
/// [`BackupError`]; what was written until then is removed by [`prune`](super::prune) a day later.
pub async fn make(
    shelf: &Shelf,
    database: &Database,
    target: &DatabaseTarget,
    recordings: &BlobStore,
) -> Result<Made, BackupError> {
    let (id, made_at) = (database.clock().new_id(), database.clock().now());
    let mut heads = BTreeMap::new();
    for practice in database.practices().await? {
        if let Some(link) = database.find_link(practice, None).await? {
            heads.insert(practice, (link.number, hex::encode(&link.mac)));
        }
    }
    let (key, wrapped_key) = shelf.key_ring.new_data_key(id, 1);
    let address = BlobAddress { owner: id, object: id, part: DATABASE };
    let blob = shelf.store.create(&key, address)?;
    let (mut writing, reading) = stream::pipe();
    let snapshot = async {
        let rows = database.write_snapshot(target, &mut writing).await;
        // The other end reads on until this one is gone.
        drop(writing);
        rows
    };
    let (rows, blob) = tokio::join!(snapshot, stream::pour(reading, blob));
    let rows = rows?;
    let database_bytes = blob?.finish().await?.plain_len;

    let known = list::known(shelf).await?;
    let mut list = ListWriter::begin(shelf, &key)?;
    let (mut objects, mut object_bytes, mut copied, mut copied_bytes) = (0, 0, 0, 0);
    let there = recordings.list("").try_filter(|stored| ready(is_recording(stored)));
    let kept = there.map_err(BackupError::from).map_ok(|stored| keep(shelf, recordings, &known, stored));
    let mut kept = pin!(kept.try_buffer_unordered(AT_ONCE));
    while let Some(kept) = kept.try_next().await? {
        let Some((object, is_new)) = kept else { continue };
        objects += 1;
        object_bytes += object.length;
        if is_new {
            copied += 1;
            copied_bytes += object.length;
        }
        list.add(&object).await?;
    }
    list.finish().await?;
    // At the end, so that none is among them that was destroyed while the rest was copied.
    secrets::write(shelf, database, &key).await?;
    let schema = migrations::Migrator::migrations().last().map(|it| it.name().to_owned()).unwrap_or_default();
    let manifest = Manifest {
        format: FORMAT,
        id,
        made_at,
        engine: target.engine(),
        schema,
        rows,
        heads,
        database_bytes,
        objects,
        object_bytes,
        wrapped_key: hex::encode(&wrapped_key),
        key_ring: hex::encode(shelf.key_ring.seal(&key)),
        has_secrets: true,
    };
    shelf.keep_manifest(&manifest, &key).await?;
    secrets::keep_with_newest(shelf).await?;
    Ok(Made { manifest, copied, copied_bytes })
}

/// What names an object, which is copied unless it is there already; `None` if it was removed in the meantime.
async fn keep(
    shelf: &Shelf,
    from: &BlobStore,
    known: &BTreeMap<(String, i64), Object>,
    stored: Stored,
) -> Result<Option<(Object, bool)>, BackupError> {
    let version = stored.version();
    let key = (stored.path, version);
    if let Some(object) = known.get(&key) {
        return Ok(Some((object.clone(), false)));
    }
    let to = kept_at(&key.0, version);
    match shelf.store.copy_from(from, &key.0, &to).await {
        Ok(sha256) => Ok(Some((Object { path: key.0, version, length: stored.length, sha256 }, true))),
        Err(BlobError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
