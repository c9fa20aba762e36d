//! How loud a recording is.

/// A recording whose loudest sample stays below this (of 32767) is silent.
pub const SILENCE_PEAK: u16 = 33;

/// A recording quieter than this on average is silent whatever its peak: a click in digital silence.
pub const SILENCE_RMS_DBFS: f32 = -75.0;

/// Whether a recording with this level holds nothing to transcribe: a muted or dead microphone. The
/// bounds lie far below a whisper across the room; that nobody speaks in what is louder is for
/// [`crate::VoiceActivity`] to say.
pub fn is_silent(peak: u16, rms_dbfs: f32) -> bool {
    peak < SILENCE_PEAK || rms_dbfs < SILENCE_RMS_DBFS
}

/// Running level of a stream.
#[derive(Default)]
pub(crate) struct Level {
    samples: u64,
    peak: u16,
    clipped: u64,
    squares: u128,
}

impl Level {
    pub fn push(&mut self, samples: &[i16]) {
        let mut squares = 0u64;
        for &sample in samples {
            let size = sample.unsigned_abs();
            self.peak = self.peak.max(size);
            self.clipped += u64::from(size >= 32_760);
            squares += u64::from(size) * u64::from(size);
        }
        self.squares += u128::from(squares);
        self.samples += samples.len() as u64;
    }

    pub fn peak(&self) -> u16 {
        self.peak
    }

    /// Share of samples at full scale, 0 to 1.
    pub fn clipped_fraction(&self) -> f32 {
        (self.clipped as f64 / self.samples.max(1) as f64) as f32
    }

    /// Root mean square relative to full scale; −120 for digital silence.
    pub fn rms_dbfs(&self) -> f32 {
        let mean = self.squares as f64 / self.samples.max(1) as f64;
        (10.0 * (mean / (32_768.0 * 32_768.0)).max(1e-12).log10()) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_relative_to_full_scale() {
        let mut level = Level::default();
        level.push(&[i16::MIN, 16_384, -16_384, 0]);
        assert_eq!(level.peak(), 32_768);
        assert!((level.clipped_fraction() - 0.25).abs() < 1e-6);
        assert!((level.rms_dbfs() - 10.0 * (1.5f32 / 4.0).log10()).abs() < 0.01);
        assert!(Level::default().rms_dbfs() < -100.0);
    }

    #[test]
    fn a_dead_microphone_is_silent_and_a_whisper_is_not() {
        assert!(is_silent(2, -95.0));
        assert!(is_silent(5_000, -80.0));
        assert!(!is_silent(400, -55.0));
    }
}
