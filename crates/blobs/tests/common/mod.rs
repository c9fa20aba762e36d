//! Writing blobs and reading them back, in any store.

use std::ops::Range;

use blobs::{BlobAddress, BlobError, BlobStore};
use bytes::Bytes;
use crypto::{DataKey, KeyRing};
use futures_util::TryStreamExt;
use uuid::Uuid;

pub const OWNER: Uuid = Uuid::from_u128(1);
pub const CHUNK: u64 = 65536;

pub fn key() -> DataKey {
    KeyRing::for_testing().new_data_key(OWNER, 1).0
}

pub fn address(part: u32) -> BlobAddress {
    BlobAddress { owner: OWNER, object: Uuid::from_u128(9), part }
}

pub fn pattern(len: u64) -> Vec<u8> {
    (0..len).map(|index| (index % 251 + index / 65536) as u8).collect()
}

pub async fn write(store: &BlobStore, key: &DataKey, part: u32, plain: &[u8], step: usize) {
    let mut writer = store.create(key, address(part)).unwrap();
    for piece in plain.chunks(step) {
        writer.write(Bytes::copy_from_slice(piece)).await.unwrap();
    }
    assert_eq!(writer.finish().await.unwrap().plain_len, plain.len() as u64);
}

pub async fn read(
    store: &BlobStore,
    key: &DataKey,
    part: u32,
    plain: Range<u64>,
) -> Result<Vec<u8>, BlobError> {
    let stream = store.read(key, address(part), plain).await?;
    stream.try_fold(Vec::new(), |all, bytes| async move { Ok([all, bytes.to_vec()].concat()) }).await
}

pub async fn round_trips(store: BlobStore) {
    let key = key();
    let lengths = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 16 * CHUNK - 330, 16 * CHUNK, 50 * CHUNK + 7];
    for (part, len) in lengths.into_iter().enumerate() {
        let (part, plain) = (part as u32, pattern(len));
        for step in [100_000, 4 << 20] {
            write(&store, &key, part, &plain, step).await;
            assert!(read(&store, &key, part, 0..u64::MAX).await.unwrap() == plain, "{len} by {step}");
        }
        assert_eq!(store.open(&key, address(part)).await.unwrap().plain_len(), len);
    }
    assert_eq!(store.delete_all(OWNER, address(0).object).await.unwrap(), 8);
    assert!(matches!(read(&store, &key, 3, 0..1).await, Err(BlobError::NotFound)));
    store.delete(address(3)).await.unwrap();
}
