//! Speed of one core: streams at several chunk lengths, and fields. Prints CPU time, not wall.

use std::{fs, hint::black_box};

use crypto::{KeyRing, StreamAddress, StreamLayout, StreamOpener, StreamSealer};
use uuid::Uuid;

/// User and system time of this thread so far, in nanoseconds (Linux).
fn cpu_nanos() -> u64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0)
}

fn timed(work: impl FnOnce()) -> f64 {
    let start = cpu_nanos();
    work();
    (cpu_nanos() - start) as f64
}

fn main() {
    let key = KeyRing::for_testing().new_data_key(Uuid::nil(), 1).0;
    let address = StreamAddress { object: Uuid::nil(), part: 0 };
    let total = 500 << 20;
    for log2 in 16..=20 {
        let Some(layout) = StreamLayout::new(log2) else { continue };
        let rounds = (total / layout.chunk_len()) as u32;
        let mut chunk = vec![7; layout.chunk_len()];
        chunk.reserve(16);
        let (mut sealer, _) = StreamSealer::new(&key, address, layout);
        let seal = timed(|| {
            for _ in 0..rounds {
                assert!(sealer.seal_chunk(&mut chunk, 0).is_ok());
                chunk.truncate(layout.chunk_len());
            }
        });
        // The same first chunk again and again, as only a chunk that authenticates is decrypted.
        let (mut sealer, header) = StreamSealer::new(&key, address, layout);
        assert!(sealer.seal_chunk(&mut chunk, 0).is_ok());
        let stored_len = layout.stored_len(u64::from(rounds) * layout.chunk_len() as u64);
        let Ok(opener) = StreamOpener::new(&key, address, &header, stored_len) else { continue };
        let mut copy = chunk.clone();
        let copying = timed(|| (0..rounds).for_each(|_| copy.copy_from_slice(black_box(&chunk))));
        let open = timed(|| {
            for _ in 0..rounds {
                copy.copy_from_slice(&chunk);
                assert!(opener.open_chunk(0, black_box(&mut copy)).is_ok());
            }
        }) - copying;
        println!(
            "chunks of {:4} KiB: seal {:.2} GB/s, open {:.2} GB/s",
            layout.chunk_len() >> 10,
            total as f64 / seal,
            total as f64 / open
        );
    }
    let rounds = 200_000_u32;
    let text = [b'x'; 30];
    let row = key.row("clients", Uuid::nil());
    let sealed = row.seal("name", &text);
    let per_field = |work: &dyn Fn()| timed(|| (0..rounds).for_each(|_| work())) / f64::from(rounds);
    println!("row key: {:.0} ns", per_field(&|| drop(black_box(key.row("clients", Uuid::nil())))));
    println!("seal 30 bytes: {:.0} ns", per_field(&|| drop(black_box(row.seal("name", &text)))));
    println!("open 30 bytes: {:.0} ns", per_field(&|| drop(black_box(row.open("name", &sealed)))));
}
