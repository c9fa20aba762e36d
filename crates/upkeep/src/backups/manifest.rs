//! What a backup says of itself.

use std::collections::BTreeMap;

use access::snapshot::{Engine, Rows};
use chrono::{DateTime, Utc};
use crypto::{DataKey, KeyRing, OpenError, Zeroizing};
use serde::{Deserialize, Serialize};
use shared::PracticeId;
use uuid::Uuid;

use super::{BackupError, Shelf};

const FOLDER: &str = "manifests";
pub(super) const FORMAT: u32 = 1;
/// Bytes of a manifest: a few thousand.
const LONGEST: u64 = 1 << 20;
/// How a name tells the moment: `2026-11-22T18-23-24.123Z`.
pub(super) const MOMENT: &str = "%Y-%m-%dT%H-%M-%S%.3fZ";
/// The database's snapshot is this part of the backup's own object.
pub(super) const DATABASE: u32 = 0;
/// The list of objects is this one.
pub(super) const OBJECTS: u32 = 1;
/// The secrets of charts, as long as it is among the newest, are this one.
pub(super) const SECRETS: u32 = 2;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub(super) format: u32,
    /// The backup's own id, and the owner of its key.
    pub id: Uuid,
    /// The moment that it shows.
    pub made_at: DateTime<Utc>,
    /// Which kind of database it is of.
    pub engine: Engine,
    /// The last migration that had been run.
    pub schema: String,
    /// How many rows each table had.
    pub rows: Rows,
    /// Where the audit trail of each practice ended right before: the number of its last link, and its code.
    pub heads: BTreeMap<PracticeId, (i64, String)>,
    /// Bytes of the database's snapshot.
    pub database_bytes: u64,
    /// How many objects it names.
    pub objects: u64,
    /// Their bytes.
    pub object_bytes: u64,
    /// The backup's key, wrapped by a key-encryption key.
    pub(super) wrapped_key: String,
    /// The key-encryption keys of the day, sealed under that key: those that wrapped what is in the database may be
    /// retired when it is needed.
    pub(super) key_ring: String,
    /// Whether charts had secrets when it was made.
    #[serde(default)]
    pub(super) has_secrets: bool,
}

/// A manifest as it is kept: its text, and a keyed hash over it.
#[derive(Serialize, Deserialize)]
struct Kept {
    manifest: String,
    mac: String,
}

impl Manifest {
    /// A ring, and after its own keys those of the day of this backup.
    pub(super) fn ring(&self, key_ring: &KeyRing, key: &DataKey) -> Result<KeyRing, OpenError> {
        let sealed = hex::decode(&self.key_ring).map_err(|_no_hex| OpenError::Malformed)?;
        key_ring.joined_by(key, &sealed)
    }

    /// Wraps its key anew, if another than the current key does; whether that was so.
    pub(super) fn rewrap(&mut self, key_ring: &KeyRing) -> Result<bool, OpenError> {
        let wrapped = hex::decode(&self.wrapped_key).map_err(|_no_hex| OpenError::Malformed)?;
        let Some(wrapped) = key_ring.rewrap(self.id, &wrapped)? else { return Ok(false) };
        self.wrapped_key = hex::encode(wrapped);
        Ok(true)
    }

    /// Its name: the moment that it shows, in an order that is that of time.
    pub fn name(&self) -> String {
        format!("{}-{}", self.made_at.format(MOMENT), &self.id.simple().to_string()[20..])
    }
}

fn mac(key: &DataKey, text: &str) -> Zeroizing<String> {
    Zeroizing::new(hex::encode(key.keyed_hash("backup manifest", &[text.as_bytes()])))
}

impl Shelf {
    /// The names of the backups, oldest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn names(&self) -> Result<Vec<String>, BackupError> {
        let names = self.store.list_small(FOLDER).await?;
        let name = |path: &String| {
            Some(path.strip_prefix(FOLDER)?.strip_prefix('/')?.strip_suffix(".json")?.to_owned())
        };
        Ok(names.iter().filter_map(name).collect())
    }

    /// The moment of the newest backup, by its name.
    ///
    /// # Errors
    /// The store fails.
    pub async fn newest_at(&self) -> Result<Option<DateTime<Utc>>, BackupError> {
        Ok(self.names().await?.last().and_then(|name| moment(name)))
    }

    /// The name of the newest backup that shows no later moment than this.
    ///
    /// # Errors
    /// [`BackupError::NothingBefore`], or the store fails.
    pub async fn newest_until(&self, at: DateTime<Utc>) -> Result<String, BackupError> {
        let not_later = |name: &String| moment(name).is_some_and(|made_at| made_at <= at);
        self.names().await?.into_iter().rfind(not_later).ok_or(BackupError::NothingBefore)
    }

    /// The backup of this name, or the newest, with its key.
    ///
    /// # Errors
    /// [`BackupError::NotFound`], [`BackupError::Tampered`], or the store fails.
    pub async fn load(&self, name: Option<&str>) -> Result<(Manifest, DataKey), BackupError> {
        let name = match name {
            Some(name) => name.to_owned(),
            None => self.names().await?.pop().ok_or(BackupError::NotFound)?,
        };
        let bytes = self.store.find_small(&path(&name), LONGEST).await?.ok_or(BackupError::NotFound)?;
        self.open(&bytes).ok_or(BackupError::Tampered(name))
    }

    fn open(&self, bytes: &[u8]) -> Option<(Manifest, DataKey)> {
        let kept: Kept = serde_json::from_slice(bytes).ok()?;
        let manifest: Manifest = serde_json::from_str(&kept.manifest).ok()?;
        let key = self.key_ring.open_data_key(manifest.id, &hex::decode(&manifest.wrapped_key).ok()?).ok()?;
        let expected = mac(&key, &kept.manifest);
        let same = crypto::equal(expected.as_bytes(), kept.mac.as_bytes());
        (same && manifest.format == FORMAT).then_some((manifest, key))
    }

    pub(super) async fn keep_manifest(&self, manifest: &Manifest, key: &DataKey) -> Result<(), BackupError> {
        let text = serde_json::to_string(manifest).map_err(std::io::Error::from)?;
        let mac = mac(key, &text).to_string();
        let kept = serde_json::to_vec(&Kept { manifest: text, mac }).map_err(std::io::Error::from)?;
        Ok(self.store.put_small(&path(&manifest.name()), kept.into()).await?)
    }

    pub(super) async fn remove_manifest(&self, name: &str) -> Result<(), BackupError> {
        Ok(self.store.remove(&path(name)).await?)
    }
}

fn path(name: &str) -> String {
    format!("{FOLDER}/{name}.json")
}

/// The moment that a name tells.
pub(super) fn moment(name: &str) -> Option<DateTime<Utc>> {
    chrono::NaiveDateTime::parse_from_str(name.get(..24)?, MOMENT).ok().map(|at| at.and_utc())
}
