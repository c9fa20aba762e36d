//! Where somebody speaks: a small neural detector (earshot) over frames of 16 ms, made independent of
//! how loud the recording is.
use earshot::Detector;

use crate::SAMPLE_RATE;

/// A stretch of the recording, half open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First millisecond.
    pub start_ms: u64,
    /// First millisecond behind it.
    pub end_ms: u64,
}

impl Span {
    /// Its length in milliseconds.
    pub fn len_ms(&self) -> u64 {
        self.end_ms.saturating_sub(self.start_ms)
    }

    /// The frames of the voice activity whose beginning lies in it.
    pub(crate) fn frames(&self) -> std::ops::Range<usize> {
        let at = |ms: u64| usize::try_from(ms.div_ceil(FRAME_MS)).unwrap_or(usize::MAX);
        at(self.start_ms)..at(self.end_ms)
    }

    /// Where a frame ends, in milliseconds.
    pub(crate) fn frame_end(frame: usize) -> u64 {
        (frame as u64 + 1) * FRAME_MS
    }
}

/// Milliseconds of speech in spans that do not overlap. The minimum-speech gate compares this.
pub fn speech_ms(spans: &[Span]) -> u64 {
    spans.iter().map(Span::len_ms).sum()
}

/// Samples per frame; the detector's own.
const FRAME: usize = 256;
const FRAME_MS: u64 = (FRAME * 1000 / SAMPLE_RATE as usize) as u64;

/// The detector hears the recording at these gains side by side. Measured on synthesised speech, it
/// finds over 98 % of speech frames at −20 to −50 dBFS, loses a tenth at −65, and takes white noise or a
/// tone above −12 dBFS for speech: so the gain is used that brings the loud part of a stretch nearest
/// to −27 dBFS.
const GAINS_DB: [i16; 4] = [-18, 0, 18, 36];
const TARGET_DB: i16 = -27;
/// A stretch that picks its gain for itself, in frames (10 s).
const STRETCH: usize = 625;

/// A detector takes noise that sets in for speech until it has got used to it. It gets used to the first
/// second of the recording before that is judged.
const OPENING: usize = 64 * FRAME;

/// Scores (of 255) at which speech begins and down to which it goes on.
const BEGIN: u8 = 128;
const GO_ON: u8 = 90;
/// Pauses shorter than this belong to the speech around them.
const PAUSE_MS: u64 = 250;
/// Speech shorter than this is a click or a cough.
const SPEECH_MIN_MS: u64 = 130;
/// Room for soft beginnings and endings, which the detector is late to see.
const BEFORE_MS: u64 = 120;
const AFTER_MS: u64 = 160;

/// Finds speech in a 16 kHz stream. Keeps five bytes for each 16 ms, about 1.1 MB per hour.
pub struct VoiceActivity {
    detectors: [Box<Detector>; GAINS_DB.len()],
    scores: Vec<[u8; GAINS_DB.len()]>,
    levels: Vec<u8>,
    /// The first second, until it is complete; the detectors hear it twice.
    opening: Option<Vec<i16>>,
    partial: Vec<i16>,
    samples: u64,
}

/// What [`VoiceActivity`] found.
#[derive(Debug, Clone)]
pub struct Activity {
    /// Stretches of speech, in order, apart from each other.
    pub spans: Vec<Span>,
    /// How loud it was when.
    pub levels: Levels,
}

/// The loudness of a recording, one value for each 16 ms.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    /// Decibels above −120 dBFS.
    frames: Vec<u8>,
}

impl Levels {
    /// The middle of the quietest 80 ms between two times, in milliseconds.
    pub(crate) fn quietest_ms(&self, from_ms: u64, to_ms: u64) -> u64 {
        let frame = |ms: u64| usize::try_from(ms / FRAME_MS).unwrap_or(usize::MAX);
        let loudness = |index: usize| -> u32 {
            let from = index.saturating_sub(2).min(self.frames.len());
            let to = (index + 3).min(self.frames.len());
            // What lies outside the recording is as quiet as can be.
            self.frames[from..to].iter().map(|&level| u32::from(level)).sum()
        };
        let last = frame(to_ms).min(self.frames.len());
        (frame(from_ms)..last)
            .min_by_key(|&index| loudness(index))
            .map_or(to_ms, |index| (index as u64 * FRAME_MS + FRAME_MS / 2).clamp(from_ms, to_ms))
    }

    /// The level of a frame, in decibels above −120 dBFS; 0 outside the recording.
    pub(crate) fn at(&self, frame: usize) -> u8 {
        self.frames.get(frame).copied().unwrap_or(0)
    }

    /// The level that the loudest tenth of the recording reaches, in decibels above −120 dBFS.
    pub(crate) fn loud(&self) -> u8 {
        loud(&self.frames)
    }

