//! Voice vectors: 1.6 seconds of speech become a point on the unit sphere; the same voice lands near itself.
//!
//! The network is the generalised end-to-end speaker encoder (Wan et al. 2018) with the openly licensed
//! weights of Resemblyzer: 40 mel bands, three LSTM layers of 256, a linear layer, unit length.

mod mel;
mod network;

use std::path::Path;

use crate::model::ModelError;
use crate::transcriber::SAMPLE_RATE;

use mel::BANDS;
use network::Network;
pub(crate) use network::normalised;

/// Length of a voice vector.
pub(crate) const LENGTH: usize = 256;
/// A point on the unit sphere.
pub(crate) type Vector = [f32; LENGTH];

/// Frames (10 ms) in a window, as in training.
const WINDOW: usize = 160;
/// How many windows the network takes at once.
const BATCH: usize = 32;

/// A stretch of time and the voice in the window around it.
pub(crate) struct Voice {
    pub(crate) start_ms: u64,
    pub(crate) end_ms: u64,
    pub(crate) vector: Vector,
}

/// Computes voice vectors along spans of speech.
pub(crate) struct VoiceVectors {
    network: Network,
    mel: mel::Mel,
    pending: Vec<(u64, u64, Vec<network::Frame>)>,
    voices: Vec<Voice>,
}

impl VoiceVectors {
    pub(crate) fn load(path: &Path) -> Result<Self, ModelError> {
        let bytes = std::fs::read(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => ModelError::missing(path),
            _ => ModelError::damaged(path),
        })?;
        let network = Network::read(&bytes).ok_or_else(|| ModelError::damaged(path))?;
        Ok(Self { network, mel: mel::Mel::new(), pending: Vec::new(), voices: Vec::new() })
    }

    /// Adds a span of uninterrupted speech; one vector for each `hop_ms` of it.
    pub(crate) fn add(&mut self, start_ms: u64, samples: &[i16], hop_ms: u64) {
        let frames = self.mel.frames(samples);
        let length_ms = samples.len() as u64 * 1000 / u64::from(SAMPLE_RATE);
        let cells = (length_ms / hop_ms).max(1);
        if frames.is_empty() {
            return;
        }
        for cell in 0..cells {
            let (from, to) = (length_ms * cell / cells, length_ms * (cell + 1) / cells);
            let centre = ((from + to) / 20) as usize;
            // The window stays inside the span; a span that is shorter is repeated to fill it.
            let first = centre.saturating_sub(WINDOW / 2).min(frames.len().saturating_sub(WINDOW));
            let window = frames[first..].iter().copied().cycle().take(WINDOW).collect();
            self.pending.push((start_ms + from, start_ms + to, window));
            if self.pending.len() == BATCH {
                self.flush();
            }
        }
    }

    /// All voices in the order of the spans.
    pub(crate) fn finish(mut self) -> Vec<Voice> {
        self.flush();
        self.voices
    }

    fn flush(&mut self) {
        let windows: Vec<&[network::Frame]> = self.pending.iter().map(|(_, _, window)| &window[..]).collect();
        let vectors = self.network.vectors(&windows);
        for ((start_ms, end_ms, _), vector) in self.pending.drain(..).zip(vectors) {
            self.voices.push(Voice { start_ms, end_ms, vector });
        }
    }
}
