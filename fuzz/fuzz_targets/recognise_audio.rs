//! Any bytes: their format is told or they are refused.
#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(format) = audio::recognise(bytes) {
        assert!(format.matches_media_type(format.media_type()));
    }
});
