//! Why a blob was not written or read.

use std::{error::Error, io, iter};

use crypto::{OpenError, SealError};

/// Why a blob was not written or read. Messages name no object and no person.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no blob at this address.
    #[error("there is no such blob")]
    NotFound,
    /// What is stored is not what was written there: altered, cut off, moved, or sealed under
    /// another key.
    #[error("the stored blob does not authenticate")]
    Tampered,
    /// The blob was sealed under another version of its owner's data key.
    #[error("the blob belongs to version {version} of the data key")]
    OtherKeyVersion {
        /// The version that can open it.
        version: u32,
    },
    /// The data key given is another owner's: a mistake of the caller.
    #[error("the data key belongs to another owner than the blob")]
    ForeignKey,
    /// The disk, or the quota on it, is full.
    #[error("the blob store is full")]
    Full,
    /// The blob would be longer than its format can hold (2³² chunks).
    #[error("the blob is too long")]
    TooLong,
    /// The store failed in another way.
    #[error("the blob store failed")]
    Store(#[source] Box<dyn Error + Send + Sync>),
}

impl From<object_store::Error> for BlobError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::NotFound,
            error if is_full(&error) => Self::Full,
            error => Self::Store(error.into()),
        }
    }
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        if is_full(&error) { Self::Full } else { Self::Store(error.into()) }
    }
}

impl From<OpenError> for BlobError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::OtherKeyVersion { version } => Self::OtherKeyVersion { version },
            OpenError::Malformed | OpenError::UnknownKey | OpenError::Refused => Self::Tampered,
        }
    }
}

impl From<SealError> for BlobError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::TooLong => Self::TooLong,
            SealError::WrongLength { .. } => unreachable!("the writer cuts chunks to length"),
        }
    }
}

/// For readers that speak `std::io`. The blob error stays inside and can be had with
/// [`io::Error::downcast`].
impl From<BlobError> for io::Error {
    fn from(error: BlobError) -> Self {
        let kind = match &error {
            BlobError::NotFound => io::ErrorKind::NotFound,
            BlobError::Tampered | BlobError::OtherKeyVersion { .. } => io::ErrorKind::InvalidData,
            BlobError::ForeignKey | BlobError::TooLong => io::ErrorKind::InvalidInput,
            BlobError::Full => io::ErrorKind::StorageFull,
            BlobError::Store(_) => io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}

/// Whether the operating system's "no space left" is anywhere in the chain of causes.
fn is_full(error: &(dyn Error + 'static)) -> bool {
    iter::successors(Some(error), |&error| error.source()).any(|error| {
        error.downcast_ref::<io::Error>().is_some_and(|error| {
            matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_other_failures() {
        let wrapped = |kind: io::ErrorKind| object_store::Error::Generic {
            store: "LocalFileSystem",
            source: Box::new(BlobError::Store(io::Error::from(kind).into())),
        };
        assert!(matches!(BlobError::from(wrapped(io::ErrorKind::StorageFull)), BlobError::Full));
        assert!(matches!(BlobError::from(wrapped(io::ErrorKind::QuotaExceeded)), BlobError::Full));
        assert!(matches!(BlobError::from(wrapped(io::ErrorKind::PermissionDenied)), BlobError::Store(_)));
    }
}