    /// Average power of some stretches, in decibels above −120 dBFS; `None` if there is nothing in them.
    pub(crate) fn mean_over(&self, spans: &[Span]) -> Option<f64> {
        let levels = spans.iter().flat_map(Span::frames).filter_map(|frame| self.frames.get(frame));
        let (count, sum) = levels.fold((0_u64, 0.0), |(count, sum), &level| {
            (count + 1, sum + 10_f64.powf(f64::from(level) / 10.0))
        });
        (count > 0).then(|| 10.0 * (sum / count as f64).log10())
    }

    /// The level that the quietest tenth of the recording stays below, in decibels above −120 dBFS.
    pub(crate) fn quiet(&self) -> u8 {
        percentile(&self.frames, 10)
    }
}

impl Default for VoiceActivity {
    fn default() -> Self {
        Self::new()
    }
}

impl VoiceActivity {
    /// A detector at the beginning of a recording.
    pub fn new() -> Self {
        Self {
            detectors: std::array::from_fn(|_| Detector::default_boxed()),
            scores: Vec::new(),
            levels: Vec::new(),
            opening: Some(Vec::with_capacity(OPENING)),
            partial: Vec::with_capacity(FRAME),
            samples: 0,
        }
    }

    /// Adds 16 kHz samples, in chunks of any size.
    pub fn push(&mut self, mut samples: &[i16]) {
        self.samples += samples.len() as u64;
        if let Some(opening) = &mut self.opening {
            let (now, later) = samples.split_at(samples.len().min(OPENING - opening.len()));
            opening.extend_from_slice(now);
            samples = later;
            if opening.len() < OPENING {
                return;
            }
            self.open();
        }
        self.hear(samples);
    }

    fn open(&mut self) {
        let Some(opening) = self.opening.take() else { return };
        opening.chunks_exact(FRAME).for_each(|frame| {
            self.scores(frame);
        });
        self.hear(&opening);
    }

    fn hear(&mut self, mut samples: &[i16]) {
        if !self.partial.is_empty() {
            let (now, later) = samples.split_at(samples.len().min(FRAME - self.partial.len()));
            self.partial.extend_from_slice(now);
            samples = later;
            if self.partial.len() < FRAME {
                return;
            }
            let frame = std::mem::take(&mut self.partial);
            self.frame(&frame);
        }
        let mut frames = samples.chunks_exact(FRAME);
        for frame in &mut frames {
            self.frame(frame);
        }
        self.partial.extend_from_slice(frames.remainder());
    }

    fn frame(&mut self, frame: &[i16]) {
        let scores = self.scores(frame);
        self.scores.push(scores);
        let squares: f64 = frame.iter().map(|&sample| f64::from(sample).powi(2)).sum();
        let mean = squares / (FRAME as f64 * 32_768.0 * 32_768.0);
        self.levels.push((10.0 * mean.max(1e-12).log10() + 120.0).clamp(0.0, 255.0) as u8);
    }

    fn scores(&mut self, frame: &[i16]) -> [u8; GAINS_DB.len()] {
        let mut heard = [0i16; FRAME];
        let mut scores = [0; GAINS_DB.len()];
        for ((detector, gain_db), score) in self.detectors.iter_mut().zip(GAINS_DB).zip(&mut scores) {
            let gain = 10f32.powf(f32::from(gain_db) / 20.0);
            for (to, &from) in heard.iter_mut().zip(frame) {
                *to = (f32::from(from) * gain) as i16;
            }
            *score = (detector.predict_i16(&heard).clamp(0.0, 1.0) * 255.0) as u8;
        }
        scores
    }

    /// The end of the recording.
    pub fn finish(mut self) -> Activity {
        self.open();
        let end_ms = self.samples * 1000 / u64::from(SAMPLE_RATE);
        // The detector is a frame behind; silence lets it judge the last one.
        let mut rest = std::mem::take(&mut self.partial);
        rest.resize(2 * FRAME, 0);
        rest.chunks_exact(FRAME).for_each(|frame| self.frame(frame));
        let spans = pad(&runs(&self.chosen_scores()), end_ms);
        self.levels.truncate(usize::try_from(end_ms.div_ceil(FRAME_MS)).unwrap_or(usize::MAX));
        Activity { spans, levels: Levels { frames: self.levels } }
    }

    /// The score of each frame at the gain that suits its surroundings.
    fn chosen_scores(&self) -> Vec<u8> {
        let overall = suitable_gain(loud(&self.levels));
        let louds: Vec<u8> = self.levels.chunks(STRETCH).map(loud).collect();
        self.scores
            .iter()
            .enumerate()
            .map(|(index, scores)| {
                let stretch = index / STRETCH;
                let around = &louds[stretch.saturating_sub(1)..(stretch + 2).min(louds.len())];
                let here = suitable_gain(around.iter().copied().max().unwrap_or(0));
                // A quiet stretch may be turned up one step further than the recording as a whole, so
                // that a soft voice is found, but not the people next door.
                scores[here.min(overall + 1)]
            })
            .collect()
    }
}

