//! Writing and reading 300 MB takes no more memory than a few parts.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use blobs::{BlobAddress, BlobStore};
use bytes::Bytes;
use crypto::KeyRing;
use futures_util::TryStreamExt;
use uuid::Uuid;

fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_stays_constant_however_long_the_blob() {
    let folder = tempfile::tempdir().unwrap();
    let store = BlobStore::local(folder.path()).unwrap();
    let key = KeyRing::for_testing().new_data_key(Uuid::nil(), 1).0;
    let address = BlobAddress { owner: Uuid::nil(), object: Uuid::nil(), part: 0 };
    let total = 300 << 20;
    let piece = Bytes::from(vec![7; 65536]);
    let before = resident();
    let mut peak = before;
    let mut writer = store.create(&key, address).unwrap();
    for _ in 0..total / piece.len() {
        writer.write(piece.clone()).await.unwrap();
        peak = peak.max(resident());
    }
    writer.finish().await.unwrap();
    let stream = store.read(&key, address, 0..u64::MAX).await.unwrap();
    let mut read = 0;
    let counting = stream.try_for_each(|bytes| {
        read += bytes.len();
        peak = peak.max(resident());
        async { Ok(()) }
    });
    counting.await.unwrap();
    assert_eq!(read, total);
    println!("resident memory grew by {} KiB", (peak - before) >> 10);
    assert!(peak - before <= 16 << 20, "{}", peak - before);
}
