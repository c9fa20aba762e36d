//! Any rate to 16 kHz: a windowed sinc, one filter per phase (Crochiere & Rabiner, Multirate Digital
//! Signal Processing, ch. 4). Linear phase, its delay taken out.
use crate::SAMPLE_RATE;

/// Rates that are accepted, in Hz; what lies outside is a broken header, not a recording.
pub(crate) const RATES: std::ops::RangeInclusive<u32> = 4_000..=384_000;

/// Zero crossings of the sinc on either side at the lower of the two rates.
const CROSSINGS: usize = 16;
/// Kaiser window of about 80 dB.
const BETA: f64 = 8.0;
/// Pass band as a share of the lower Nyquist rate; leaves room for the transition.
const BAND: f64 = 0.92;
/// All usual rates need at most 640 phases (11.025 kHz); odd ones take the nearest of these, whose
/// error lies 60 dB down.
const MOST_PHASES: u64 = 640;

pub(crate) struct Resampler {
    /// Output position advances by `step / scale` input samples.
    step: u64,
    scale: u64,
    phases: u64,
    taps: usize,
    filters: Vec<f32>,
    /// Input not yet done with; begins `taps` around the next output.
    pending: Vec<f32>,
    /// Fraction of the next output's position, in `1 / scale` input samples.
    fraction: u64,
    taken: u64,
    given: u64,
}

impl Resampler {
    /// `rate` must lie in [`RATES`].
    pub fn new(rate: u32) -> Self {
        let divisor = gcd(u64::from(rate), u64::from(SAMPLE_RATE));
        let (step, scale) = (u64::from(rate) / divisor, u64::from(SAMPLE_RATE) / divisor);
        let phases = if scale <= MOST_PHASES { scale } else { MOST_PHASES };
        let cutoff = (f64::from(SAMPLE_RATE) / f64::from(rate)).min(1.0);
        let half = (CROSSINGS as f64 / cutoff).ceil() as usize;
        let taps = (2 * half).next_multiple_of(8);
        let filters =
            (0..phases).flat_map(|phase| filter(phase as f64 / phases as f64, half, taps, cutoff)).collect();
        // The first output lies on the first input sample: half a filter of silence comes before it.
        let pending = vec![0.0; half - 1];
        Self { step, scale, phases, taps, filters, pending, fraction: 0, taken: 0, given: 0 }
    }

    pub fn push(&mut self, input: &[f32], out: &mut Vec<i16>) {
        self.taken += input.len() as u64;
        self.pending.extend_from_slice(input);
        self.run(u64::MAX, out);
    }

    /// Gives out what the filter still holds, so that the length is that of the input.
    pub fn finish(mut self, out: &mut Vec<i16>) {
        let total = (self.taken * self.scale + self.step / 2) / self.step;
        self.pending.resize(self.pending.len() + self.taps, 0.0);
        self.run(total, out);
    }

    fn run(&mut self, total: u64, out: &mut Vec<i16>) {
        let mut start = 0;
        while start + self.taps <= self.pending.len() && self.given < total {
            let phase = (self.fraction * self.phases / self.scale) as usize;
            let filter = &self.filters[phase * self.taps..][..self.taps];
            out.push((dot(&self.pending[start..start + self.taps], filter) * 32_768.0).round() as i16);
            self.given += 1;
            self.fraction += self.step;
            start += (self.fraction / self.scale) as usize;
            self.fraction %= self.scale;
        }
        // A filter is longer than any step, so that what has been passed has always arrived.
        self.pending.drain(..start);
    }
}

fn filter(offset: f64, half: usize, taps: usize, cutoff: f64) -> impl Iterator<Item = f32> {
    let weights: Vec<f64> = (0..taps)
        .map(|tap| {
            let distance = tap as f64 - (half - 1) as f64 - offset;
            let inside = distance / half as f64;
            if inside.abs() > 1.0 {
                return 0.0;
            }
            let angle = std::f64::consts::PI * distance * cutoff * BAND;
            let sinc = if angle.abs() < 1e-9 { 1.0 } else { angle.sin() / angle };
            sinc * bessel(BETA * (1.0 - inside * inside).sqrt())
        })
        .collect();
    // Every phase passes a constant unchanged: no hum at the phase rate.
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(move |weight| (weight / sum) as f32)
}

/// Modified Bessel function of the first kind, order zero.
fn bessel(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..40 {
        term *= (x / (2.0 * f64::from(k))).powi(2);
        sum += term;
    }
    sum
}

/// Eight sums side by side, which the compiler turns into vector instructions.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; 8];
    for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    fn resample(rate: u32, input: &[f32], chunk: usize) -> Vec<i16> {
        let mut resampler = Resampler::new(rate);
        let mut out = Vec::new();
        input.chunks(chunk).for_each(|part| resampler.push(part, &mut out));
        resampler.finish(&mut out);
        out
    }

    fn tone(rate: u32, hertz: f64, seconds: f64) -> Vec<f32> {
        let samples = (f64::from(rate) * seconds) as usize;
        (0..samples).map(|i| (0.5 * (TAU * hertz * i as f64 / f64::from(rate)).sin()) as f32).collect()
    }

    #[test]
    fn a_tone_keeps_its_place_and_size_at_every_rate() {
        for rate in [
            8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 44_101, 4_000,
            384_000,
        ] {
            let out = resample(rate, &tone(rate, 1000.0, 0.5), 333);
            assert!(out.len().abs_diff(8000) <= 1, "{rate}: {}", out.len());
            for (i, &sample) in out.iter().enumerate().take(7000).skip(1000) {
                let expected = 16_384.0 * (TAU * 1000.0 * i as f64 / 16_000.0).sin();
                assert!(
                    (f64::from(sample) - expected).abs() < 40.0,
                    "{rate} at {i}: {sample} not {expected}"
                );
            }
        }
    }

    #[test]
    fn what_lies_above_eight_kilohertz_does_not_fold_back() {
        let out = resample(48_000, &tone(48_000, 9_500.0, 0.5), 1000);
        assert!(out[1000..7000].iter().all(|sample| sample.abs() < 20));
    }

    #[test]
    fn the_chunking_of_the_input_does_not_matter() {
        let input = tone(44_100, 440.0, 0.3);
        let whole = resample(44_100, &input, input.len());
        for chunk in [1, 2, 100, 1024] {
            assert_eq!(resample(44_100, &input, chunk), whole);
        }
        assert_eq!(
            resample(384_000, &tone(384_000, 300.0, 0.1), 1),
            resample(384_000, &tone(384_000, 300.0, 0.1), 9999)
        );
    }
}
