//! Recordings for the tests, and where the models are.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder of the local models: `MINDSCRIBE_MODELS`, or the checkout's own.
pub(crate) fn models_folder() -> PathBuf {
    std::env::var_os("MINDSCRIBE_MODELS").map_or_else(|| root().join(".tools/models"), PathBuf::from)
}

/// The folder of the models; says so and returns nothing where the small speech model is missing.
pub fn models() -> Option<PathBuf> {
    let folder = models_folder();
    if folder.join("whisper-tiny.en-q8_0.bin").is_file() {
        return Some(folder);
    }
    println!("skipped: the speech models are not installed (cargo xtask demo installs them)");
    None
}

/// 35 seconds of the bundled role-play: two voices, medication, the safety question.
pub fn excerpt() -> Vec<u8> {
    std::fs::read(root().join("assets/role-play/excerpt.ogg")).expect("the role-play")
}

/// A recording that `crates/audio` is tested with.
pub fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(root().join("crates/audio/tests/fixtures").join(name)).expect("a fixture")
}

/// A WAV file of 16-bit samples at 16 kHz, mono.
pub fn wav(samples: &[i16]) -> Vec<u8> {
    let bytes = u32::try_from(samples.len() * 2).expect("a short recording");
    let mut file = Vec::with_capacity(44 + samples.len() * 2);
    file.extend(b"RIFF");
    file.extend((36 + bytes).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    file.extend([1, 0, 1, 0]);
    file.extend(16_000_u32.to_le_bytes());
    file.extend(32_000_u32.to_le_bytes());
    file.extend([2, 0, 16, 0]);
    file.extend(b"data");
    file.extend(bytes.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}

/// Digital silence.
pub fn silence(seconds: usize) -> Vec<u8> {
    wav(&vec![0; seconds * 16_000])
}

/// The quiet noise of a room in which nobody speaks (a fixed sequence, about -50 dB).
pub fn noise(seconds: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let samples: Vec<i16> = (0..seconds * 16_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            i16::try_from(state >> 25).unwrap_or(0) - 64
        })
        .collect();
    wav(&samples)
}
