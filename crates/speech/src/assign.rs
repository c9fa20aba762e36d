//! Which speaker said which text: text is divided where the speaker changes, at a sentence's end if one is near.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::speakers::Turn;
use crate::transcriber::{TextSpan, Word};

/// Text with its speaker.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SpokenText {
    /// Milliseconds from the start of the recording.
    pub start_ms: u64,
    /// Milliseconds from the start of the recording.
    pub end_ms: u64,
    /// Number of the voice; `None` if there are no turns.
    pub speaker: Option<u8>,
    /// What was said.
    pub text: String,
    /// 0 to 1.
    pub confidence: f32,
    /// The words of `text`, if the engine gave any.
    pub words: Vec<Word>,
}

impl From<TextSpan> for SpokenText {
    /// Of an engine that has told the voices apart itself.
    fn from(TextSpan { start_ms, end_ms, text, confidence, words, voice }: TextSpan) -> Self {
        Self { start_ms, end_ms, speaker: voice, text, confidence, words }
    }
}

impl fmt::Debug for SpokenText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { start_ms, end_ms, speaker, words, .. } = self;
        write!(formatter, "SpokenText({start_ms}..{end_ms} ms, {speaker:?}, {} words)", words.len())
    }
}

/// A change of speaker is moved by up to so many words to the end of a sentence: both the times of words and
/// the borders of turns are uncertain by a few tenths of a second.
const SNAP_WORDS: usize = 2;
/// A run shorter than this between two runs of another speaker is taken for an error of the times.
const SHORTEST_RUN_MS: u64 = 400;

/// Gives each text its speaker. Spans and turns are in order of time, from the start of the same recording. No
/// word is lost, added or moved; a span is divided only if it has words.
pub fn assign(spans: &[TextSpan], turns: &[Turn]) -> Vec<SpokenText> {
    // The words of all spans together, since a change of speaker is often a word off across two spans.
    let words: Vec<&Word> = spans.iter().flat_map(|span| &span.words).collect();
    let mut speakers: Vec<Option<u8>> =
        words.iter().map(|word| speaker_of(word.start_ms, word.end_ms, turns)).collect();
    absorb_short_runs(&mut speakers, &words);
    snap_to_sentences(&mut speakers, &words);
    let mut rest = &speakers[..];
    let mut texts = Vec::new();
    for span in spans {
        let (own, others) = rest.split_at(span.words.len());
        rest = others;
        divide(span, own, turns, &mut texts);
    }
    texts
}

fn divide(span: &TextSpan, speakers: &[Option<u8>], turns: &[Turn], texts: &mut Vec<SpokenText>) {
    let mut at = 0;
    let runs: Vec<&[Option<u8>]> = speakers.chunk_by(PartialEq::eq).collect();
    if runs.len() < 2 {
        let speaker = match runs.first() {
            Some(run) => run[0],
            None => speaker_of(span.start_ms, span.end_ms, turns),
        };
        let TextSpan { start_ms, end_ms, text, confidence, words, .. } = span.clone();
        texts.push(SpokenText { start_ms, end_ms, speaker, text, confidence, words });
        return;
    }
    for run in runs {
        let words = &span.words[at..at + run.len()];
        let last = at + run.len() == span.words.len();
        let logarithms: f32 = words.iter().map(|word| word.confidence.max(1e-6).ln()).sum();
        texts.push(SpokenText {
            start_ms: if at == 0 { span.start_ms } else { words[0].start_ms },
            end_ms: if last { span.end_ms } else { words[words.len() - 1].end_ms },
            speaker: run[0],
            text: words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "),
            confidence: (logarithms / words.len() as f32).exp(),
            words: words.to_vec(),
        });
        at += run.len();
    }
}

/// The speaker of most of that time, or of the nearest turn.
fn speaker_of(start_ms: u64, end_ms: u64, turns: &[Turn]) -> Option<u8> {
    let mut spoken = [0_u64; 256];
    for turn in turns {
        let overlap = end_ms.min(turn.end_ms).saturating_sub(start_ms.max(turn.start_ms));
        spoken[usize::from(turn.speaker)] += overlap;
    }
    let (speaker, longest) = (0..=u8::MAX).zip(spoken).rev().max_by_key(|(_, spoken)| *spoken)?;
    if longest > 0 {
        return Some(speaker);
    }
    let distance =
        |turn: &&Turn| turn.start_ms.saturating_sub(end_ms).max(start_ms.saturating_sub(turn.end_ms));
    turns.iter().min_by_key(distance).map(|turn| turn.speaker)
}

fn absorb_short_runs(speakers: &mut [Option<u8>], words: &[&Word]) {
    let mut start = 0;
    while start < speakers.len() {
        let length = speakers[start..].iter().take_while(|speaker| **speaker == speakers[start]).count();
        let end = start + length;
        let spoken = words[end - 1].end_ms.saturating_sub(words[start].start_ms);
        if start > 0
            && end < speakers.len()
            && spoken < SHORTEST_RUN_MS
            && speakers[start - 1] == speakers[end]
        {
            let around = speakers[end];
            speakers[start..end].fill(around);
        }
        start = end;
    }
}

