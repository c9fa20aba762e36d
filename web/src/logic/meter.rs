//! How the sound is while it is recorded: judged like the recording afterwards, while something can still be done.

use std::collections::VecDeque;

use shared::recordings::{SoundQuality, SoundTrouble};

/// Ticks that are looked at, a tenth of a second each: two minutes, as people in therapy are silent for long.
const KEPT: usize = 1_200;
/// Ticks from one judgement to the next.
const JUDGED: usize = 10;
/// Nothing is said before ten seconds are known.
const LEAST: usize = 100;
/// What reaches so near to the loudest twentieth, in decibels, is counted as voices.
const VOICES_DB: f64 = 15.0;
/// Below this there is no room either: the microphone is off, which is said elsewhere.
const NOTHING_DBFS: f64 = -75.0;

/// What is heard in a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tick {
    /// Average power, in decibels relative to full scale.
    pub dbfs: f64,
    /// Share of samples at full scale, 0 to 1.
    pub cut_off: f64,
}

impl Tick {
    /// Of samples between -1 and 1.
    pub fn of(samples: &[f32]) -> Self {
        let count = samples.len().max(1) as f64;
        let power = samples.iter().map(|one| f64::from(one * one)).sum::<f64>() / count;
        let full = samples.iter().filter(|one| one.abs() >= 0.999).count();
        Self { dbfs: 10.0 * power.max(1e-12).log10(), cut_off: full as f64 / count }
    }
}

/// The last two minutes.
#[derive(Debug, Default)]
pub struct Meter {
    ticks: VecDeque<Tick>,
    since_judged: usize,
}

impl Meter {
    /// Adds a tenth of a second.
    pub fn push(&mut self, tick: Tick) {
        if self.ticks.len() == KEPT {
            self.ticks.pop_front();
        }
        self.ticks.push_back(tick);
        self.since_judged = (self.since_judged + 1) % JUDGED;
    }

    /// Whether a second is over.
    pub fn is_due(&self) -> bool {
        self.since_judged == 0
    }

    /// The first thing that could be better.
    pub fn trouble(&self) -> Option<SoundTrouble> {
        let mut levels: Vec<f64> =
            self.ticks.iter().map(|tick| tick.dbfs).filter(|dbfs| *dbfs > NOTHING_DBFS).collect();
        if levels.len() < LEAST {
            return None;
        }
        levels.sort_by(f64::total_cmp);
        let (quiet, loud) = (levels[levels.len() / 10], levels[levels.len() * 19 / 20]);
        let voices: Vec<&Tick> = self.ticks.iter().filter(|tick| tick.dbfs > loud - VOICES_DB).collect();
        let mean = |of: &dyn Fn(&Tick) -> f64| {
            voices.iter().map(|tick| of(tick)).sum::<f64>() / voices.len().max(1) as f64
        };
        let speech = 10.0 * mean(&|tick| 10_f64.powf(tick.dbfs / 10.0)).log10();
        let quality = SoundQuality {
            speech_dbfs: speech.round() as i16,
            over_noise_db: (speech - quiet).round() as i16,
            clipped_ppm: (mean(&|tick| tick.cut_off) * 1e6) as u32,
            // Levels do not tell; the recording is judged by it.
            bandwidth_hz: 8_000,
        };
        quality.troubles().next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds of voices and of the room between them, in turn.
    fn session(voices: f64, room: f64, seconds: usize) -> Meter {
        let mut meter = Meter::default();
        for tick in 0..seconds * 10 {
            // Words rise and fall, and stop for a moment now and then.
            let dbfs = if tick % 30 < 20 { voices - (tick % 5) as f64 * 2.0 } else { room };
            meter.push(Tick { dbfs, cut_off: 0.0 });
        }
        meter
    }

    #[test]
    fn a_good_session_has_nothing_to_be_told() {
        assert_eq!(session(-27.0, -62.0, 60).trouble(), None);
        assert_eq!(session(-40.0, -66.0, 60).trouble(), None);
    }

    #[test]
    fn each_trouble_is_told_while_it_is_there() {
        assert_eq!(session(-30.0, -40.0, 20).trouble(), Some(SoundTrouble::Noisy));
        assert_eq!(session(-58.0, -74.9, 20).trouble(), Some(SoundTrouble::Noisy));
        let mut loud = session(-12.0, -60.0, 20);
        for _ in 0..100 {
            loud.push(Tick { dbfs: -3.0, cut_off: 0.2 });
        }
        assert_eq!(loud.trouble(), Some(SoundTrouble::CutOff));
        for _ in 0..KEPT / 30 {
            (0..20).for_each(|_| loud.push(Tick { dbfs: -27.0, cut_off: 0.0 }));
            (0..10).for_each(|_| loud.push(Tick { dbfs: -62.0, cut_off: 0.0 }));
        }
        assert_eq!(loud.trouble(), None, "what was mended is not told any more");
    }

    #[test]
    fn nothing_is_said_of_a_beginning_or_of_a_microphone_that_is_off() {
        assert_eq!(session(-30.0, -40.0, 9).trouble(), None);
        assert_eq!(session(-90.0, -120.0, 60).trouble(), None);
    }

    #[test]
    fn a_tick_is_measured_in_decibels_of_full_scale() {
        let square: Vec<f32> = (0..1024).map(|at| if at % 2 == 0 { 1.0 } else { -1.0 }).collect();
        assert_eq!(Tick::of(&square), Tick { dbfs: 0.0, cut_off: 1.0 });
        let soft: Vec<f32> = square.iter().map(|one| one * 0.01).collect();
        assert!((Tick::of(&soft).dbfs + 40.0).abs() < 0.01 && Tick::of(&soft).cut_off == 0.0);
        assert!(Tick::of(&[]).dbfs <= -120.0);
    }
}
