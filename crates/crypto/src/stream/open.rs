//! Reading a stream: any chunk, in any order, in place.

use std::{fmt, ops::Range};

use aead_stream::StreamPrimitive;
use aes_gcm::aead::{self, Buffer};

use super::{
    StreamAddress, StreamLayout,
    header::{StreamKeys, open_header},
};
use crate::{DataKey, OpenError, TAG_LEN};

/// Opens the chunks of one stored stream.
pub struct StreamOpener {
    keys: StreamKeys,
    layout: StreamLayout,
    plain_len: u64,
}

impl StreamOpener {
    /// Opens the header of the stream stored at `address` in `stored_len` bytes in all. The
    /// length tells which chunk is the last; if it is a lie, that chunk does not open.
    ///
    /// # Errors
    /// [`OpenError::Malformed`] if header or length are of no stream, and as [`OpenError`] says.
    pub fn new(
        data_key: &DataKey,
        address: StreamAddress,
        header: &[u8],
        stored_len: u64,
    ) -> Result<Self, OpenError> {
        let (keys, layout) = open_header(data_key, address, header)?;
        Ok(Self { keys, layout, plain_len: layout.plain_len(stored_len)? })
    }

    /// The layout that the stream was written with.
    pub fn layout(&self) -> StreamLayout {
        self.layout
    }

    /// Length of the plaintext. Computed from the stored length; certain once the last chunk
    /// has opened.
    pub fn plain_len(&self) -> u64 {
        self.plain_len
    }

    /// How many chunks there are.
    pub fn chunk_count(&self) -> u64 {
        self.layout.chunk_count(self.plain_len)
    }

    /// Opens stored chunk `number` (ciphertext and tag) where it stands. The plaintext is then in
    /// the first bytes of `chunk`, as many as returned. On an error nothing was decrypted.
    pub fn open_chunk(&self, number: u32, chunk: &mut [u8]) -> Result<usize, OpenError> {
        let stored = self.layout.stored_range(&next(number), self.plain_len);
        if chunk.len() as u64 != stored.end - stored.start || chunk.len() < TAG_LEN {
            return Err(OpenError::Refused);
        }
        let last = u64::from(number) + 1 == self.chunk_count();
        let len = chunk.len();
        let mut chunk = Slice { bytes: chunk, len };
        self.keys
            .chunks
            .decrypt_in_place(number, last, &self.keys.bound, &mut chunk)
            .map_err(|aead::Error| OpenError::Refused)?;
        Ok(chunk.len)
    }

    /// The stored bytes of `chunks`.
    pub fn stored_range(&self, chunks: &Range<u32>) -> Range<u64> {
        self.layout.stored_range(chunks, self.plain_len)
    }
}

impl fmt::Debug for StreamOpener {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("StreamOpener").field("plain_len", &self.plain_len).finish_non_exhaustive()
    }
}

/// The one-chunk range that starts at `number`. The very last number has no successor, and no
/// stream that long can be stored.
fn next(number: u32) -> Range<u32> {
    number..number.saturating_add(1)
}

/// A fixed slice as an AEAD buffer that can only become shorter.
struct Slice<'a> {
    bytes: &'a mut [u8],
    len: usize,
}

impl AsRef<[u8]> for Slice<'_> {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl AsMut<[u8]> for Slice<'_> {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[..self.len]
    }
}

impl Buffer for Slice<'_> {
    fn extend_from_slice(&mut self, _: &[u8]) -> aead::Result<()> {
        Err(aead::Error)
    }

    fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }
}
