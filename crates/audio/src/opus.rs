//! Opus packets to 16 kHz mono: the decoder writes at that rate itself, so nothing is resampled.
use opus_rs::OpusDecoder;

use crate::SAMPLE_RATE;

/// The longest packet is 120 ms (RFC 6716 §3.2.5).
const PACKET_MAX: usize = SAMPLE_RATE as usize * 120 / 1000;
/// A lost packet is concealed for as long as the usual packet lasts, 20 ms.
const PACKET_USUAL: usize = SAMPLE_RATE as usize / 50;

pub(crate) struct OpusPackets {
    decoder: Box<OpusDecoder>,
    /// Samples at the start that are the decoder warming up (RFC 7845 §4.2), still to be dropped.
    skip: usize,
    gain: f32,
    samples: Vec<f32>,
}

impl OpusPackets {
    /// `header` is the identification header: RFC 7845 §5.1 in Ogg and WebM, or with big-endian
    /// numbers and version 0 as in MP4.
    pub fn new(header: &[u8]) -> Result<Self, &'static str> {
        let decoder = Box::new(OpusDecoder::new(SAMPLE_RATE as i32, 1)?);
        let number = |at: usize| {
            let bytes = [*header.get(at)?, *header.get(at + 1)?];
            Some(if header.get(8) == Some(&0) {
                u16::from_be_bytes(bytes)
            } else {
                u16::from_le_bytes(bytes)
            })
        };
        // Pre-skip is counted at 48 kHz whatever the rate; gain is in 1/256 dB and has to be applied.
        let skip = usize::from(number(10).unwrap_or(0)) / 3;
        let gain = 10f32.powf(f32::from(number(16).unwrap_or(0) as i16) / 5120.0);
        Ok(Self { decoder, skip, gain, samples: vec![0.0; PACKET_MAX] })
    }

    /// Decodes one packet, without `trim_end` samples (at 48 kHz) of padding at its end.
    pub fn decode(&mut self, packet: &[u8], trim_end: u64) -> Result<&[f32], &'static str> {
        let room = if packet.is_empty() { PACKET_USUAL } else { PACKET_MAX };
        let count = self.decoder.decode(packet, room, &mut self.samples)?.min(PACKET_MAX);
        let skipped = self.skip.min(count);
        self.skip -= skipped;
        let end = count.saturating_sub(usize::try_from(trim_end / 3).unwrap_or(usize::MAX)).max(skipped);
        let samples = &mut self.samples[skipped..end];
        for sample in samples.iter_mut() {
            *sample *= self.gain;
        }
        Ok(samples)
    }
}
