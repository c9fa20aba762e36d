//! How well a recording can be heard: a few numbers by which a person can be told what to do better.
use std::sync::Arc;

use realfft::{RealFftPlanner, RealToComplex, num_complex::Complex};

use crate::{Activity, Decoded, SAMPLE_RATE, speech_ms};

/// Samples of one spectrum: 32 ms.
const FRAME: usize = 512;
/// The average spectrum is looked at in bands so wide, which smooths the overtones of a voice.
const BAND_HZ: u16 = 250;
const BAND: usize = BAND_HZ as usize * FRAME / SAMPLE_RATE as usize;
/// What lies so far below the strongest band is nothing. Measured: speech at 16 kHz, synthesised and from two rooms, stays
/// within 50 dB up to 7 kHz; a telephone's filter falls from -19 to -75 dB between 3.25 and 3.75 kHz.
const NOTHING_DB: f64 = 50.0;
/// No room is quieter, relative to full scale: a recorder that was muted, or that sends nothing in pauses.
const NO_ROOM_DBFS: u8 = 20;
/// Decibels below full scale at which [`crate::Levels`] begin to count.
const LEVELS_FROM_DB: f64 = 120.0;

/// How well speech can be heard in a recording. It tells how the recording sounds, not who speaks or what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quality {
    /// Average power of the speech in decibels relative to full scale (the active speech level of ITU-T P.56, with
    /// the stretches that [`crate::VoiceActivity`] found).
    pub speech_dbfs: i16,
    /// How far that lies above what the quietest tenth of the recording stays below, in decibels: what is left of the room's
    /// noise between words.
    pub over_noise_db: i16,
    /// Samples at full scale for a million samples of speech.
    pub clipped_ppm: u32,
    /// Up to which frequency there is sound, in Hz, at most 8000.
    pub bandwidth_hz: u16,
}

/// Measures a 16 kHz stream on its way through. Keeps its average spectrum, 2 kB.
pub struct QualityMeter {
    transform: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    frame: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    powers: Vec<f64>,
}

impl Default for QualityMeter {
    fn default() -> Self {
        Self::new()
    }
}

impl QualityMeter {
    /// A meter at the beginning of a recording.
    pub fn new() -> Self {
        let transform = RealFftPlanner::new().plan_fft_forward(FRAME);
        let angle = |at: usize| std::f32::consts::TAU * at as f32 / FRAME as f32;
        let window = (0..FRAME).map(|at| 0.5 - 0.5 * angle(at).cos()).collect();
        let (spectrum, scratch) = (transform.make_output_vec(), transform.make_scratch_vec());
        let powers = vec![0.0; spectrum.len()];
        Self { transform, window, frame: Vec::with_capacity(FRAME), spectrum, scratch, powers }
    }

    /// Adds 16 kHz samples, in chunks of any size.
    pub fn push(&mut self, samples: &[i16]) {
        for &sample in samples {
            self.frame.push(f32::from(sample) * self.window[self.frame.len()]);
            if self.frame.len() == FRAME {
                let Self { transform, frame, spectrum, scratch, .. } = self;
                // The lengths are the plan's own, the only thing that can be wrong.
                let outcome = transform.process_with_scratch(frame, spectrum, scratch);
                debug_assert!(outcome.is_ok());
                for (power, value) in self.powers.iter_mut().zip(&self.spectrum) {
                    *power += f64::from(value.norm_sqr());
                }
                self.frame.clear();
            }
        }
    }

    /// What was measured of a recording in which this activity was found; `None` if nobody speaks.
    pub fn finish(self, decoded: &Decoded, activity: &Activity) -> Option<Quality> {
        let spoken_ms = speech_ms(&activity.spans);
        let speech_db = activity.levels.mean_over(&activity.spans)?;
        let spoken = decoded.duration_ms as f64 / spoken_ms as f64;
        Some(Quality {
            speech_dbfs: (speech_db - LEVELS_FROM_DB).round() as i16,
            over_noise_db: (speech_db - f64::from(activity.levels.quiet().max(NO_ROOM_DBFS))).round() as i16,
            clipped_ppm: (f64::from(decoded.clipped_fraction) * spoken * 1e6).round() as u32,
            bandwidth_hz: self.bandwidth_hz(),
        })
    }

    fn bandwidth_hz(&self) -> u16 {
        let bands: Vec<f64> = self.powers.chunks_exact(BAND).map(|bins| bins.iter().sum()).collect();
        let strongest = bands.iter().copied().fold(0.0, f64::max);
        let least = strongest * 10_f64.powf(-NOTHING_DB / 10.0);
        (1..)
            .zip(&bands)
            .filter(|(_, power)| **power > least)
            .map(|(band, _)| band * BAND_HZ)
            .last()
            .unwrap_or(0)
    }
}
