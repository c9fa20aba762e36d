//! The sound of a recording: a sequence of sealed parts, read as one.

use std::ops::Range;

use blobs::{BlobAddress, BlobError, BlobStore, BlockingReader};
use bytes::Bytes;
use crypto::DataKey;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use tokio::runtime::Handle;

/// The part number of the plain sound (16 kHz, one channel, 16 bit) that the decoder leaves for the
/// later stages. Parts of a file are numbered below.
pub(crate) const PLAIN_SOUND: u32 = u32::MAX;

/// The sound of a recording as it was uploaded.
#[derive(Debug, Clone)]
pub struct Sound {
    /// The kind of file.
    pub media_type: String,
    /// The parts with their lengths, in order.
    pub(crate) parts: Vec<(BlobAddress, u64)>,
    pub(crate) key: DataKey,
    pub(crate) blobs: BlobStore,
}

impl Sound {
    /// Bytes in all.
    pub fn size(&self) -> u64 {
        self.parts.iter().map(|(_, length)| length).sum()
    }

    /// Some of the bytes. Only what is asked for is fetched and opened; memory is bounded.
    pub fn read(self, range: Range<u64>) -> impl Stream<Item = Result<Bytes, BlobError>> + Send {
        let mut start = 0;
        let wanted: Vec<_> = self
            .parts
            .iter()
            .filter_map(|(address, length)| {
                let (from, to) = (start, start + length);
                start = to;
                let part = range.start.max(from)..range.end.min(to);
                (part.start < part.end).then(|| (*address, *length, part.start - from..part.end - from))
            })
            .collect();
        let (blobs, key) = (self.blobs, self.key);
        stream::iter(wanted)
            .then(move |(address, length, range)| {
                let (blobs, key) = (blobs.clone(), key.clone());
                async move {
                    let blob = blobs.open(&key, address).await?;
                    // What was cut off at the end would not be missed by who reads only the beginning.
                    if blob.plain_len() != length {
                        return Err(BlobError::Tampered);
                    }
                    Ok(blob.read(range))
                }
            })
            .try_flatten()
    }

    /// The bytes for a decoder, which runs on a thread of its own.
    pub(crate) fn blocking(self) -> BlockingReader {
        BlockingReader::new(self.blobs, self.key, self.parts, Handle::current())
    }
}

#[cfg(test)]
mod tests {
    use crypto::KeyRing;
    use uuid::Uuid;

    use super::*;

    async fn beginning_of(length: u64) -> Result<Vec<Bytes>, BlobError> {
        let owner = Uuid::from_u128(1);
        let (key, _) = KeyRing::for_testing().new_data_key(owner, 1);
        let blobs = BlobStore::in_memory();
        let address = BlobAddress { owner, object: Uuid::from_u128(2), part: 0 };
        let mut writer = blobs.create(&key, address)?;
        writer.write(Bytes::from(vec![7; 300_000])).await?;
        writer.finish().await?;
        let sound = Sound { media_type: "audio/wav".to_owned(), parts: vec![(address, length)], key, blobs };
        sound.read(0..10).try_collect().await
    }

    #[tokio::test]
    async fn whoever_reads_only_the_beginning_is_told_that_the_end_was_cut_off() {
        assert_eq!(beginning_of(300_000).await.unwrap(), [Bytes::from(vec![7; 10])]);
        assert!(matches!(beginning_of(900_000).await, Err(BlobError::Tampered)));
    }
}
