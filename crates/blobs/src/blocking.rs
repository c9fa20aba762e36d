//! The parts of an object as one `Read + Seek`, for decoders that run on a blocking thread.

use std::{
    fmt,
    io::{self, Read, Seek, SeekFrom},
};

use bytes::Bytes;
use crypto::DataKey;
use tokio::runtime::Handle;

use crate::{Blob, BlobAddress, BlobError, BlobStore};

/// Reads the parts of an object one after another as if they were one file, and seeks in them.
/// Holds one window of plaintext (1 MiB, S3: 4 MiB).
///
/// For use on a thread that may block, such as that of `spawn_blocking`; on a thread that drives
/// asynchronous tasks it panics. Its `io::Error`s carry a [`BlobError`].
pub struct BlockingReader {
    store: BlobStore,
    key: DataKey,
    runtime: Handle,
    parts: Vec<Part>,
    total: u64,
    position: u64,
    /// The part that was read last, and which.
    open: Option<(usize, Blob)>,
    /// Plaintext of consecutive chunks, and where in the whole they start.
    window: Vec<Bytes>,
    window_start: u64,
}

struct Part {
    address: BlobAddress,
    start: u64,
    plain_len: u64,
}

impl BlockingReader {
    /// The parts in order, each with the length that was recorded when it was written. A part
    /// that has another length when it is opened is reported as tampered.
    pub fn new(
        store: BlobStore,
        key: DataKey,
        parts: impl IntoIterator<Item = (BlobAddress, u64)>,
        runtime: Handle,
    ) -> Self {
        let mut total = 0;
        let parts = parts
            .into_iter()
            .map(|(address, plain_len)| {
                let start = total;
                total += plain_len;
                Part { address, start, plain_len }
            })
            .collect();
        Self {
            store,
            key,
            runtime,
            parts,
            total,
            position: 0,
            open: None,
            window: Vec::new(),
            window_start: 0,
        }
    }

    /// Bytes of plaintext in all parts.
    pub fn len(&self) -> u64 {
        self.total
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// What the window holds from the current position on.
    fn buffered(&self) -> Option<&[u8]> {
        let mut skip = usize::try_from(self.position.checked_sub(self.window_start)?).ok()?;
        for chunk in &self.window {
            if skip < chunk.len() {
                return Some(&chunk[skip..]);
            }
            skip -= chunk.len();
        }
        None
    }

    /// Loads the window that starts with the chunk of the current position, which is before the
    /// end.
    fn load_window(&mut self) -> Result<(), BlobError> {
        let index = self.parts.partition_point(|part| part.start + part.plain_len <= self.position);
        let part = &self.parts[index];
        self.window.clear();
        if self.open.as_ref().is_none_or(|(open, _)| *open != index) {
            self.open = None;
            let blob = self.runtime.block_on(self.store.open(&self.key, part.address))?;
            if blob.plain_len() != part.plain_len {
                return Err(BlobError::Tampered);
            }
            self.open = Some((index, blob));
        }
        let Some((_, blob)) = &self.open else { return Err(BlobError::NotFound) };
        let (window, _) = blob.split_window(blob.chunk_start(self.position - part.start)..part.plain_len);
        self.window_start = part.start + window.start;
        self.window = self.runtime.block_on(blob.read_window(window))?;
        Ok(())
    }
}

impl Read for BlockingReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.total || out.is_empty() {
            return Ok(0);
        }
        if self.buffered().is_none() {
            self.load_window()?;
        }
        let Some(available) = self.buffered() else { return Err(BlobError::Tampered.into()) };
        let count = available.len().min(out.len());
        out[..count].copy_from_slice(&available[..count]);
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for BlockingReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.total.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

impl fmt::Debug for BlockingReader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("BlockingReader").field("len", &self.total).finish_non_exhaustive()
    }
}
