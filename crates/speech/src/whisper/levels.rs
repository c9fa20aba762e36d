//! Where a piece is loud: what decides whether there is more to hear, and where words can lie.

use crate::transcriber::SAMPLE_RATE;

/// Samples in a millisecond.
pub(super) const SAMPLES_PER_MS: usize = SAMPLE_RATE as usize / 1000;

/// How loud a piece is, every 20 ms.
pub(super) struct Levels {
    frames: Vec<f32>,
    threshold: f32,
}

impl Levels {
    pub(super) fn of(samples: &[i16]) -> Self {
        let level = |frame: &[i16]| {
            let energy: f32 = frame.iter().map(|sample| f32::from(*sample).powi(2)).sum();
            (energy / frame.len() as f32).sqrt()
        };
        let frames: Vec<f32> = samples.chunks(20 * SAMPLES_PER_MS).map(level).collect();
        let mut sorted = frames.clone();
        sorted.sort_unstable_by(f32::total_cmp);
        let loud = sorted.get(sorted.len() * 19 / 20).copied().unwrap_or(0.0);
        // 26 dB below the loud parts, and never below -60 dB of full scale: no room is that quiet.
        Self { frames, threshold: (loud * 0.05).max(33.0) }
    }

    /// Whether there is a third of a second of sound after a mark, which may be a fifth of a second early.
    pub(super) fn speech_after(&self, from_ms: u64) -> bool {
        let first = if from_ms == 0 { 0 } else { (from_ms as usize + 200) / 20 };
        let loud = self.frames.iter().skip(first).filter(|level| **level > self.threshold).count();
        if from_ms == 0 { loud > 0 } else { loud > 16 }
    }

    /// The loud frames of a stretch, by the millisecond at which each begins; all of them if none is loud.
    pub(super) fn loud(&self, start_ms: u64, end_ms: u64) -> Vec<u64> {
        let stretch = (start_ms / 20) as usize..self.frames.len().min(end_ms.div_ceil(20) as usize);
        let all = || stretch.clone().map(|frame| frame as u64 * 20);
        let loud: Vec<u64> = stretch
            .clone()
            .zip(all())
            .filter(|(at, _)| self.frames[*at] > self.threshold)
            .map(|(_, ms)| ms)
            .collect();
        if loud.is_empty() { all().collect() } else { loud }
    }

    /// Length of the piece.
    pub(super) fn length_ms(&self) -> u64 {
        self.frames.len() as u64 * 20
    }
}
