//! A picture of the sound as one SVG path.

use std::fmt::Write;

/// The height of the picture, in its own units; it is `bars` units wide.
pub const HEIGHT: u32 = 100;

/// How many bars are drawn at most.
pub const BARS: usize = 240;

/// The loudest peak of each of at most [`BARS`] equal parts.
pub fn bars(peaks: &[u8]) -> Vec<u8> {
    let parts = peaks.len().min(BARS);
    (0..parts)
        .map(|part| {
            let (from, to) = (part * peaks.len() / parts, (part + 1) * peaks.len() / parts);
            peaks[from..to].iter().copied().max().unwrap_or(0)
        })
        .collect()
}

/// The path data: one vertical stroke per bar, around the middle, never invisible.
pub fn path(bars: &[u8]) -> String {
    let loudest = u32::from(bars.iter().copied().max().unwrap_or(0).max(1));
    let mut path = String::with_capacity(bars.len() * 16);
    for (at, bar) in bars.iter().enumerate() {
        let half = (u32::from(*bar) * 46 / loudest).max(2);
        // Writing into a String cannot fail.
        let _ = write!(path, "M{at}.5 {}v{}", 50 - half, half * 2);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_peaks_become_few_bars_and_none_is_lost() {
        let mut peaks = vec![0; 1000];
        peaks[999] = 255;
        let bars = bars(&peaks);
        assert_eq!(bars.len(), BARS);
        assert_eq!(bars.last(), Some(&255));
    }

    #[test]
    fn silence_still_draws_a_line() {
        assert_eq!(path(&[0]), "M0.5 48v4");
        assert_eq!(path(&[]), "");
    }
}
