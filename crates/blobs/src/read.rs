//! Reading a blob by ranges of its plaintext.

use std::{ops::Range, sync::Arc};

use bytes::{Bytes, BytesMut};
use crypto::{DataKey, StreamAddress, StreamLayout, StreamOpener};
use futures_util::{Stream, TryStreamExt, stream};
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, path::Path};

use crate::{BlobAddress, BlobError, BlobStore};

/// A blob whose header has been opened.
#[derive(Debug)]
pub struct Blob {
    objects: Arc<dyn ObjectStore>,
    location: Path,
    opener: StreamOpener,
    window_len: usize,
}

impl BlobStore {
    /// Streams a range of a blob's plaintext; see [`Blob::read`].
    pub async fn read(
        &self,
        key: &DataKey,
        address: BlobAddress,
        plain: Range<u64>,
    ) -> Result<impl Stream<Item = Result<Bytes, BlobError>> + Send + use<>, BlobError> {
        Ok(self.open(key, address).await?.read(plain))
    }
}

impl Blob {
    pub(crate) async fn open(
        store: &BlobStore,
        key: &DataKey,
        address: StreamAddress,
        location: Path,
    ) -> Result<Self, BlobError> {
        let (header, stored_len) = load_header(&*store.objects, &location).await?;
        let opener = StreamOpener::new(key, address, &header, stored_len)?;
        let objects = Arc::clone(&store.objects);
        Ok(Self { objects, location, opener, window_len: store.window_len })
    }

    /// Bytes of plaintext, computed from the stored length: certain once the end has been read.
    pub fn plain_len(&self) -> u64 {
        self.opener.plain_len()
    }

    /// Streams a range of the plaintext, cut off at the end of the blob. Fetches and opens only
    /// the chunks that hold it, 1 MiB at a time (S3: 4 MiB). After a chunk that does not
    /// authenticate the stream yields [`BlobError::Tampered`] and ends.
    pub fn read(self, plain: Range<u64>) -> impl Stream<Item = Result<Bytes, BlobError>> + Send {
        let plain = self.clamp(plain);
        stream::try_unfold((self, plain), |(blob, plain)| async move {
            if plain.is_empty() {
                return Ok(None);
            }
            let (window, rest) = blob.split_window(plain);
            let chunks = blob.read_window(window).await?;
            Ok::<_, BlobError>(Some((stream::iter(chunks.into_iter().map(Ok)), (blob, rest))))
        })
        .try_flatten()
    }

    /// Cuts a range off at the end of the blob.
    pub(crate) fn clamp(&self, plain: Range<u64>) -> Range<u64> {
        let end = plain.end.min(self.plain_len());
        plain.start.min(end)..end
    }

    /// Where the chunk that holds this place starts.
    pub(crate) fn chunk_start(&self, position: u64) -> u64 {
        position - position % self.opener.layout().chunk_len() as u64
    }

    /// The first window of a range, which ends with a chunk or with the range, and what follows.
    pub(crate) fn split_window(&self, plain: Range<u64>) -> (Range<u64>, Range<u64>) {
        let chunk_len = self.opener.layout().chunk_len() as u64;
        let chunks = (self.window_len as u64 / chunk_len).max(1);
        let end = ((plain.start / chunk_len + chunks) * chunk_len).min(plain.end);
        (plain.start..end, end..plain.end)
    }

    /// Fetches and opens the chunks that hold `plain`, which lies within the blob, and cuts the
    /// plaintext to it.
    pub(crate) async fn read_window(&self, plain: Range<u64>) -> Result<Vec<Bytes>, BlobError> {
        let layout = self.opener.layout();
        let numbers = layout.chunks_of(&plain);
        let stored = self.opener.stored_range(&numbers);
        let sealed = self.objects.get_range(&self.location, stored.clone()).await?;
        if sealed.len() as u64 != stored.end - stored.start {
            return Err(BlobError::Tampered);
        }
        let mut sealed = sealed.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&shared[..]));
        let mut chunks = Vec::with_capacity(numbers.len());
        for number in numbers {
            let mut chunk = sealed.split_to(layout.sealed_chunk_len().min(sealed.len()));
            let len = self.opener.open_chunk(number, &mut chunk)?;
            let start = u64::from(number) * layout.chunk_len() as u64;
            let from = plain.start.saturating_sub(start) as usize;
            let to = ((plain.end - start) as usize).min(len);
            chunks.push(chunk.freeze().slice(from..to));
        }
        Ok(chunks)
    }
}

/// The header, and how long the whole object is.
async fn load_header(objects: &dyn ObjectStore, location: &Path) -> Result<(Bytes, u64), BlobError> {
    let range = GetRange::Bounded(0..StreamLayout::HEADER_LEN as u64);
    let options = GetOptions { range: Some(range), ..GetOptions::default() };
    let result = match objects.get_opts(location, options).await {
        Ok(result) => result,
        Err(error) => {
            // Stores refuse a range of an empty object. Someone emptied it: that is tampering.
            let emptied = matches!(objects.head(location).await, Ok(meta) if meta.size == 0);
            return Err(if emptied { BlobError::Tampered } else { error.into() });
        }
    };
    let stored_len = result.meta.size;
    Ok((result.bytes().await?, stored_len))
}