/// The level that the loudest tenth of the frames reach.
fn loud(levels: &[u8]) -> u8 {
    percentile(levels, 90)
}

/// The level below which this share of the frames, in percent, lies.
fn percentile(levels: &[u8], percent: usize) -> u8 {
    let mut sorted = levels.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() * percent / 100).copied().unwrap_or(0)
}

fn suitable_gain(level: u8) -> usize {
    let level_db = i16::from(level) - 120;
    let distance = |index: &usize| (level_db + GAINS_DB[*index] - TARGET_DB).abs();
    (0..GAINS_DB.len()).min_by_key(distance).unwrap_or(1)
}

/// Runs of speech in milliseconds, with short pauses closed and short noises dropped.
fn runs(scores: &[u8]) -> Vec<Span> {
    let mut runs: Vec<Span> = Vec::new();
    let mut speaking = false;
    for (index, &score) in scores.iter().enumerate() {
        speaking = score >= if speaking { GO_ON } else { BEGIN };
        if !speaking {
            continue;
        }
        // A frame's score belongs to the middle of a window that ends with it.
        let start_ms = (index as u64).saturating_sub(1) * FRAME_MS;
        let end_ms = start_ms + FRAME_MS;
        match runs.last_mut() {
            Some(last) if start_ms < last.end_ms + PAUSE_MS => last.end_ms = end_ms,
            _ => runs.push(Span { start_ms, end_ms }),
        }
    }
    runs.retain(|run| run.len_ms() >= SPEECH_MIN_MS);
    runs
}

/// Adds room at both sides; what then touches becomes one.
fn pad(runs: &[Span], end_ms: u64) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::with_capacity(runs.len());
    for run in runs {
        let start_ms = run.start_ms.saturating_sub(BEFORE_MS);
        let run_end_ms = (run.end_ms + AFTER_MS).min(end_ms);
        match spans.last_mut() {
            Some(last) if start_ms <= last.end_ms => last.end_ms = run_end_ms,
            _ if start_ms < run_end_ms => spans.push(Span { start_ms, end_ms: run_end_ms }),
            _ => {}
        }
    }
    spans
}

#[cfg(test)]
impl Levels {
    pub(crate) fn of(frames: Vec<u8>) -> Self {
        Self { frames }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans_of(samples: &[i16]) -> Vec<Span> {
        let mut voice = VoiceActivity::new();
        voice.push(samples);
        voice.finish().spans
    }

    fn noise(amplitude: f64) -> Vec<i16> {
        let mut state = 1u64;
        (0..160_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (((state >> 33) as f64 / f64::from(1u32 << 30) - 1.0) * amplitude) as i16
            })
            .collect()
    }

    #[test]
    fn silence_noise_and_tones_hold_no_speech() {
        assert_eq!(spans_of(&vec![0; 160_000]), []);
        for amplitude in [1.0, 30.0, 1_000.0, 10_000.0, 30_000.0] {
            assert_eq!(spans_of(&noise(amplitude)), [], "white noise of {amplitude}");
        }
        for (hertz, amplitude) in [(50.0, 3_000.0), (440.0, 10_000.0), (1_000.0, 25_000.0)] {
            let tone = (0..160_000)
                .map(|i| (f64::from(i) / 16_000.0 * hertz * std::f64::consts::TAU).sin() * amplitude);
            assert!(
                speech_ms(&spans_of(&tone.map(|sample| sample as i16).collect::<Vec<_>>())) < 500,
                "{hertz} Hz"
            );
        }
        assert_eq!(spans_of(&[]), []);
    }

    #[test]
    fn a_short_pause_is_closed_and_a_click_is_dropped() {
        let mut scores = vec![0u8; 400];
        scores[100..140].fill(250);
        scores[110..120].fill(10);
        scores[300..303].fill(250);
        assert_eq!(runs(&scores), [Span { start_ms: 99 * 16, end_ms: 139 * 16 }]);
    }

    #[test]
    fn speech_goes_on_at_a_score_at_which_it_would_not_begin() {
        let mut scores = vec![100u8; 100];
        assert_eq!(runs(&scores), []);
        scores[0..5].fill(200);
        assert_eq!(runs(&scores).len(), 1);
        assert!(speech_ms(&runs(&scores)) > 1_500);
    }

    #[test]
    fn padding_stays_inside_the_recording_and_merges_what_touches() {
        let runs = [Span { start_ms: 50, end_ms: 400 }, Span { start_ms: 660, end_ms: 950 }];
        assert_eq!(pad(&runs, 1_000), [Span { start_ms: 0, end_ms: 1_000 }]);
    }
}
