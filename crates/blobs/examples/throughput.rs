//! Writes 500 MB to a folder and reads it back: `cargo run --release -p blobs --example throughput FOLDER`.

use std::time::Instant;

use blobs::{BlobAddress, BlobStore};
use bytes::Bytes;
use crypto::KeyRing;
use futures_util::TryStreamExt;
use uuid::Uuid;

fn seconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder")?;
    let store = BlobStore::local(folder.as_ref())?;
    let key = KeyRing::for_testing().new_data_key(Uuid::nil(), 1).0;
    let address = BlobAddress { owner: Uuid::nil(), object: Uuid::nil(), part: 0 };
    let piece = Bytes::from(vec![7; 65536]);
    let total = 500_000_000;
    for hashing in [false, true, false] {
        let start = Instant::now();
        let mut writer = store.create(&key, address)?;
        if hashing {
            writer = writer.with_sha256();
        }
        for _ in 0..total / piece.len() {
            writer.write(piece.clone()).await?;
        }
        let sent = seconds(start);
        let written = writer.finish().await?;
        println!("hashing {hashing}: written in {sent:.2} s, durable after {:.2} s", seconds(start));
        let start = Instant::now();
        let stream = store.read(&key, address, 0..written.plain_len).await?;
        let read = stream.try_fold(0, |sum, bytes| async move { Ok(sum + bytes.len()) }).await?;
        println!("read {read} bytes in {:.2} s", seconds(start));
    }
    store.delete(address).await?;
    Ok(())
}
