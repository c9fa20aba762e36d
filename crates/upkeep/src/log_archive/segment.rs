//! A file of the log: kept once, and fetched.

use std::{io, path::Path};

use blobs::{Blob, BlobError};
use crypto::KeyRing;
use tokio::{
    fs::{self, File},
    io::{AsyncReadExt as _, AsyncWriteExt as _},
};

use super::{LogArchive, LogError, LogName, address, gzip};

impl LogArchive {
    /// Keeps a file of the log; when this returns, it is durable. The same again is well; another of its name is refused
    /// (PostgreSQL manual, *Setting Up WAL Archiving*).
    ///
    /// # Errors
    /// [`LogError`]; PostgreSQL tries again then.
    pub async fn keep(&self, ring: &KeyRing, name: LogName, file: &Path) -> Result<(), LogError> {
        let key = self.key_or_first(ring).await?;
        let address = address(name.id(), name.part());
        match self.store.open(&key, address).await {
            Ok(kept) => return if is_same(kept, file).await? { Ok(()) } else { Err(LogError::Other(name)) },
            Err(BlobError::NotFound) => {}
            // Whatever it is, it is not this one.
            Err(BlobError::Tampered) => return Err(LogError::Other(name)),
            Err(error) => return Err(error.into()),
        }
        let mut blob = self.store.create(&key, address)?;
        gzip::pour(&mut File::open(file).await?, &mut blob).await?;
        blob.finish().await?;
        Ok(())
    }

    /// Fetches a file of the log, which is there whole or not at all.
    ///
    /// # Errors
    /// [`LogError::NotFound`] where the log ends; anything else must not be taken for its end.
    pub async fn fetch(&self, ring: &KeyRing, name: LogName, to: &Path) -> Result<(), LogError> {
        let key = self.key(ring).await?;
        let blob = match self.store.open(&key, address(name.id(), name.part())).await {
            Err(BlobError::NotFound) => return Err(LogError::NotFound(name)),
            opened => opened.map_err(LogError::of(name))?,
        };
        let beside = to.with_extension("fetching");
        let fetched = async {
            let mut file = File::create(&beside).await?;
            gzip::read_out(blob, async |bytes| file.write_all(bytes).await).await?;
            file.sync_all().await?;
            fs::rename(&beside, to).await
        };
        let fetched = fetched.await.map_err(|error| of_reading(name, error));
        if fetched.is_err() {
            // It may not even have been made.
            let _ = fs::remove_file(&beside).await;
        }
        fetched
    }
}

/// Whether a blob holds what a file does.
async fn is_same(blob: Blob, file: &Path) -> Result<bool, LogError> {
    let mut file = File::open(file).await?;
    let mut same = true;
    let read = gzip::read_out(blob, async |bytes| {
        let mut expected = vec![0; bytes.len()];
        same = same && file.read_exact(&mut expected).await.is_ok() && expected == bytes;
        Ok(())
    });
    match read.await {
        Ok(()) => Ok(same && file.read(&mut [0]).await? == 0),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// What a failure to read a blob, or to write what was in it, says of `what`.
pub(super) fn of_reading(what: impl ToString, error: io::Error) -> LogError {
    match error.downcast::<BlobError>() {
        Ok(error) => LogError::of(what)(error),
        Err(error) => error.into(),
    }
}
