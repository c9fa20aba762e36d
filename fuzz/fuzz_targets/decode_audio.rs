//! Any bytes: sound comes out, no more than allowed, or a refusal.
#![no_main]
use std::io::Cursor;
use std::ops::ControlFlow;
use std::sync::Once;

use libfuzzer_sys::fuzz_target;

static QUIET: Once = Once::new();

fuzz_target!(|bytes: &[u8]| {
    // A panic inside a decoder is contained by `decode` on purpose; the fuzzer's hook would end the run
    // before that. One that gets out still does.
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let limits = audio::Limits { max_duration_ms: 20_000 };
    let mut heard = 0;
    let result = audio::decode(Cursor::new(bytes.to_vec()), &limits, &mut |chunk| {
        heard += chunk.samples.len() as u64;
        ControlFlow::Continue(())
    });
    assert!(heard <= 20_000 * 16);
    if let Ok(decoded) = result {
        assert_eq!(decoded.duration_ms, heard / 16);
    }
});
