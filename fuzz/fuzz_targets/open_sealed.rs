//! Arbitrary bytes as a sealed field, as a wrapped data key and as the text of a key ring: never a panic, and nothing
//! opens that was not sealed.
#![no_main]

use std::sync::LazyLock;

use crypto::{DataKey, KeyRing, SealedColumn, sealed_key_version};
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

const NAME: SealedColumn = SealedColumn::new("clients", "name");
static RING: LazyLock<KeyRing> = LazyLock::new(KeyRing::for_testing);
static KEY: LazyLock<DataKey> = LazyLock::new(|| RING.new_data_key(Uuid::nil(), 1).0);

fuzz_target!(|stored: &[u8]| {
    let version = sealed_key_version(stored);
    assert!(version.is_err() || stored.len() >= 34);
    // The key is another in every run, so no input can have been sealed with it.
    assert!(KEY.open(NAME, Uuid::nil(), stored).is_err());
    assert!(RING.joined_by(&KEY, stored).is_err());
    let named = KeyRing::wrapping_id(stored).is_ok_and(|id| RING.ids().any(|known| known == id));
    assert!(RING.open_data_key(Uuid::nil(), stored).is_err() || named);
    if let Some(ring) = std::str::from_utf8(stored).ok().and_then(|text| KeyRing::parse(text).ok()) {
        let (_, wrapped) = ring.new_data_key(Uuid::nil(), 1);
        assert!(ring.open_data_key(Uuid::nil(), &wrapped).is_ok());
    }
});
