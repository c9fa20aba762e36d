//! For tests and the example: plain WAV files, and a simple speech detector by loudness.

use std::io;
use std::path::{Path, PathBuf};

use speech::SpokenSpan;

/// Where the models are: `MINDSCRIBE_MODELS`, or the project's cache.
pub fn models() -> PathBuf {
    let cache = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/models");
    std::env::var_os("MINDSCRIBE_MODELS").map_or(cache, PathBuf::from)
}

/// Samples of a mono WAV file at 16 kHz, of 16 bits or of 8 bits in mu-law (ITU-T G.711).
pub fn read_wav(path: &Path) -> io::Result<Vec<i16>> {
    let bytes = std::fs::read(path)?;
    let other = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    if bytes.get(..4) != Some(b"RIFF") || bytes.get(8..12) != Some(b"WAVE") {
        return Err(other("not a WAV file"));
    }
    let mut rest = &bytes[12..];
    let mut coding = 0;
    while let Some((head, body)) = rest.split_first_chunk::<8>() {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let chunk = &body[..length.min(body.len())];
        match &head[..4] {
            b"fmt " if chunk.get(2..8) == Some(&[1, 0, 0x80, 0x3e, 0, 0]) => coding = chunk[0],
            b"data" if coding == 1 => {
                return Ok(chunk.as_chunks().0.iter().map(|sample| i16::from_le_bytes(*sample)).collect());
            }
            b"data" if coding == 7 => return Ok(chunk.iter().map(|byte| expand(*byte)).collect()),
            b"data" => return Err(other("not 16 kHz mono")),
            _ => {}
        }
        rest = &body[length.next_multiple_of(2).min(body.len())..];
    }
    Err(other("no sound in the file"))
}

fn expand(byte: u8) -> i16 {
    let byte = !byte;
    let magnitude = ((i16::from(byte & 0x0f) * 2 + 33) << ((byte >> 4) & 7)) - 33;
    if byte & 0x80 == 0 { magnitude * 4 } else { magnitude * -4 }
}

/// Spans louder than a little above the quiet of the recording, pauses of a fifth of a second bridged.
pub fn spoken(samples: &[i16]) -> Vec<SpokenSpan> {
    const FRAME: usize = 320;
    let levels: Vec<f32> = samples
        .chunks(FRAME)
        .map(|frame| {
            let energy: f32 = frame.iter().map(|sample| (f32::from(*sample)).powi(2)).sum();
            (energy / frame.len() as f32).sqrt()
        })
        .collect();
    let mut sorted = levels.clone();
    sorted.sort_unstable_by(f32::total_cmp);
    let quiet = sorted.get(sorted.len() / 10).copied().unwrap_or(0.0);
    let loud = sorted.get(sorted.len() * 9 / 10).copied().unwrap_or(0.0);
    let threshold = (quiet * 3.0).max(loud * 0.06).max(60.0);
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (frame, _) in levels.iter().enumerate().filter(|(_, level)| **level > threshold) {
        match spans.last_mut() {
            Some((_, end)) if frame - *end <= 10 => *end = frame + 1,
            _ => spans.push((frame, frame + 1)),
        }
    }
    spans
        .into_iter()
        .filter(|(start, end)| end - start >= 10)
        .map(|(start, end)| {
            let (start, end) = ((start.saturating_sub(3)) * FRAME, ((end + 3) * FRAME).min(samples.len()));
            SpokenSpan { start_ms: start as u64 / 16, samples: samples[start..end].to_vec() }
        })
        .collect()
}
