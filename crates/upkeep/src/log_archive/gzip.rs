//! Bytes into a blob and out of it, compressed (RFC 1952), in constant memory.

use std::{
    io::{self, Write as _},
    mem,
    pin::pin,
};

use blobs::{Blob, BlobError, BlobWriter};
use flate2::{
    Compression,
    write::{GzDecoder, GzEncoder},
};
use futures_util::TryStreamExt as _;
use tokio::io::{AsyncRead, AsyncReadExt as _};

const PIECE: usize = 128 * 1024;
/// Of what is compressed, so much at a time: it becomes at most a thousand times as long.
const COMPRESSED: usize = 1024;

/// Writes what comes in to a blob, to its end; how many bytes came.
pub(super) async fn pour(
    from: &mut (impl AsyncRead + Unpin),
    into: &mut BlobWriter,
) -> Result<u64, BlobError> {
    let mut gzip = GzEncoder::new(Vec::with_capacity(PIECE), Compression::fast());
    let mut piece = vec![0; PIECE];
    let mut length = 0;
    loop {
        let read = from.read(&mut piece).await?;
        if read == 0 {
            into.write(gzip.finish()?.into()).await?;
            return Ok(length);
        }
        length += read as u64;
        gzip.write_all(&piece[..read])?;
        if gzip.get_ref().len() >= PIECE {
            into.write(mem::take(gzip.get_mut()).into()).await?;
        }
    }
}

/// Hands over what a blob holds, from its beginning to its end, and says that it was whole. An error of `take`, which
/// carries no [`BlobError`], is one of this machine.
pub(super) async fn read_out(
    blob: Blob,
    mut take: impl AsyncFnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let mut gunzip = GzDecoder::new(Vec::with_capacity(PIECE));
    let mut chunks = pin!(blob.read(0..u64::MAX));
    while let Some(chunk) = chunks.try_next().await? {
        for piece in chunk.chunks(COMPRESSED) {
            gunzip.write_all(piece)?;
            take(gunzip.get_ref()).await?;
            gunzip.get_mut().clear();
        }
    }
    take(&gunzip.finish()?).await
}