fn snap_to_sentences(speakers: &mut [Option<u8>], words: &[&Word]) {
    let ends_sentence = |index: usize| words[index].text.ends_with(['.', '?', '!']);
    let changes: Vec<usize> = (1..speakers.len()).filter(|at| speakers[*at] != speakers[at - 1]).collect();
    for (index, change) in changes.iter().copied().enumerate() {
        // A change stays between its neighbours, so that no run disappears.
        let lowest = if index == 0 { 1 } else { changes[index - 1] + 1 };
        let highest = changes.get(index + 1).map_or(words.len() - 1, |next| next - 1);
        let nearest = (lowest.max(change.saturating_sub(SNAP_WORDS))..=highest.min(change + SNAP_WORDS))
            .filter(|at| ends_sentence(at - 1))
            .min_by_key(|at| at.abs_diff(change));
        let (before, after) = (speakers[change - 1], speakers[change]);
        match nearest {
            Some(at) if at < change => speakers[at..change].fill(after),
            Some(at) => speakers[change..at].fill(before),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(words: &[(&str, u64, u64)]) -> TextSpan {
        let words: Vec<Word> = words
            .iter()
            .map(|(text, start_ms, end_ms)| Word {
                start_ms: *start_ms,
                end_ms: *end_ms,
                text: (*text).to_owned(),
                confidence: 0.5,
            })
            .collect();
        TextSpan {
            start_ms: words.first().map_or(0, |word| word.start_ms),
            end_ms: words.last().map_or(0, |word| word.end_ms),
            text: words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "),
            confidence: 0.5,
            words,
            voice: None,
        }
    }

    fn turn(start_ms: u64, end_ms: u64, speaker: u8) -> Turn {
        Turn { start_ms, end_ms, speaker }
    }

    #[test]
    fn a_span_across_two_turns_is_divided_at_the_end_of_the_sentence() {
        let span = span(&[
            ("How", 0, 300),
            ("are", 300, 600),
            ("you?", 600, 1000),
            ("Not", 1000, 1300),
            ("great.", 1300, 2000),
        ]);
        // The border of the turns is half a second late.
        let texts = assign(&[span], &[turn(0, 1250, 0), turn(1250, 2000, 1)]);
        let said: Vec<_> = texts.iter().map(|text| (text.speaker, text.text.as_str())).collect();
        assert_eq!(said, [(Some(0), "How are you?"), (Some(1), "Not great.")]);
    }

    #[test]
    fn the_last_word_of_a_question_does_not_go_to_the_one_who_answers() {
        let question = span(&[("How", 0, 300), ("did", 300, 500), ("it", 500, 900), ("go?", 900, 1500)]);
        let answer =
            span(&[("I", 1500, 1700), ("did", 1700, 1900), ("it", 1900, 2100), ("twice.", 2100, 2900)]);
        let texts = assign(&[question, answer], &[turn(0, 900, 0), turn(1000, 2900, 1)]);
        let said: Vec<_> = texts.iter().map(|text| (text.speaker, text.text.as_str())).collect();
        assert_eq!(said, [(Some(0), "How did it go?"), (Some(1), "I did it twice.")]);
    }

    #[test]
    fn a_single_word_inside_the_other_turn_does_not_divide_a_sentence() {
        let span = span(&[("I", 0, 500), ("was", 500, 700), ("there.", 700, 1500)]);
        let texts = assign(&[span], &[turn(0, 500, 0), turn(500, 700, 1), turn(700, 1500, 0)]);
        assert_eq!(texts.len(), 1);
        assert_eq!(texts[0].speaker, Some(0));
    }

    #[test]
    fn text_between_turns_goes_to_the_nearest() {
        let texts = assign(&[span(&[("Yes.", 5000, 5200)])], &[turn(0, 1000, 0), turn(5400, 9000, 1)]);
        assert_eq!(texts[0].speaker, Some(1));
    }

    #[test]
    fn without_turns_nobody_is_named() {
        assert_eq!(assign(&[span(&[("Yes.", 0, 200)])], &[])[0].speaker, None);
    }

    proptest! {
        #[test]
        fn no_word_is_lost_added_or_moved(
            lengths in proptest::collection::vec((0_u64..900, "[a-z]{1,5}[.?]?"), 1..40),
            borders in proptest::collection::vec((1_u64..3000, 0_u8..3, 0_u64..500), 0..12),
        ) {
            let mut at = 0;
            let words: Vec<(String, u64, u64)> = lengths
                .into_iter()
                .map(|(length, text)| { at += length; (text, at - length, at) })
                .collect();
            let span = span(&words.iter().map(|(text, start, end)| (text.as_str(), *start, *end)).collect::<Vec<_>>());
            let mut at = 0;
            let turns: Vec<Turn> = borders
                .into_iter()
                .map(|(length, speaker, gap)| { at += gap + length; turn(at - length, at, speaker) })
                .collect();
            let texts = assign(std::slice::from_ref(&span), &turns);
            let joined: Vec<Word> = texts.iter().flat_map(|text| text.words.clone()).collect();
            prop_assert_eq!(joined, span.words.clone());
            let text = texts.iter().map(|text| text.text.as_str()).collect::<Vec<_>>().join(" ");
            prop_assert_eq!(text, span.text.clone());
            prop_assert!(texts.windows(2).all(|pair| pair[0].end_ms <= pair[1].start_ms));
            prop_assert_eq!(texts[0].start_ms, span.start_ms);
            prop_assert_eq!(texts[texts.len() - 1].end_ms, span.end_ms);
        }
    }
}
