//! The secrets of charts, which no snapshot holds. The newest backups alone keep them, and serve the older ones as well:
//! of what has a tombstone they keep none, so that what was deleted is closed in every backup. Nothing else is forgotten:
//! a secret that is missing in the database without one was lost, and stays here.

use std::collections::HashSet;

use access::{Database, KeptSecret};
use blobs::BlobAddress;
use bytes::Bytes;
use crypto::{DataKey, Zeroizing};
use serde::Deserialize;
use tokio::io::AsyncReadExt as _;
use uuid::Uuid;

use super::{BackupError, Manifest, Shelf, manifest::SECRETS, stream::reader};

/// How many backups keep them, so that one that is damaged takes nothing with it.
const KEEPERS: usize = 3;
/// Secrets that are read at a time.
const AT_A_TIME: usize = 500;

fn address(backup: Uuid) -> BlobAddress {
    BlobAddress { owner: backup, object: backup, part: SECRETS }
}

/// What a tombstone says is gone: a client's chart with sessions, or a practice.
#[derive(Deserialize)]
struct Gone {
    practice_id: Uuid,
    client_id: Option<Uuid>,
    #[serde(default)]
    sessions: Vec<Uuid>,
}

/// The ids of charts, sessions and practices that have a tombstone.
async fn gone(shelf: &Shelf) -> Result<HashSet<Uuid>, BackupError> {
    let mut ids = HashSet::new();
    for text in shelf.tombstones().await? {
        let gone: Gone = serde_json::from_str(&text).map_err(std::io::Error::from)?;
        ids.insert(gone.client_id.unwrap_or(gone.practice_id));
        ids.extend(gone.sessions);
    }
    Ok(ids)
}

fn is_gone(kept: &KeptSecret, gone: &HashSet<Uuid>) -> bool {
    gone.contains(&kept.chart()) || gone.contains(&kept.practice_id().0)
}

/// Writes for a backup the secrets of the database, and those that an earlier backup kept, in the place of what there was.
pub(super) async fn write(shelf: &Shelf, database: &Database, key: &DataKey) -> Result<(), BackupError> {
    let gone = gone(shelf).await?;
    // 16 bytes of each chart.
    let mut written = HashSet::new();
    let earlier = read_newest(shelf).await?;
    let mut blob = shelf.store.create(key, address(key.owner()))?;
    for practice in database.practices().await? {
        let mut page = database.list_chart_secrets(practice, None).await?;
        while let Some(last) = page.last() {
            for kept in &page {
                if !is_gone(kept, &gone) && written.insert(kept.chart()) {
                    blob.write(Bytes::copy_from_slice(kept.to_bytes().as_slice())).await?;
                }
            }
            page = database.list_chart_secrets(practice, Some(last)).await?;
        }
    }
    for kept in &earlier {
        if !is_gone(kept, &gone) && written.insert(kept.chart()) {
            blob.write(Bytes::copy_from_slice(kept.to_bytes().as_slice())).await?;
        }
    }
    blob.finish().await?;
    Ok(())
}

/// Has no backup keep a secret of what has a tombstone.
///
/// # Errors
/// The store or the database fails.
pub async fn forget_gone(shelf: &Shelf, database: &Database) -> Result<(), BackupError> {
    for name in shelf.names().await?.iter().rev().take(KEEPERS) {
        let (_, key) = shelf.load(Some(name)).await?;
        write(shelf, database, &key).await?;
    }
    keep_with_newest(shelf).await
}

/// Removes the secrets of every backup but the newest.
pub(super) async fn keep_with_newest(shelf: &Shelf) -> Result<(), BackupError> {
    for name in shelf.names().await?.iter().rev().skip(KEEPERS) {
        let (manifest, _) = shelf.load(Some(name)).await?;
        shelf.store.delete(address(manifest.id)).await?;
    }
    Ok(())
}

/// Reads those that a backup itself keeps, if it is one of those that do.
pub(super) async fn check(shelf: &Shelf, manifest: &Manifest, key: &DataKey) -> Result<(), BackupError> {
    let keeps = shelf.names().await?.iter().rev().take(KEEPERS).any(|name| *name == manifest.name());
    if keeps && manifest.has_secrets {
        read(shelf, manifest, key).await?;
    }
    Ok(())
}

/// Brings the secrets of the charts that are there back into a database.
pub(super) async fn bring_back(shelf: &Shelf, database: &Database) -> Result<(), BackupError> {
    for secrets in read_newest(shelf).await?.chunks(AT_A_TIME) {
        database.bring_back_chart_secrets(secrets).await?;
    }
    Ok(())
}

/// Those of the newest backup whose own can be read; none, where the newest is from before charts had any.
async fn read_newest(shelf: &Shelf) -> Result<Vec<KeptSecret>, BackupError> {
    let mut failure = None;
    for name in shelf.names().await?.iter().rev().take(KEEPERS) {
        let read = match shelf.load(Some(name)).await {
            Ok((manifest, _)) if !manifest.has_secrets => return Ok(Vec::new()),
            Ok((manifest, key)) => read(shelf, &manifest, &key).await,
            Err(error) => Err(error),
        };
        match read {
            Ok(secrets) => return Ok(secrets),
            Err(error) => failure = Some(error),
        }
    }
    failure.map_or(Ok(Vec::new()), Err)
}

/// About 100 bytes of each chart.
async fn read(shelf: &Shelf, manifest: &Manifest, key: &DataKey) -> Result<Vec<KeptSecret>, BackupError> {
    let blob = shelf.store.open(key, address(manifest.id)).await?;
    let mut reading = reader(blob);
    let mut bytes = Zeroizing::new([0; KeptSecret::LEN]);
    let mut secrets = Vec::new();
    let tampered = || BackupError::Tampered(manifest.name());
    loop {
        match reading.read_exact(bytes.as_mut_slice()).await {
            Ok(_) => secrets.push(KeptSecret::parse(bytes.as_slice()).ok_or_else(tampered)?),
            // The stream itself tells a cut from an end; secrets are of one length.
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(secrets),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => return Err(tampered()),
            Err(error) => return Err(error.into()),
        }
    }
}
