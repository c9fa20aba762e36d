//! Arbitrary bytes as a stored stream: never a panic, never a byte of plaintext.
#![no_main]

use std::sync::LazyLock;

use crypto::{DataKey, KeyRing, StreamAddress, StreamLayout, StreamOpener};
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

static KEY: LazyLock<DataKey> = LazyLock::new(|| KeyRing::for_testing().new_data_key(Uuid::nil(), 1).0);

fuzz_target!(|stored: &[u8]| {
    let address = StreamAddress { object: Uuid::nil(), part: 0 };
    // Lengths and ranges are computed before anything is authenticated.
    for chunk_log2 in 16..=20 {
        let Some(layout) = StreamLayout::new(chunk_log2) else { continue };
        if let Ok(plain_len) = layout.plain_len(stored.len() as u64) {
            assert_eq!(layout.stored_len(plain_len), stored.len() as u64);
            let all = layout.chunks_of(&(0..plain_len));
            assert_eq!(layout.plain_range(&all, plain_len), 0..plain_len);
        }
    }
    let header = &stored[..stored.len().min(StreamLayout::HEADER_LEN)];
    // The key was made just now, so that no input can have been sealed under it.
    assert!(StreamOpener::new(&KEY, address, header, stored.len() as u64).is_err());
    assert!(KeyRing::for_testing().open_data_key(Uuid::nil(), stored).is_err());
    assert!(KEY.row("table", Uuid::nil()).open("column", stored).is_err());

    // A true header before arbitrary chunks.
    let (_, header) = crypto::StreamSealer::new(&KEY, address, StreamLayout::DEFAULT);
    let stored_len = (header.len() + stored.len()) as u64;
    let Ok(opener) = StreamOpener::new(&KEY, address, &header, stored_len) else { return };
    for number in 0..opener.chunk_count() as u32 {
        let range = opener.stored_range(&(number..number + 1));
        let range = range.start as usize - header.len()..range.end as usize - header.len();
        let mut chunk = stored[range].to_vec();
        assert!(opener.open_chunk(number, &mut chunk).is_err());
    }
});
