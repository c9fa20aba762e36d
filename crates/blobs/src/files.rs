//! Plain objects beside the blobs, and blobs as they are stored: for what is kept of a store elsewhere. Nothing is
//! sealed or opened here.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use object_store::{ObjectMeta, ObjectStoreExt as _, WriteMultipart, path::Path};
use sha2::{Digest as _, Sha256};

use crate::{BlobError, BlobStore};

/// Parts of a copy that are on their way at a time.
const ON_THEIR_WAY: usize = 2;

/// Something in a store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stored {
    /// Where: names with `/` between them.
    pub path: String,
    /// Bytes.
    pub length: u64,
    /// When it was written.
    pub at: DateTime<Utc>,
}

impl From<ObjectMeta> for Stored {
    fn from(meta: ObjectMeta) -> Self {
        Self { path: meta.location.to_string(), length: meta.size, at: meta.last_modified }
    }
}

impl BlobStore {
    /// Everything below a path; everything there is below an empty one.
    pub fn list(&self, path: &str) -> impl Stream<Item = Result<Stored, BlobError>> + Send + use<> {
        let prefix = Path::from(path);
        let stream = self.objects.list(Some(&prefix).filter(|prefix| !prefix.as_ref().is_empty()));
        stream.map(|meta| Ok(meta?.into())).boxed()
    }

    /// Removes an object. One that is not there counts as removed.
    pub async fn remove(&self, path: &str) -> Result<(), BlobError> {
        match self.objects.delete(&Path::from(path)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Copies an object from another store, as it is stored there, in constant memory; its SHA-256.
    pub async fn copy_from(&self, other: &Self, from: &str, to: &str) -> Result<[u8; 32], BlobError> {
        let answer = other.objects.get(&Path::from(from)).await?;
        let to = Path::from(to);
        let mut sha256 = Sha256::new();
        let small = answer.meta.size <= self.part_len as u64;
        let mut stream = answer.into_stream();
        if small {
            let mut bytes = Vec::new();
            while let Some(piece) = stream.try_next().await? {
                bytes.extend_from_slice(&piece);
            }
            sha256.update(&bytes);
            self.objects.put(&to, Bytes::from(bytes).into()).await?;
        } else {
            let upload = self.objects.put_multipart(&to).await?;
            let mut writer = WriteMultipart::new_with_chunk_size(upload, self.part_len);
            while let Some(piece) = stream.try_next().await? {
                sha256.update(&piece);
                writer.wait_for_capacity(ON_THEIR_WAY).await?;
                writer.write(&piece);
            }
            writer.finish().await?;
        }
        self.let_pages_go(&to);
        Ok(sha256.finalize().into())
    }

    /// The SHA-256 of an object as it is stored.
    pub async fn hash(&self, path: &str) -> Result<[u8; 32], BlobError> {
        let mut stream = self.objects.get(&Path::from(path)).await?.into_stream();
        let mut sha256 = Sha256::new();
        while let Some(piece) = stream.try_next().await? {
            sha256.update(&piece);
        }
        self.let_pages_go(&Path::from(path));
        Ok(sha256.finalize().into())
    }
}

impl Stored {
    /// When it was written, in milliseconds since 1970: what tells it from what stood there before.
    pub fn version(&self) -> i64 {
        self.at.timestamp_millis()
    }
}
