//! From voices to turns: the likeliest sequence of speakers (Viterbi), since people do not swap every half second.

use super::Turn;
use super::cluster::similarity;
use crate::voice::{Vector, Voice};

/// How much a unit of similarity counts, and what a change of speaker costs within speech and across a pause.
const SHARPNESS: f32 = 10.0;
const CHANGE_WITHIN: f32 = 1.0;
const CHANGE_AT_PAUSE: f32 = 0.3;
/// Cells of the same speaker nearer than this make one turn.
const JOIN_MS: u64 = 300;

/// Turns in order of time, speakers numbered by first appearance.
pub(super) fn turns(voices: &[Voice], centres: &[Vector]) -> Vec<Turn> {
    let Some(path) = path(voices, centres) else { return Vec::new() };
    let mut numbers: Vec<usize> = Vec::new();
    let mut turns: Vec<Turn> = Vec::new();
    for (voice, centre) in voices.iter().zip(path) {
        let number = numbers.iter().position(|known| *known == centre).unwrap_or_else(|| {
            numbers.push(centre);
            numbers.len() - 1
        }) as u8;
        match turns.last_mut() {
            Some(turn) if turn.speaker == number && voice.start_ms.saturating_sub(turn.end_ms) <= JOIN_MS => {
                turn.end_ms = voice.end_ms;
            }
            _ => turns.push(Turn { start_ms: voice.start_ms, end_ms: voice.end_ms, speaker: number }),
        }
    }
    turns
}

fn path(voices: &[Voice], centres: &[Vector]) -> Option<Vec<usize>> {
    let score = |voice: &Voice| {
        centres.iter().map(|centre| similarity(&voice.vector, centre) * SHARPNESS).collect::<Vec<f32>>()
    };
    let mut totals = score(voices.first()?);
    let mut origins: Vec<Vec<usize>> = Vec::new();
    for pair in voices.windows(2) {
        let [before, voice] = pair else { continue };
        let cost = if voice.start_ms > before.end_ms { CHANGE_AT_PAUSE } else { CHANGE_WITHIN };
        let (best, best_total) = top(&totals)?;
        let mut origin = Vec::with_capacity(centres.len());
        let mut next = score(voice);
        for (centre, value) in next.iter_mut().enumerate() {
            let stay = totals[centre];
            let (from, total) =
                if stay >= best_total - cost { (centre, stay) } else { (best, best_total - cost) };
            origin.push(from);
            *value += total;
        }
        origins.push(origin);
        totals = next;
    }
    let mut at = top(&totals)?.0;
    let mut path = vec![at];
    for origin in origins.iter().rev() {
        at = origin[at];
        path.push(at);
    }
    path.reverse();
    Some(path)
}

fn top(totals: &[f32]) -> Option<(usize, f32)> {
    totals.iter().copied().enumerate().max_by(|one, other| one.1.total_cmp(&other.1))
}
