//! Writing a stream, chunk after chunk, in place.

use std::fmt;

use aead_stream::StreamPrimitive;
use aes_gcm::aead::{self, Buffer};

use super::{
    StreamAddress, StreamLayout,
    header::{HEADER_LEN, StreamKeys, new_header},
};
use crate::{DataKey, TAG_LEN};

/// Why a chunk was not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// A chunk before the last must have exactly the layout's length; the last one must have 1 to
    /// that many bytes, or none if it is also the first.
    #[error("a chunk of {len} bytes does not fit the layout")]
    WrongLength {
        /// The length given.
        len: usize,
    },
    /// The stream has 2³² chunks already.
    #[error("the stream is too long")]
    TooLong,
}

/// Seals one stream.
pub struct StreamSealer {
    keys: StreamKeys,
    layout: StreamLayout,
    position: u32,
}

impl StreamSealer {
    /// A new stream under a new random key, and the header to store before its chunks.
    pub fn new(data_key: &DataKey, address: StreamAddress, layout: StreamLayout) -> (Self, [u8; HEADER_LEN]) {
        let (keys, header) = new_header(data_key, address, layout);
        (Self { keys, layout, position: 0 }, header)
    }

    /// The layout given at the start.
    pub fn layout(&self) -> StreamLayout {
        self.layout
    }

    /// Seals `buffer[from..]`, one whole chunk, where it stands, and appends its tag.
    pub fn seal_chunk(&mut self, buffer: &mut Vec<u8>, from: usize) -> Result<(), SealError> {
        let len = buffer.len().saturating_sub(from);
        if len != self.layout.chunk_len() {
            return Err(SealError::WrongLength { len });
        }
        let next = self.position.checked_add(1).ok_or(SealError::TooLong)?;
        self.seal(buffer, from, false)?;
        self.position = next;
        Ok(())
    }

    /// Seals `buffer[from..]` as the last chunk.
    pub fn seal_last(self, buffer: &mut Vec<u8>, from: usize) -> Result<(), SealError> {
        let len = buffer.len().saturating_sub(from);
        if len > self.layout.chunk_len() || (len == 0 && self.position > 0) {
            return Err(SealError::WrongLength { len });
        }
        self.seal(buffer, from, true)
    }

    fn seal(&self, buffer: &mut Vec<u8>, from: usize, last: bool) -> Result<(), SealError> {
        buffer.reserve(TAG_LEN);
        let mut chunk = Tail { buffer, from };
        self.keys
            .chunks
            .encrypt_in_place(self.position, last, &self.keys.bound, &mut chunk)
            .map_err(|aead::Error| SealError::TooLong)
    }
}

impl fmt::Debug for StreamSealer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("StreamSealer").field("position", &self.position).finish_non_exhaustive()
    }
}

/// The end of a longer buffer: many chunks are sealed into one allocation.
struct Tail<'a> {
    buffer: &'a mut Vec<u8>,
    from: usize,
}

impl AsRef<[u8]> for Tail<'_> {
    fn as_ref(&self) -> &[u8] {
        &self.buffer[self.from..]
    }
}

impl AsMut<[u8]> for Tail<'_> {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.buffer[self.from..]
    }
}

impl Buffer for Tail<'_> {
    fn extend_from_slice(&mut self, other: &[u8]) -> aead::Result<()> {
        self.buffer.extend_from_slice(other);
        Ok(())
    }

    fn truncate(&mut self, len: usize) {
        self.buffer.truncate(self.from + len);
    }
}
