//! The head of a stored stream: format, algorithm, chunk length, and the wrapped file key.

use aead_stream::NewStream;
use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit, aead::inout::InOutBuf};
use zeroize::Zeroizing;

use super::{Chunks, StreamAddress, StreamLayout};
use crate::{AES_256_GCM, DataKey, NONCE_LEN, OpenError, TAG_LEN, derive::derive, random::random};

/// Format (1), algorithm (1), log₂ of the chunk length (1), data key version (4).
const HEAD_LEN: usize = 7;
const KEY_LEN: usize = 32;
const NONCE_PREFIX_LEN: usize = 7;
/// Head, wrapping nonce, file key, tag, nonce prefix of the chunks.
pub(super) const HEADER_LEN: usize = HEAD_LEN + NONCE_LEN + KEY_LEN + TAG_LEN + NONCE_PREFIX_LEN;

/// What a header opens to: the cipher for the chunks and what is bound to each of them.
pub(super) struct StreamKeys {
    pub(super) chunks: Chunks,
    pub(super) bound: Vec<u8>,
}

/// A header with a new random file key.
pub(super) fn new_header(
    data_key: &DataKey,
    address: StreamAddress,
    layout: StreamLayout,
) -> (StreamKeys, [u8; HEADER_LEN]) {
    let mut head = [data_key.format(), AES_256_GCM, layout.chunk_log2(), 0, 0, 0, 0];
    head[3..].copy_from_slice(&data_key.version().to_be_bytes());
    let file_key = Zeroizing::new(random::<KEY_LEN>());
    let nonce = random::<NONCE_LEN>();
    let nonce_prefix = random::<NONCE_PREFIX_LEN>();

    let mut wrapped = *file_key;
    let bound = bound(data_key, address, &head);
    let text = InOutBuf::from(wrapped.as_mut_slice());
    let tag = match wrapping(data_key, address).encrypt_inout_detached(&nonce.into(), &bound, text) {
        Ok(tag) => tag,
        Err(aes_gcm::Error) => unreachable!("32 bytes are within the limit of AES-GCM"),
    };
    let mut header = [0; HEADER_LEN];
    let pieces: [&[u8]; 5] = [&head, &nonce, &wrapped, &tag, &nonce_prefix];
    let mut at = 0;
    for piece in pieces {
        header[at..at + piece.len()].copy_from_slice(piece);
        at += piece.len();
    }
    (stream_keys(data_key, address, &header, &file_key, nonce_prefix), header)
}

/// Unwraps the file key of a stored stream.
pub(super) fn open_header(
    data_key: &DataKey,
    address: StreamAddress,
    header: &[u8],
) -> Result<(StreamKeys, StreamLayout), OpenError> {
    let header: &[u8; HEADER_LEN] = header.try_into().map_err(|_length| OpenError::Malformed)?;
    let (head, rest) = split::<HEAD_LEN>(header)?;
    let [format, AES_256_GCM, chunk_log2, version @ ..] = *head else { return Err(OpenError::Malformed) };
    let layout = StreamLayout::new(chunk_log2).ok_or(OpenError::Malformed)?;
    let data_key = &data_key.that_sealed(format, u32::from_be_bytes(version))?;
    let (nonce, rest) = split::<NONCE_LEN>(rest)?;
    let (wrapped, rest) = split::<KEY_LEN>(rest)?;
    let (tag, nonce_prefix) = split::<TAG_LEN>(rest)?;
    let (nonce_prefix, _) = split::<NONCE_PREFIX_LEN>(nonce_prefix)?;
    let mut file_key = Zeroizing::new(*wrapped);
    wrapping(data_key, address)
        .decrypt_inout_detached(
            nonce.into(),
            &bound(data_key, address, head),
            InOutBuf::from(file_key.as_mut_slice()),
            tag.into(),
        )
        .map_err(|aes_gcm::Error| OpenError::Refused)?;
    Ok((stream_keys(data_key, address, header, &file_key, *nonce_prefix), layout))
}

fn stream_keys(
    data_key: &DataKey,
    address: StreamAddress,
    header: &[u8; HEADER_LEN],
    file_key: &[u8; KEY_LEN],
    nonce_prefix: [u8; NONCE_PREFIX_LEN],
) -> StreamKeys {
    let chunks = Chunks::from_aead(Aes256Gcm::new(file_key.into()), &nonce_prefix.into());
    StreamKeys { chunks, bound: bound(data_key, address, header) }
}

/// A wrapping key for each object, so that the number of random nonces under it stays small.
fn wrapping(data_key: &DataKey, address: StreamAddress) -> Aes256Gcm {
    let object = address.object.as_bytes();
    let key = match data_key.chart() {
        Some(secret) => derive(data_key.key(), "stream", &[object, secret]),
        None => derive(data_key.key(), "stream", &[object]),
    };
    Aes256Gcm::new((&*key).into())
}

fn bound(data_key: &DataKey, address: StreamAddress, header: &[u8]) -> Vec<u8> {
    let mut bound = Vec::with_capacity(36 + header.len());
    bound.extend_from_slice(data_key.owner().as_bytes());
    bound.extend_from_slice(address.object.as_bytes());
    bound.extend_from_slice(&address.part.to_be_bytes());
    bound.extend_from_slice(header);
    bound
}

fn split<const N: usize>(bytes: &[u8]) -> Result<(&[u8; N], &[u8]), OpenError> {
    bytes.split_first_chunk::<N>().ok_or(OpenError::Malformed)
}
