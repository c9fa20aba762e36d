//! Any text as a header of an upload, or as a `Range`: an answer within its bounds, or none.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../api/src/uploads/header_values.rs"]
mod header_values;
#[path = "../../api/src/recordings/range.rs"]
mod range;

fuzz_target!(|input: (u64, &str)| {
    let (size, header) = input;
    for wanted in ["encounter_id", "filename"] {
        if let Some(value) = header_values::find_metadata(header, wanted) {
            assert!(header.contains(wanted) && value.len() <= header.len());
        }
    }
    if let Some((algorithm, sum)) = header_values::checksum(header) {
        assert!(algorithm.len() + sum.len() <= header.len());
    }
    if let range::Wanted::Part(part) = range::parse(header, size) {
        assert!(part.start < part.end && part.end <= size);
    }
});
