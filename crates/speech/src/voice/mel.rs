//! The features of the voice network: power in 40 mel bands every 10 ms, at a common loudness.

use std::sync::Arc;

use realfft::{RealFftPlanner, RealToComplex};

/// Mel bands per frame.
pub(crate) const BANDS: usize = 40;
const TRANSFORM: usize = 400; // 25 ms
const STEP: usize = 160; // 10 ms
const BINS: usize = TRANSFORM / 2 + 1;
/// Loudness that the network was trained with: -30 dB of full scale.
const LOUDNESS: f32 = 0.031_622_78;

/// Computes frames; holds the plan of the transform and the filters.
pub(crate) struct Mel {
    transform: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    /// First bin of each band and the weights from there.
    filters: Vec<(usize, Vec<f32>)>,
}

impl Mel {
    pub(crate) fn new() -> Self {
        let transform = RealFftPlanner::new().plan_fft_forward(TRANSFORM);
        let window = (0..TRANSFORM)
            .map(|at| {
                let angle = std::f64::consts::TAU * at as f64 / TRANSFORM as f64;
                (0.5 - 0.5 * angle.cos()) as f32
            })
            .collect();
        Self { transform, window, filters: filters() }
    }

    /// Frames of a span, centred every 10 ms, the edges mirrored.
    pub(crate) fn frames(&self, samples: &[i16]) -> Vec<[f32; BANDS]> {
        if samples.len() < TRANSFORM {
            return Vec::new();
        }
        let energy: f64 = samples.iter().map(|sample| (f64::from(*sample) / 32768.0).powi(2)).sum();
        let level = (energy / samples.len() as f64).sqrt() as f32;
        let gain = LOUDNESS / level.max(1e-4) / 32768.0;
        let half = TRANSFORM / 2;
        let last = samples.len() - 1;
        let sample = |at: usize| {
            // `at` counts from half a transform before the beginning.
            let index = at.abs_diff(half);
            let index = if index > last { last.saturating_sub(index - last) } else { index };
            f32::from(samples[index]) * gain
        };
        let mut input = self.transform.make_input_vec();
        let mut output = self.transform.make_output_vec();
        let mut scratch = self.transform.make_scratch_vec();
        let mut power = [0.0_f32; BINS];
        (0..=samples.len() / STEP)
            .map(|frame| {
                for (at, (value, weight)) in input.iter_mut().zip(&self.window).enumerate() {
                    *value = sample(frame * STEP + at) * weight;
                }
                // The lengths are the plan's own, the only thing that can be wrong.
                let outcome = self.transform.process_with_scratch(&mut input, &mut output, &mut scratch);
                debug_assert!(outcome.is_ok());
                for (power, value) in power.iter_mut().zip(&output) {
                    *power = value.norm_sqr();
                }
                let mut bands = [0.0; BANDS];
                for (band, (first, weights)) in bands.iter_mut().zip(&self.filters) {
                    *band = weights.iter().zip(&power[*first..]).map(|(weight, power)| weight * power).sum();
                }
                bands
            })
            .collect()
    }
}

/// Slaney's mel scale and area normalisation, as in librosa, from 0 to 8 kHz.
fn filters() -> Vec<(usize, Vec<f32>)> {
    const TOP_MEL: f64 = 45.245_640_471_924_965;
    let edges: Vec<f64> = (0..BANDS + 2)
        .map(|index| {
            let mel = TOP_MEL * index as f64 / (BANDS + 1) as f64;
            if mel >= 15.0 { 1000.0 * (6.4_f64.ln() / 27.0 * (mel - 15.0)).exp() } else { 200.0 / 3.0 * mel }
        })
        .collect();
    edges
        .windows(3)
        .map(|edge| {
            let (low, centre, high) = (edge[0], edge[1], edge[2]);
            let weight = |bin: usize| {
                let frequency = bin as f64 * 40.0;
                let triangle = ((frequency - low) / (centre - low)).min((high - frequency) / (high - centre));
                (triangle.max(0.0) * 2.0 / (high - low)) as f32
            };
            let first = (low / 40.0) as usize;
            (first, (first..BINS.min((high / 40.0) as usize + 2)).map(weight).collect())
        })
        .collect()
}
