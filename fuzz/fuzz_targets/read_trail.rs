//! Arbitrary bytes as the rows of a link and as an anchor: never a panic, and nothing is read that was not written.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use shared::PracticeId;
use trail::{Anchor, Entries, TrailKey};
use uuid::Uuid;

static KEY: LazyLock<TrailKey> = LazyLock::new(|| TrailKey::of(PracticeId(Uuid::nil()), &[7; 32]));

fuzz_target!(|stored: &[u8]| {
    if let Ok(entries) = Entries::read(stored) {
        let ids: Vec<Uuid> = entries.iter().map(|(id, _)| id).collect();
        assert!(ids.is_sorted() && ids.len() * 32 + 1 == stored.len());
    }
    // Nobody who lacks the key makes an anchor; one in the corpus was made with this one.
    if let Ok(anchor) = Anchor::read(stored, &KEY) {
        assert_eq!(Anchor::read(anchor.to_text().as_bytes(), &KEY), Ok(anchor));
    }
});
