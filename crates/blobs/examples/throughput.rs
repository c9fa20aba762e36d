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

/// User and system time of this process so far, in seconds (Linux, in ticks of 10 ms).
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = |field: usize| stat.split(' ').nth(field).and_then(|word| word.parse::<f64>().ok());
    (ticks(13).unwrap_or(0.0) + ticks(14).unwrap_or(0.0)) / 100.0
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
        let (start, cpu_start) = (Instant::now(), cpu());
        let mut writer = store.create(&key, address)?;
        if hashing {
            writer = writer.with_sha256();
        }
        for _ in 0..total / piece.len() {
            writer.write(piece.clone()).await?;
        }
        let sent = seconds(start);
        let written = writer.finish().await?;
        println!(
            "hashing {hashing}: written in {sent:.2} s, durable after {:.2} s, CPU {:.2} s",
            seconds(start),
            cpu() - cpu_start
        );
        let (start, cpu_start) = (Instant::now(), cpu());
        let stream = store.read(&key, address, 0..written.plain_len).await?;
        let read = stream.try_fold(0, |sum, bytes| async move { Ok(sum + bytes.len()) }).await?;
        println!("read {read} bytes in {:.2} s, CPU {:.2} s", seconds(start), cpu() - cpu_start);
    }
    store.delete(address).await?;
    Ok(())
}
