//! Sound as a WAV file: a header of 44 bytes before the samples (RIFF, Multimedia Programming Interface 1.0, 1991).

use crate::transcriber::SAMPLE_RATE;

/// Samples with their header.
pub(crate) fn file(samples: &[i16]) -> Vec<u8> {
    let mut file = header(samples.len() as u64 * 2);
    file.reserve(samples.len() * 2);
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}

/// The header of so many bytes of samples: 16 kHz, one channel, 16 bit. Of more than 4 GiB it says that there are 4 GiB.
pub(crate) fn header(bytes: u64) -> Vec<u8> {
    let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
    let mut file = Vec::with_capacity(44);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&bytes.saturating_add(36).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    // PCM, one channel.
    file.extend_from_slice(&[1, 0, 1, 0]);
    file.extend_from_slice(&SAMPLE_RATE.to_le_bytes());
    file.extend_from_slice(&(SAMPLE_RATE * 2).to_le_bytes());
    // Two bytes a sample, 16 bit.
    file.extend_from_slice(&[2, 0, 16, 0]);
    file.extend_from_slice(b"data");
    file.extend_from_slice(&bytes.to_le_bytes());
    file
}
