//! Speech cut at pauses into pieces that a recogniser can take in one go.
use crate::{Levels, Span};

/// What Whisper hears at once.
pub const PIECE_MAX_MS: u64 = 30_000;

/// Speech on both sides of a pause up to this long goes into one piece, as far as it fits: a piece costs
/// the same whatever its length. Longer pauses are left out, for in them recognisers invent words.
const PAUSE_KEPT_MS: u64 = 1_500;

/// Cuts `spans` (ordered and apart, as [`crate::VoiceActivity`] gives them) into pieces of at most
/// `max_ms` (at least one second). Pieces are ordered and apart and cover all of the speech. Only a span
/// that is itself longer is cut inside, at its quietest moment in the second half of what fits.
pub fn pieces(spans: &[Span], levels: &Levels, max_ms: u64) -> Vec<Span> {
    let max_ms = max_ms.max(1_000);
    let mut pieces: Vec<Span> = Vec::new();
    for span in spans {
        let mut rest = *span;
        while rest.len_ms() > max_ms {
            let cut = levels.quietest_ms(rest.start_ms + max_ms / 2, rest.start_ms + max_ms);
            add(&mut pieces, Span { start_ms: rest.start_ms, end_ms: cut }, max_ms);
            rest.start_ms = cut;
        }
        if rest.len_ms() > 0 {
            add(&mut pieces, rest, max_ms);
        }
    }
    pieces
}

fn add(pieces: &mut Vec<Span>, span: Span, max_ms: u64) {
    match pieces.last_mut() {
        Some(last)
            if span.start_ms - last.end_ms <= PAUSE_KEPT_MS && span.end_ms - last.start_ms <= max_ms =>
        {
            last.end_ms = span.end_ms;
        }
        _ => pieces.push(span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn neighbours_share_a_piece_and_long_pauses_are_left_out() {
        let span = |start_ms, end_ms| Span { start_ms, end_ms };
        let spans = [span(0, 4_000), span(5_000, 9_000), span(20_000, 24_000), span(25_000, 52_000)];
        let expected = [span(0, 9_000), span(20_000, 24_000), span(25_000, 52_000)];
        assert_eq!(pieces(&spans, &Levels::default(), PIECE_MAX_MS), expected);
    }

    #[test]
    fn a_long_span_is_cut_where_it_is_quietest() {
        let mut frames = vec![90; 2_500];
        frames[1_500..1_510].fill(40);
        let pieces = pieces(&[Span { start_ms: 0, end_ms: 40_000 }], &Levels::of(frames), PIECE_MAX_MS);
        assert_eq!(pieces.len(), 2);
        assert!((24_000..24_160).contains(&pieces[0].end_ms), "{pieces:?}");
    }

    proptest! {
        #[test]
        fn pieces_are_ordered_apart_short_enough_and_cover_all_speech(
            steps in prop::collection::vec((1u64..4_000, 1u64..90_000), 0..40),
            frames in prop::collection::vec(any::<u8>(), 0..5_000),
            max_ms in 0u64..40_000,
        ) {
            let mut spans = Vec::new();
            let mut now = 0;
            for (pause, speech) in steps {
                spans.push(Span { start_ms: now + pause, end_ms: now + pause + speech });
                now += pause + speech;
            }
            let pieces = pieces(&spans, &Levels::of(frames), max_ms);
            prop_assert!(pieces.iter().all(|piece| piece.len_ms() > 0 && piece.len_ms() <= max_ms.max(1_000)));
            prop_assert!(pieces.windows(2).all(|pair| pair[0].end_ms <= pair[1].start_ms));
            for span in &spans {
                let covered: u64 = pieces
                    .iter()
                    .map(|piece| piece.end_ms.min(span.end_ms).saturating_sub(piece.start_ms.max(span.start_ms)))
                    .sum();
                prop_assert_eq!(covered, span.len_ms());
            }
        }
    }
}
