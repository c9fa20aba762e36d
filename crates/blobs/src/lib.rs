//! Encrypted streams in an object store: a local folder or S3.
//!
//! A blob is written once, in constant memory, and read by ranges of its plaintext, of which only
//! the chunks needed are fetched and opened. What is stored is the form of `crypto`'s streams; the
//! store sees random ids and ciphertext. A blob becomes visible when its writer finishes, whole
//! and durable, or never.

mod blocking;
mod error;
mod files;
mod local;
mod read;
mod s3;
mod small;
mod write;

use std::sync::Arc;

use crypto::{DataKey, StreamAddress};
use futures_util::{StreamExt, TryStreamExt};
use object_store::{ObjectStore, memory::InMemory, path::Path, prefix::PrefixStore};
use uuid::Uuid;

pub use blocking::BlockingReader;
pub use error::BlobError;
pub use files::Stored;
pub use read::Blob;
pub use s3::{S3Credentials, S3Settings};
pub use write::{BlobWriter, Written};

/// Where encrypted blobs are kept. Cheap to clone.
#[derive(Debug, Clone)]
pub struct BlobStore {
    objects: Arc<dyn ObjectStore>,
    /// Bytes sent at a time; also the bound on what a writer holds (two of these and a chunk).
    part_len: usize,
    /// Bytes fetched at a time; also the bound on what a reader holds.
    window_len: usize,
    /// The folder, if it is one.
    folder: Option<Arc<std::path::Path>>,
}

/// Which blob: random ids only, never words of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlobAddress {
    /// Whose it is; that of the data key.
    pub owner: Uuid,
    /// The object it belongs to.
    pub object: Uuid,
    /// Which part of the object, from 0.
    pub part: u32,
}

impl BlobAddress {
    /// Where it stands in a store.
    pub fn path(self) -> String {
        self.location().into()
    }

    fn location(self) -> Path {
        Path::from_iter([self.owner.to_string(), self.object.to_string(), format!("{:08}", self.part)])
    }

    fn stream(self, key: &DataKey) -> Result<StreamAddress, BlobError> {
        if key.owner() != self.owner {
            return Err(BlobError::ForeignKey);
        }
        Ok(StreamAddress { object: self.object, part: self.part })
    }
}

impl BlobStore {
    /// Keeps blobs in memory: for tests.
    pub fn in_memory() -> Self {
        Self {
            objects: Arc::new(InMemory::new()),
            part_len: local::PART_LEN,
            window_len: local::WINDOW_LEN,
            folder: None,
        }
    }

    /// What is below a folder of this store, as a store of its own.
    #[must_use]
    pub fn below(&self, folder: &str) -> Self {
        Self {
            objects: Arc::new(PrefixStore::new(Arc::clone(&self.objects), folder)),
            folder: self.folder.as_ref().map(|whole| whole.join(folder).into()),
            ..self.clone()
        }
    }

    /// Starts writing a blob. Nothing is visible at `address` before
    /// [`finish`](BlobWriter::finish) returns.
    ///
    /// # Errors
    /// [`BlobError::ForeignKey`] if the key is another owner's.
    pub fn create(&self, key: &DataKey, address: BlobAddress) -> Result<BlobWriter, BlobError> {
        Ok(BlobWriter::new(self, key, address.stream(key)?, address.location()))
    }

    /// Opens a blob for reading: fetches and opens its header.
    pub async fn open(&self, key: &DataKey, address: BlobAddress) -> Result<Blob, BlobError> {
        Blob::open(self, key, address.stream(key)?, address.location()).await
    }

    /// Deletes a blob. One that is not there counts as deleted.
    pub async fn delete(&self, address: BlobAddress) -> Result<(), BlobError> {
        self.remove(address.location().as_ref()).await
    }

    /// Deletes every part of an object and says how many there were.
    pub async fn delete_all(&self, owner: Uuid, object: Uuid) -> Result<u64, BlobError> {
        self.delete_under(Path::from_iter([owner.to_string(), object.to_string()])).await
    }

    /// Deletes every part of every object of an owner and says how many there were.
    pub async fn delete_owner(&self, owner: Uuid) -> Result<u64, BlobError> {
        self.delete_under(Path::from(owner.to_string())).await
    }

    /// How many parts of objects an owner has in the store.
    pub async fn count_of(&self, owner: Uuid) -> Result<u64, BlobError> {
        self.count_under(Path::from(owner.to_string())).await
    }

    /// How many parts of an object there are.
    pub async fn count_all(&self, owner: Uuid, object: Uuid) -> Result<u64, BlobError> {
        self.count_under(Path::from_iter([owner.to_string(), object.to_string()])).await
    }

    async fn count_under(&self, prefix: Path) -> Result<u64, BlobError> {
        let count = self.objects.list(Some(&prefix)).try_fold(0, async |count, _| Ok(count + 1));
        Ok(count.await?)
    }

    async fn delete_under(&self, prefix: Path) -> Result<u64, BlobError> {
        let locations = self.objects.list(Some(&prefix)).map_ok(|meta| meta.location).boxed();
        let mut deleted = self.objects.delete_stream(locations);
        let mut count = 0;
        while let Some(one) = deleted.next().await {
            match one {
                Ok(_) => count += 1,
                // Another process was faster.
                Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(count)
    }
}
