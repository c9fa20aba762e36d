//! Backups: everything of an installation, kept elsewhere, and shown to come back.
//!
//! Where they are kept is a store of their own (a folder or a bucket), the [`Shelf`]:
//!
//! - `manifests/<time>.json`: what a backup holds, written last, so that an unfinished one is none.
//! - `<id>/<id>/00000000`: the database at one moment ([`access::snapshot`]), sealed under a key of this backup.
//! - `<id>/<id>/00000001`: the list of its objects with their SHA-256, sealed as well.
//! - `<id>/<id>/00000002`: the secrets of charts, sealed as well, with the three newest backups only (`secrets`).
//! - `objects/<path>/<version>`: each stored part of a recording, once, however many backups name it. It is
//!   sealed already, and is copied as it is.
//! - `tombstones/<id>.json`: practices and clients' charts that were deleted, which no backup brings back for long.
//! - `drills/<month>.json`: what came of trying a backup that month. `claims/…`: who does what is done once.
//!
//! The key of a backup is wrapped by the installation's key-encryption key, and seals the ring of that day, so that older
//! backups open under newer keys. Without such a key nothing opens, and nobody can make or alter a backup that would be
//! read.
//!
//! The objects come after the database's moment: what a row names is there, unless it was removed in between, as it
//! was going to be.

mod beside;
mod check;
mod list;
mod make;
mod manifest;
mod prune;
mod restore;
mod rewrap;
mod secrets;
mod stream;

use std::io;

use access::{AccessError, snapshot::SnapshotError};
use blobs::{BlobError, BlobStore};
use crypto::{KeyRing, OpenError};
use shared::PracticeId;

pub use beside::{bring_back_objects, take_over};
pub use check::{Checked, check};
pub use make::{Made, make};
pub use manifest::Manifest;
pub use prune::{kept, prune};
pub use restore::restore;
pub use rewrap::rewrap;
pub use secrets::forget_gone;

/// Objects that are on their way at a time, each with a few megabytes.
const AT_ONCE: usize = 4;
const TOMBSTONES: &str = "tombstones";
/// Bytes of a tombstone: a few hundred.
const LONGEST_TOMBSTONE: u64 = 1 << 16;

/// Where backups are kept, and what opens them.
#[derive(Clone, Debug)]
pub struct Shelf {
    store: BlobStore,
    key_ring: KeyRing,
}

impl Shelf {
    /// Takes a store into use. It is no one's recordings'.
    pub fn new(store: BlobStore, key_ring: KeyRing) -> Self {
        Self { store, key_ring }
    }

    /// Reserves something that is done once however many processes there are, such as the backup of this hour; `false`
    /// if it is taken.
    ///
    /// # Errors
    /// The store fails.
    pub async fn claim(&self, what: &str) -> Result<bool, BackupError> {
        Ok(self.store.put_small_if_absent(&format!("claims/{what}"), bytes::Bytes::new()).await?)
    }

    /// Keeps what has the practice, or the client's chart, deleted again that comes back with an older backup.
    ///
    /// # Errors
    /// The store fails.
    pub async fn keep_tombstone(&self, id: uuid::Uuid, text: String) -> Result<(), BackupError> {
        self.keep(&format!("{TOMBSTONES}/{id}.json"), text).await
    }

    /// Every tombstone.
    ///
    /// # Errors
    /// The store fails.
    pub async fn tombstones(&self) -> Result<Vec<String>, BackupError> {
        let mut texts = Vec::new();
        for name in self.store.list_small(TOMBSTONES).await? {
            let bytes = self.store.find_small(&name, LONGEST_TOMBSTONE).await?.unwrap_or_default();
            texts.push(String::from_utf8_lossy(&bytes).into_owned());
        }
        Ok(texts)
    }

    /// Keeps a small text, such as the result of a drill.
    ///
    /// # Errors
    /// The store fails.
    pub async fn keep(&self, path: &str, text: String) -> Result<(), BackupError> {
        Ok(self.store.put_small(path, text.into()).await?)
    }
}

/// Why there is no backup, or why it did not come back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is no backup of this name.
    #[error("there is no such backup")]
    NotFound,
    /// Every backup shows a later moment than the one that was asked for.
    #[error("there is no backup of that moment or before")]
    NothingBefore,
    /// There is nothing in the database to which anything could be brought back.
    #[error("the database is empty: it comes back first")]
    NoDatabase,
    /// A backup is not what was written: altered, cut off, or made under keys that are not in the key ring.
    #[error("the backup {0} does not authenticate")]
    Tampered(String),
    /// An object is not what was copied.
    #[error("the object {0} is not what was kept")]
    ObjectAltered(String),
    /// It is of a version of the schema that this server does not know.
    #[error("the backup is of a newer server")]
    Newer,
    /// What came back is not what was kept.
    #[error("the table {table} has {found} rows in place of {kept}")]
    RowsDiffer {
        /// Which table.
        table: String,
        /// How many came back.
        found: u64,
        /// How many were kept.
        kept: u64,
    },
    /// The audit trail of a practice did not come back as it was.
    #[error("the audit trail of the practice {practice} is not as it was")]
    TrailBroken {
        /// Which practice.
        practice: PracticeId,
    },
    /// The schema could not be made.
    #[error("the schema could not be made")]
    Schema(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A snapshot could not be written or read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] BlobError),
    /// A key does not open.
    #[error(transparent)]
    Key(#[from] OpenError),
    /// Something on this machine failed.
    #[error("reading or writing failed")]
    Io(#[from] io::Error),
}

impl From<AccessError> for BackupError {
    fn from(error: AccessError) -> Self {
        Self::Snapshot(error.into())
    }
}
