//! What can go wrong with stored sound. None of it is the caller's fault.

use access::AccessError;
use blobs::BlobError;

/// The database or the store of sound failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk, or the quota on it, is full.
    #[error("the storage is full")]
    Full,
    /// The store failed, or holds something else than was written.
    #[error("the store of recordings failed")]
    Blob(#[source] BlobError),
    /// The database failed.
    #[error(transparent)]
    Access(AccessError),
}

impl From<AccessError> for StoreError {
    fn from(error: AccessError) -> Self {
        if error.is_full() { Self::Full } else { Self::Access(error) }
    }
}

impl From<BlobError> for StoreError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Full => Self::Full,
            other => Self::Blob(other),
        }
    }
}
