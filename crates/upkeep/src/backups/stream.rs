//! Between what is written and read as bytes, and blobs.

use std::io;

use blobs::{Blob, BlobError, BlobWriter};
use bytes::BytesMut;
use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::io::{AsyncRead, AsyncReadExt as _, DuplexStream};
use tokio_util::io::StreamReader;

/// What is under way between the two sides.
const BETWEEN: usize = 512 * 1024;
const PIECE: usize = 128 * 1024;

/// A place to write to, and its other end.
pub(super) fn pipe() -> (DuplexStream, DuplexStream) {
    tokio::io::duplex(BETWEEN)
}

/// Writes what comes in to a blob, to its end; its length.
pub(super) async fn pour(mut from: DuplexStream, mut into: BlobWriter) -> Result<BlobWriter, BlobError> {
    loop {
        let mut piece = BytesMut::with_capacity(PIECE);
        if from.read_buf(&mut piece).await? == 0 {
            return Ok(into);
        }
        into.write(piece.freeze()).await?;
    }
}

/// A blob, from its beginning to its end.
pub(super) fn reader(blob: Blob) -> impl AsyncRead + Unpin + Send {
    let length = blob.plain_len();
    StreamReader::new(blob.read(0..length).map_err(io::Error::from).boxed())
}
