//! Writing a blob: seal chunks in place, send a part while the next one fills.

use std::{fmt, mem};

use bytes::Bytes;
use crypto::{DataKey, StreamAddress, StreamLayout, StreamSealer};
use object_store::{MultipartUpload, ObjectStoreExt, path::Path};
use sha2::{Digest, Sha256};
use tokio::{runtime::Handle, task::JoinHandle};

use crate::{BlobError, BlobStore};

/// Writes one blob. Holds two parts and a chunk at most (local folder: 2.1 MiB, S3: 10.1 MiB),
/// however long the blob. Dropped before it is finished, it leaves nothing.
pub struct BlobWriter {
    store: BlobStore,
    location: Path,
    /// `None` once the last chunk is sealed.
    sealer: Option<StreamSealer>,
    layout: StreamLayout,
    /// Sealed chunks that wait to be sent, then the chunk that is being filled.
    buffer: Vec<u8>,
    chunk_start: usize,
    plain_len: u64,
    sha256: Option<Sha256>,
    /// Begun with the first full part: a short blob is stored by a single request.
    upload: Option<Box<dyn MultipartUpload>>,
    sending: Option<Sending>,
}

/// A part on its way, and its memory, to be filled again afterwards.
struct Sending {
    task: JoinHandle<object_store::Result<()>>,
    part: Bytes,
}

/// What a finished writer knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Bytes of plaintext.
    pub plain_len: u64,
    /// SHA-256 of the plaintext, if [`BlobWriter::with_sha256`] asked for it.
    pub sha256: Option<[u8; 32]>,
}

impl BlobWriter {
    pub(crate) fn new(store: &BlobStore, key: &DataKey, address: StreamAddress, location: Path) -> Self {
        let layout = StreamLayout::DEFAULT;
        let (sealer, header) = StreamSealer::new(key, address, layout);
        Self {
            store: store.clone(),
            location,
            sealer: Some(sealer),
            layout,
            chunk_start: header.len(),
            buffer: header.to_vec(),
            plain_len: 0,
            sha256: None,
            upload: None,
            sending: None,
        }
    }

    /// Also computes the SHA-256 of the plaintext, which makes writing about half as slow again.
    #[must_use]
    pub fn with_sha256(mut self) -> Self {
        self.sha256 = Some(Sha256::new());
        self
    }

    /// Appends to the blob. Returns when the bytes are in the buffer, which may mean waiting for
    /// the store: that is the backpressure. After an error only dropping or
    /// [`abort`](Self::abort) make sense.
    ///
    /// # Errors
    /// [`BlobError::Full`], [`BlobError::TooLong`], [`BlobError::Store`].
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), BlobError> {
        let mut bytes = &bytes[..];
        while !bytes.is_empty() {
            // A full chunk is sealed only when more follows, because the last one is marked.
            if self.buffer.len() - self.chunk_start == self.layout.chunk_len() {
                self.seal_chunk()?;
                if self.buffer.len() >= self.store.part_len {
                    self.send_part().await?;
                }
            }
            let room = self.layout.chunk_len() - (self.buffer.len() - self.chunk_start);
            let (taken, rest) = bytes.split_at(room.min(bytes.len()));
            if let Some(sha256) = &mut self.sha256 {
                sha256.update(taken);
            }
            self.buffer.extend_from_slice(taken);
            self.plain_len += taken.len() as u64;
            bytes = rest;
        }
        Ok(())
    }

    /// Seals the last chunk and makes the blob visible and durable.
    pub async fn finish(mut self) -> Result<Written, BlobError> {
        if let Some(sealer) = self.sealer.take() {
            sealer.seal_last(&mut self.buffer, self.chunk_start)?;
        }
        self.chunk_start = self.buffer.len();
        if self.buffer.len() > self.store.part_len {
            self.send_part().await?;
        }
        self.settle().await?;
        let rest = Bytes::from(mem::take(&mut self.buffer));
        match &mut self.upload {
            None => drop(self.store.objects.put(&self.location, rest.into()).await?),
            Some(upload) => {
                if !rest.is_empty() {
                    upload.put_part(rest.into()).await?;
                }
                upload.complete().await?;
                self.upload = None;
            }
        }
        self.store.let_pages_go(&self.location);
        let sha256 = self.sha256.take().map(|sha256| sha256.finalize().into());
        Ok(Written { plain_len: self.plain_len, sha256 })
    }

    /// Gives up. Returns when what had been sent is removed.
    pub async fn abort(mut self) -> Result<(), BlobError> {
        let settled = self.settle().await;
        if let Some(mut upload) = self.upload.take() {
            upload.abort().await?;
        }
        // A part that could not be sent is no reason to complain: it was to be removed.
        drop(settled);
        Ok(())
    }

    fn seal_chunk(&mut self) -> Result<(), BlobError> {
        if let Some(sealer) = &mut self.sealer {
            sealer.seal_chunk(&mut self.buffer, self.chunk_start)?;
        }
        self.chunk_start = self.buffer.len();
        Ok(())
    }

    /// Sends the first `part_len` bytes of the buffer, all of them sealed. Every part but the last
    /// has exactly that length: some stores insist. One part is under way at a time.
    async fn send_part(&mut self) -> Result<(), BlobError> {
        let mut next = self.settle().await?;
        let upload = match &mut self.upload {
            Some(upload) => upload,
            None => self.upload.insert(self.store.objects.put_multipart(&self.location).await?),
        };
        next.reserve(self.store.part_len + 2 * self.layout.sealed_chunk_len());
        next.extend_from_slice(&self.buffer[self.store.part_len..]);
        let mut full = mem::replace(&mut self.buffer, next);
        full.truncate(self.store.part_len);
        self.chunk_start -= self.store.part_len;
        let part = Bytes::from(full);
        let task = tokio::spawn(upload.put_part(part.clone().into()));
        self.sending = Some(Sending { task, part });
        Ok(())
    }

    /// Waits for the part under way. Its memory, empty, if nobody else holds it any more.
    async fn settle(&mut self) -> Result<Vec<u8>, BlobError> {
        let Some(sending) = &mut self.sending else { return Ok(Vec::new()) };
        let result = (&mut sending.task).await;
        let part = self.sending.take().map(|sending| sending.part).unwrap_or_default();
        result.map_err(|cancelled| BlobError::Store(cancelled.into()))??;
        let mut memory = if part.is_unique() { Vec::from(part) } else { Vec::new() };
        memory.clear();
        Ok(memory)
    }
}

impl Drop for BlobWriter {
    fn drop(&mut self) {
        if let Some(Sending { task, .. }) = self.sending.take() {
            task.abort();
        }
        // Without a runtime the local folder still cleans up after itself when this is dropped.
        if let (Some(mut upload), Ok(runtime)) = (self.upload.take(), Handle::try_current()) {
            runtime.spawn(async move { upload.abort().await });
        }
    }
}

impl fmt::Debug for BlobWriter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("BlobWriter").field("plain_len", &self.plain_len).finish_non_exhaustive()
    }
}
