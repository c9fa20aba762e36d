//! Sound on its way out: mixed to mono, brought to 16 kHz, measured, limited.
use std::ops::ControlFlow;

use symphonia::core::errors::Error;

use crate::edits::Edit;
use crate::level::Level;
use crate::resample::Resampler;
use crate::track::Trouble;
use crate::{AudioError, ChannelDifferences, Chunk, Limits, SAMPLE_RATE};

/// Changes of the sample rate within one recording; each costs the computation of a filter.
const MOST_RATES: u32 = 8;
/// Packets without sound after which the sink is called all the same.
const QUIET_PACKETS: u64 = 512;
/// Longest gap between two packets that is filled with silence; a longer one is a broken clock.
const LONGEST_GAP_MS: u64 = 600_000;

/// Half the difference of two channels, on the same way as half their sum.
pub(crate) struct Apart {
    /// Until the end.
    resampler: Option<Resampler>,
    ready: Vec<i16>,
    pub differences: ChannelDifferences,
}

/// Takes what a track decodes to and hands it to the caller.
pub(crate) struct Output<'a> {
    sink: &'a mut dyn FnMut(Chunk<'_>) -> ControlFlow<()>,
    limit_ms: u64,
    most_samples: u64,
    resampler: Option<(u32, Resampler)>,
    rate_changes: u32,
    mono: Vec<f32>,
    ready: Vec<i16>,
    given: u64,
    waiting: u64,
    pub level: Level,
    /// While there have been two channels from the beginning.
    pub apart: Option<Apart>,
    pub progress: f32,
    /// What the clock of the file showed when the sound began, in milliseconds.
    clock_start: Option<i128>,
    pub edit: Option<Edit>,
}

impl<'a> Output<'a> {
    pub fn new(limits: Limits, sink: &'a mut dyn FnMut(Chunk<'_>) -> ControlFlow<()>) -> Self {
        Self {
            sink,
            limit_ms: limits.max_duration_ms,
            most_samples: limits.max_duration_ms.saturating_mul(u64::from(SAMPLE_RATE) / 1000),
            resampler: None,
            rate_changes: 0,
            mono: Vec::new(),
            ready: Vec::new(),
            given: 0,
            waiting: 0,
            level: Level::default(),
            apart: None,
            progress: 0.0,
            clock_start: None,
            edit: None,
        }
    }

    pub fn write(&mut self, rate: u32, channels: usize, interleaved: &[f32]) -> Result<(), Trouble> {
        let share = 1.0 / channels as f32;
        self.mono.clear();
        // Float formats may hold anything; four times full scale is clipped soon anyway.
        let sane = |sum: f32| if sum.is_finite() { (sum * share).clamp(-4.0, 4.0) } else { 0.0 };
        if self.resampler.is_none() && self.given == 0 && self.ready.is_empty() && channels == 2 {
            let (resampler, ready) = (Some(Resampler::new(rate)), Vec::new());
            self.apart = Some(Apart { resampler, ready, differences: ChannelDifferences::default() });
        } else if channels != 2 || self.resampler.as_ref().is_some_and(|(current, _)| *current != rate) {
            self.apart = None;
        }
        if let Some(Apart { resampler: Some(resampler), ready, .. }) = &mut self.apart {
            self.mono.extend(interleaved.chunks_exact(2).map(|frame| sane(frame[0] - frame[1])));
            resampler.push(&self.mono, ready);
            self.mono.clear();
        }
        self.mono.extend(interleaved.chunks_exact(channels).map(|frame| sane(frame.iter().sum())));
        if self.resampler.as_ref().is_none_or(|(current, _)| *current != rate) {
            if self.rate_changes == MOST_RATES {
                return Err(Error::LimitError("the sample rate keeps changing").into());
            }
            self.rate_changes += 1;
            if let Some((_, ending)) = self.resampler.replace((rate, Resampler::new(rate))) {
                ending.finish(&mut self.ready);
            }
        }
        if let Some((_, resampler)) = &mut self.resampler {
            resampler.push(&self.mono, &mut self.ready);
        }
        Ok(())
    }

    pub fn write_final_rate(&mut self, samples: &[f32]) {
        self.ready.extend(samples.iter().map(|sample| (sample * 32_768.0).round() as i16));
    }

    /// Where the clock of the file runs ahead of its sound (a recorder lost some, or was suspended), time
    /// passes in silence: players do the same, so that a time in the transcript is a time in the player.
    pub fn fill_gap(&mut self, clock_ms: Option<i128>) -> Result<(), AudioError> {
        let Some(clock_ms) = clock_ms else { return Ok(()) };
        let heard_ms = i128::from((self.given + self.ready.len() as u64) / u64::from(SAMPLE_RATE / 1000));
        let start = *self.clock_start.get_or_insert(clock_ms);
        let gap_ms = u64::try_from(clock_ms - start - heard_ms).unwrap_or(0);
        if gap_ms > LONGEST_GAP_MS {
            self.clock_start = Some(clock_ms - heard_ms);
        } else if gap_ms > 200 {
            self.apart = None;
            for _ in 0..gap_ms {
                self.ready.extend([0; SAMPLE_RATE as usize / 1000]);
                self.hand_over(false)?;
            }
        }
        Ok(())
    }

    /// Passes on what is ready once it is worth a call.
    pub fn hand_over(&mut self, all: bool) -> Result<(), AudioError> {
        const WORTH: usize = SAMPLE_RATE as usize / 4;
        self.waiting += 1;
        let worth = if all { 1 } else { WORTH };
        if self.ready.len() < worth && self.waiting < QUIET_PACKETS {
            return Ok(());
        }
        self.waiting = 0;
        self.apply_edit();
        self.given += self.ready.len() as u64;
        if self.given > self.most_samples {
            return Err(AudioError::TooLong { limit_ms: self.limit_ms });
        }
        self.level.push(&self.ready);
        if let Some(apart) = &mut self.apart {
            apart.differences.push(&self.ready, &apart.ready);
            apart.ready.clear();
        }
        let flow = (self.sink)(Chunk { samples: &self.ready, progress: self.progress });
        self.ready.clear();
        if flow.is_break() { Err(AudioError::Cancelled) } else { Ok(()) }
    }

    fn apply_edit(&mut self) {
        let Some(edit) = &mut self.edit else { return };
        let skipped = edit.skip.min(self.ready.len() as u64);
        let kept = edit.keep.map_or(usize::MAX, |keep| usize::try_from(keep).unwrap_or(usize::MAX));
        for ready in
            [Some(&mut self.ready), self.apart.as_mut().map(|apart| &mut apart.ready)].into_iter().flatten()
        {
            ready.drain(..skipped as usize);
            ready.truncate(kept);
        }
        edit.skip -= skipped;
        if let Some(keep) = &mut edit.keep {
            *keep -= self.ready.len() as u64;
        }
    }

    /// The last samples; returns how many there were in all.
    pub fn finish(&mut self) -> Result<u64, AudioError> {
        if let Some((_, resampler)) = self.resampler.take() {
            resampler.finish(&mut self.ready);
        }
        if let Some(apart) = &mut self.apart
            && let Some(resampler) = apart.resampler.take()
        {
            resampler.finish(&mut apart.ready);
        }
        self.hand_over(true)?;
        Ok(self.given)
    }
}
