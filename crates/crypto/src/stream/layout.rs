//! Lengths and places: plaintext to stored bytes and back.

use std::ops::Range;

use super::header::HEADER_LEN;
use crate::{OpenError, TAG_LEN};

/// How long the chunks of a stream are: a power of two from 64 KiB to 1 MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamLayout {
    chunk_log2: u8,
}

impl StreamLayout {
    /// 64 KiB. Measured: as fast as any larger chunk, and a short `Range` read costs the least.
    pub const DEFAULT: Self = Self { chunk_log2: 16 };
    /// Bytes before the first chunk.
    pub const HEADER_LEN: usize = HEADER_LEN;

    /// Chunks of `2^chunk_log2` bytes of plaintext. `None` outside 16 to 20.
    pub const fn new(chunk_log2: u8) -> Option<Self> {
        if chunk_log2 >= 16 && chunk_log2 <= 20 { Some(Self { chunk_log2 }) } else { None }
    }

    pub(super) const fn chunk_log2(self) -> u8 {
        self.chunk_log2
    }

    /// Bytes of plaintext in every chunk but the last.
    pub const fn chunk_len(self) -> usize {
        1 << self.chunk_log2
    }

    /// Bytes of a stored chunk, tag included.
    pub const fn sealed_chunk_len(self) -> usize {
        self.chunk_len() + TAG_LEN
    }

    /// The length of the longest stream: 2³² chunks.
    pub const fn plain_len_max(self) -> u64 {
        1 << (32 + self.chunk_log2)
    }

    /// How many chunks hold `plain_len` bytes; at least one.
    pub const fn chunk_count(self, plain_len: u64) -> u64 {
        let count = plain_len.div_ceil(self.chunk_len() as u64);
        if count == 0 { 1 } else { count }
    }

    /// Stored bytes of a stream of `plain_len` bytes, header and tags included.
    pub const fn stored_len(self, plain_len: u64) -> u64 {
        HEADER_LEN as u64 + plain_len + self.chunk_count(plain_len) * TAG_LEN as u64
    }

    /// Plaintext bytes of a stream of `stored_len` bytes.
    ///
    /// # Errors
    /// [`OpenError::Malformed`] if no stream has that length.
    pub fn plain_len(self, stored_len: u64) -> Result<u64, OpenError> {
        let body = stored_len.checked_sub(HEADER_LEN as u64).ok_or(OpenError::Malformed)?;
        let count = body.div_ceil(self.sealed_chunk_len() as u64);
        let plain_len = body.checked_sub(count * TAG_LEN as u64).ok_or(OpenError::Malformed)?;
        // Lengths with room for a tag but for no byte of a further chunk belong to no stream.
        if plain_len > self.plain_len_max() || self.stored_len(plain_len) != stored_len {
            return Err(OpenError::Malformed);
        }
        Ok(plain_len)
    }

    /// The chunks that hold `plain` bytes of the stream. Empty for an empty range.
    pub fn chunks_of(self, plain: &Range<u64>) -> Range<u32> {
        let chunk_len = self.chunk_len() as u64;
        let first = plain.start / chunk_len;
        let end = if plain.is_empty() { first } else { plain.end.div_ceil(chunk_len) };
        first as u32..end as u32
    }

    /// The plaintext bytes that `chunks` hold in a stream of `plain_len` bytes.
    pub fn plain_range(self, chunks: &Range<u32>, plain_len: u64) -> Range<u64> {
        let chunk_len = self.chunk_len() as u64;
        let bound = |chunk: u32| (u64::from(chunk) * chunk_len).min(plain_len);
        bound(chunks.start)..bound(chunks.end)
    }

    /// The stored bytes of `chunks`, tags included, in a stream of `plain_len` bytes.
    pub fn stored_range(self, chunks: &Range<u32>, plain_len: u64) -> Range<u64> {
        let sealed = self.sealed_chunk_len() as u64;
        let stored_len = self.stored_len(plain_len);
        let bound = |chunk: u32| (HEADER_LEN as u64 + u64::from(chunk) * sealed).min(stored_len);
        bound(chunks.start)..bound(chunks.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_map_there_and_back() {
        let layout = StreamLayout::DEFAULT;
        for plain in [0, 1, 65535, 65536, 65537, 131071, 131072, 131073, 500_000_000] {
            assert_eq!(layout.plain_len(layout.stored_len(plain)), Ok(plain));
        }
    }

    #[test]
    fn lengths_that_no_stream_has_are_refused() {
        let layout = StreamLayout::DEFAULT;
        let one_chunk = layout.stored_len(65536);
        let header = HEADER_LEN as u64;
        for stored in [0, header - 1, header, header + 15, one_chunk + 1, one_chunk + 15, one_chunk + 16] {
            assert_eq!(layout.plain_len(stored), Err(OpenError::Malformed), "{stored}");
        }
        assert_eq!(layout.plain_len(header + 16), Ok(0));
        assert_eq!(layout.plain_len(one_chunk + 17), Ok(65537));
        assert_eq!(layout.plain_len(u64::MAX), Err(OpenError::Malformed));
    }

    #[test]
    fn ranges_name_only_the_chunks_they_need() {
        let layout = StreamLayout::DEFAULT;
        assert_eq!(layout.chunks_of(&(0..0)), 0..0);
        assert_eq!(layout.chunks_of(&(0..1)), 0..1);
        assert_eq!(layout.chunks_of(&(65535..65537)), 0..2);
        assert_eq!(layout.chunks_of(&(65536..131072)), 1..2);
        assert_eq!(layout.stored_range(&(1..2), 65537), 74 + 65552..74 + 65552 + 17);
        assert_eq!(layout.plain_range(&(1..2), 65537), 65536..65537);
    }
}
