//! PostgreSQL's log archive: the segments of its log and base backups, sealed on the shelf of the backups, so that the
//! database comes back to any moment in between (PostgreSQL manual, *Continuous Archiving and Point-in-Time Recovery*).
//! Archiving and recovering are PostgreSQL's own; this keeps and fetches what it is told to.
//!
//! Everything is below `log/` on the shelf:
//!
//! - `log/key`: the key of the archive, wrapped by a key-encryption key. That is not the one of the installation: it lies
//!   with the database server, which opens nothing of a chart.
//! - `log/<owner>/<name>/<part>`: a file of the log; its name is the id ([`LogName`]), so that none stands for another.
//! - `log/<owner>/<id>/…`: a base backup as a tar file, and after it the moment of its end: without that, it is none. Its
//!   id tells when it began.
//!
//! All of it is compressed before it is sealed: a segment of 16 MiB that was closed after five minutes is mostly empty.

mod base;
mod gzip;
mod name;
mod prune;
mod segment;
#[cfg(test)]
mod tests;

use std::io;

use blobs::{BlobAddress, BlobError, BlobStore};
use crypto::{DataKey, KeyRing, OpenError};
use futures_util::TryStreamExt as _;
use uuid::Uuid;

pub use base::{Base, BaseWriter};
pub use name::{LogName, NoLogName};

const FOLDER: &str = "log";
const KEY: &str = "key";
/// Bytes of the wrapped key: about a hundred.
const LONGEST_KEY: u64 = 1 << 10;
/// Whose the archive's key is; an installation has one archive.
const OWNER: Uuid = Uuid::from_u128(0x6c6f_675f_6172_8368_8976_655f_6b65_7930);

/// Where the log is archived.
#[derive(Clone, Debug)]
pub struct LogArchive {
    store: BlobStore,
}

/// Why nothing was archived or fetched.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// There is no such file in the archive, which is how recovery finds the end of the log.
    #[error("{0} is not in the archive")]
    NotFound(LogName),
    /// There is another file of this name, which stays.
    #[error("another {0} is in the archive already")]
    Other(LogName),
    /// What is there is not what was archived.
    #[error("{0} does not authenticate")]
    Tampered(String),
    /// There is an archive, and what opens it is gone.
    #[error("the key of the archive is not there")]
    NoKey,
    /// No base backup had ended at that moment.
    #[error("there is no base backup from before that moment")]
    NoBase,
    /// A key does not open.
    #[error(transparent)]
    Key(#[from] OpenError),
    /// The store failed.
    #[error(transparent)]
    Store(BlobError),
    /// Something on this machine failed.
    #[error("reading or writing failed")]
    Io(#[from] io::Error),
}

impl LogError {
    /// What a failing blob says of `what`.
    fn of(what: impl ToString) -> impl FnOnce(BlobError) -> Self {
        move |error| match error {
            BlobError::Tampered | BlobError::OtherKeyVersion { .. } => Self::Tampered(what.to_string()),
            error => Self::Store(error),
        }
    }
}

impl From<BlobError> for LogError {
    fn from(error: BlobError) -> Self {
        Self::Store(error)
    }
}

fn address(object: Uuid, part: u32) -> BlobAddress {
    BlobAddress { owner: OWNER, object, part }
}

impl LogArchive {
    /// Takes the store of the backups into use.
    pub fn new(shelf: &BlobStore) -> Self {
        Self { store: shelf.below(FOLDER) }
    }

    /// The key of the archive, which is made with the first thing that is kept.
    async fn key_or_first(&self, ring: &KeyRing) -> Result<DataKey, LogError> {
        match self.key(ring).await {
            Err(LogError::NoKey) => {}
            found => return found,
        }
        // A new key for an archive that has one would close everything in it.
        if self.store.list("").try_next().await?.is_some() {
            return Err(LogError::NoKey);
        }
        let (_, wrapped) = ring.new_data_key(OWNER, 1);
        // Whoever is second uses the first one's.
        self.store.put_small_if_absent(KEY, wrapped.into()).await?;
        self.key(ring).await
    }

    async fn key(&self, ring: &KeyRing) -> Result<DataKey, LogError> {
        let wrapped = self.store.find_small(KEY, LONGEST_KEY).await?.ok_or(LogError::NoKey)?;
        Ok(ring.open_data_key(OWNER, &wrapped)?)
    }

    /// Wraps the archive's key under the first key of the ring, if another has wrapped it.
    ///
    /// # Errors
    /// The key does not open, or the store fails.
    pub async fn rewrap(&self, ring: &KeyRing) -> Result<(), LogError> {
        let wrapped = self.store.find_small(KEY, LONGEST_KEY).await?.ok_or(LogError::NoKey)?;
        if let Some(wrapped) = ring.rewrap(OWNER, &wrapped)? {
            self.store.put_small(KEY, wrapped.into()).await?;
        }
        Ok(())
    }
}
