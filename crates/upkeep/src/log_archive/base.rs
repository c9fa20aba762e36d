//! A base backup: what recovery begins with.

use blobs::{BlobError, BlobWriter};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use crypto::{DataKey, KeyRing};
use futures_util::TryStreamExt as _;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use uuid::Uuid;

use super::{LogArchive, LogError, OWNER, address, gzip, name::KINDS, segment::of_reading};

/// The tar file.
pub(super) const TAR: u32 = KINDS;
/// When it had ended: 8 bytes of microseconds since 1970, big-endian.
pub(super) const END: u32 = KINDS + 1;

/// A base backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Base {
    /// Its id, which tells when it began.
    pub id: Uuid,
    /// When it had ended: from then on the database can be brought back.
    pub ended_at: DateTime<Utc>,
}

/// One that is being made. Dropped before it is finished, it leaves nothing.
#[derive(Debug)]
pub struct BaseWriter {
    id: Uuid,
    key: DataKey,
    blob: BlobWriter,
}

impl LogArchive {
    /// Begins a base backup, before PostgreSQL does. `id` is a UUIDv7.
    ///
    /// # Errors
    /// [`LogError`].
    pub async fn begin_base(&self, ring: &KeyRing, id: Uuid) -> Result<BaseWriter, LogError> {
        let key = self.key_or_first(ring).await?;
        let blob = self.store.create(&key, address(id, TAR))?;
        Ok(BaseWriter { id, key, blob })
    }

    /// Ends one, when PostgreSQL has said that it went well.
    ///
    /// # Errors
    /// The store fails; then there is none.
    pub async fn end_base(&self, base: BaseWriter, ended_at: DateTime<Utc>) -> Result<Base, LogError> {
        base.blob.finish().await?;
        let mut end = self.store.create(&base.key, address(base.id, END))?;
        end.write(Bytes::copy_from_slice(&ended_at.timestamp_micros().to_be_bytes())).await?;
        end.finish().await?;
        Ok(Base { id: base.id, ended_at })
    }

    /// The base backups, oldest first.
    ///
    /// # Errors
    /// One does not authenticate, or the store fails.
    pub async fn list_bases(&self, ring: &KeyRing) -> Result<Vec<Base>, LogError> {
        let key = self.key(ring).await?;
        let mut bases = Vec::new();
        for id in self.ended_bases().await? {
            bases.push(self.open_base(&key, id).await?);
        }
        Ok(bases)
    }

    /// The newest base backup that had ended at a moment.
    ///
    /// # Errors
    /// [`LogError::NoBase`], or as [`list_bases`](Self::list_bases).
    pub async fn newest_base_until(&self, ring: &KeyRing, at: DateTime<Utc>) -> Result<Base, LogError> {
        let bases = self.list_bases(ring).await?;
        bases.into_iter().rfind(|base| base.ended_at <= at).ok_or(LogError::NoBase)
    }

    /// Writes the tar file of a base backup.
    ///
    /// # Errors
    /// It does not authenticate: what was written until then is of no use.
    pub async fn write_base(
        &self,
        ring: &KeyRing,
        base: Base,
        out: &mut (impl AsyncWrite + Unpin),
    ) -> Result<(), LogError> {
        let key = self.key(ring).await?;
        let blob = self.store.open(&key, address(base.id, TAR)).await.map_err(LogError::of(base.id))?;
        let written = gzip::read_out(blob, async |bytes| out.write_all(bytes).await).await;
        written.map_err(|error| of_reading(base.id, error))?;
        Ok(out.shutdown().await?)
    }

    /// The ids of those that had ended, in the order of time.
    pub(super) async fn ended_bases(&self) -> Result<Vec<Uuid>, LogError> {
        let mut ids = Vec::new();
        let mut stored = self.store.list(&OWNER.to_string());
        while let Some(stored) = stored.try_next().await? {
            ids.extend(object_of(&stored.path).filter(|(_, part)| *part == END).map(|(id, _)| id));
        }
        ids.sort_unstable();
        Ok(ids)
    }

    async fn open_base(&self, key: &DataKey, id: Uuid) -> Result<Base, LogError> {
        let tampered = || LogError::Tampered(id.to_string());
        let blob = self.store.open(key, address(id, END)).await.map_err(LogError::of(id))?;
        let bytes: Vec<Bytes> = blob.read(0..8).try_collect().await.map_err(LogError::of(id))?;
        let micros = <[u8; 8]>::try_from(bytes.concat().as_slice()).map_err(|_length| tampered())?;
        let ended_at = DateTime::from_timestamp_micros(i64::from_be_bytes(micros)).ok_or_else(tampered)?;
        Ok(Base { id, ended_at })
    }
}

impl BaseWriter {
    /// Takes in the tar file, to its end; its bytes.
    ///
    /// # Errors
    /// The store fails.
    pub async fn pour(&mut self, tar: &mut (impl AsyncRead + Unpin)) -> Result<u64, BlobError> {
        gzip::pour(tar, &mut self.blob).await
    }
}

/// Which object, and which part of it, stands at a path.
pub(super) fn object_of(path: &str) -> Option<(Uuid, u32)> {
    let mut parts = path.split('/').skip(1);
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
