//! Finding one's way in a transcript.

use std::ops::Range;

use shared::{
    SegmentId, SpeakerId,
    transcripts::{SegmentView, SpeakerView},
};

/// How many colours voices have before they repeat.
pub const TONES: usize = 6;

/// Times of words are good to about a fifth of a second, at either end.
const OVERLAP_MS: u64 = 400;

/// The line being said at `ms`: the last one that began, unless a later pause has gone on for two seconds.
pub fn line_at(segments: &[SegmentView], ms: u64) -> Option<SegmentId> {
    let after = segments.partition_point(|segment| segment.start_ms <= ms);
    let line = segments.get(after.checked_sub(1)?)?;
    (ms < line.end_ms + 2_000).then_some(line.id)
}

/// The colour of a voice: its place in the list of voices.
pub fn tone(speakers: &[SpeakerView], speaker: Option<SpeakerId>) -> Option<usize> {
    speakers.iter().position(|one| Some(one.id) == speaker).map(|place| place % TONES)
}

/// The spans to play for these lines, in order of time; lines that touch (within a second and a
/// half) become one span, so that a question and its answer are heard together.
pub fn spans(segments: &[SegmentView], evidence: &[SegmentId]) -> Vec<(u64, u64)> {
    let mut spans: Vec<(u64, u64)> = Vec::new();
    for line in segments.iter().filter(|line| evidence.contains(&line.id)) {
        match spans.last_mut() {
            Some(last) if line.start_ms <= last.1 + 1_500 => last.1 = last.1.max(line.end_ms),
            _ => spans.push((line.start_ms, line.end_ms)),
        }
    }
    spans
}

/// The longest line of a voice: a sample of how it sounds.
pub fn longest(segments: &[SegmentView], speaker: SpeakerId) -> Option<(u64, u64)> {
    let own = segments.iter().filter(|line| line.speaker_id == Some(speaker));
    let spans = own.map(|line| (line.start_ms, line.end_ms)).filter(|(start, end)| start < end);
    spans.max_by_key(|(start, end)| end - start)
}

/// The lines during which another voice speaks too, for longer than times are uncertain by. Only engines that hear two
/// voices at once say so.
pub fn overlapping(segments: &[SegmentView]) -> Vec<SegmentId> {
    let at_once = |one: &SegmentView, other: &SegmentView| {
        one.speaker_id != other.speaker_id
            && one.end_ms.min(other.end_ms) > one.start_ms.max(other.start_ms) + OVERLAP_MS
    };
    // Lines are in order of when they begin, so that whoever begins after the end of a line is not in it.
    let mut found = Vec::new();
    for (place, one) in segments.iter().enumerate() {
        for other in segments[place + 1..].iter().take_while(|other| other.start_ms < one.end_ms) {
            if at_once(one, other) {
                found.extend([one.id, other.id]);
            }
        }
    }
    found
}

/// What is chosen after a word was pressed: the first press begins, the second one is the other end, the third begins
/// anew. With Shift it is an end always.
pub fn chosen(before: Option<Range<usize>>, pressed: usize, extend: bool) -> Range<usize> {
    match before {
        Some(before) if extend || (before.len() == 1 && before.start != pressed) => {
            before.start.min(pressed)..before.end.max(pressed + 1)
        }
        _ => pressed..pressed + 1,
    }
}

/// The words of which something is between two places of a text, counted as browsers count, in UTF-16.
pub fn words_between(text: &str, one: u32, other: u32) -> Option<Range<usize>> {
    let places = one.min(other) as usize..one.max(other) as usize;
    let (mut at, mut word, mut inside) = (0, 0, false);
    let mut found: Option<Range<usize>> = None;
    for letter in text.chars() {
        if letter.is_whitespace() {
            word += usize::from(inside);
        } else if places.contains(&at) {
            found = Some(found.map_or(word, |found| found.start)..word + 1);
        }
        inside = !letter.is_whitespace();
        at += letter.len_utf16();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::Phi;

    fn line(number: u128, start_ms: u64, end_ms: u64) -> SegmentView {
        SegmentView {
            id: id(number),
            speaker_id: None,
            start_ms,
            end_ms,
            text: Phi::from("words"),
            confidence: None,
            edited: false,
        }
    }

    fn id(number: u128) -> SegmentId {
        format!("{number:032x}").parse().expect("an id")
    }

    #[test]
    fn the_line_being_said_is_found_and_a_long_pause_belongs_to_nobody() {
        let lines = [line(1, 1_000, 2_000), line(2, 2_500, 4_000)];
        assert_eq!(line_at(&lines, 500), None);
        assert_eq!(line_at(&lines, 1_500), Some(id(1)));
        assert_eq!(line_at(&lines, 2_500), Some(id(2)));
        assert_eq!(line_at(&lines, 9_000), None);
    }

    #[test]
    fn a_question_and_its_answer_are_played_as_one() {
        let lines = [line(1, 0, 1_000), line(2, 1_200, 3_000), line(3, 60_000, 61_000)];
        assert_eq!(spans(&lines, &[id(3), id(1), id(2)]), vec![(0, 3_000), (60_000, 61_000)]);
        assert_eq!(spans(&lines, &[]), vec![]);
    }

    fn said(number: u128, voice: u128, start_ms: u64, end_ms: u64) -> SegmentView {
        SegmentView { speaker_id: format!("{voice:032x}").parse().ok(), ..line(number, start_ms, end_ms) }
    }

    #[test]
    fn lines_of_two_voices_at_once_are_marked_unless_it_is_a_matter_of_moments() {
        let lines = [
            said(1, 1, 0, 9_000),
            said(2, 2, 2_000, 3_000),
            said(3, 1, 4_000, 5_000),
            said(4, 2, 8_700, 9_900),
        ];
        assert_eq!(overlapping(&lines), [id(1), id(2)]);
        assert_eq!(overlapping(&[said(1, 1, 0, 0), said(2, 2, 0, 0)]), [], "typed");
    }

    #[test]
    fn a_sample_of_a_voice_is_its_longest_line() {
        let lines =
            [said(1, 1, 0, 900), said(2, 2, 1_000, 9_000), said(3, 1, 9_000, 11_000), said(4, 3, 0, 0)];
        let voice = |number: usize| lines[number].speaker_id.expect("a voice");
        assert_eq!(longest(&lines, voice(0)), Some((9_000, 11_000)));
        assert_eq!(longest(&lines, voice(3)), None, "typed");
    }

    #[test]
    fn two_presses_choose_what_is_between_them() {
        let one = chosen(None, 4, false);
        assert_eq!(one, 4..5);
        assert_eq!(chosen(Some(4..5), 2, false), 2..5);
        assert_eq!(chosen(Some(4..5), 7, false), 4..8);
        assert_eq!(chosen(Some(2..5), 7, false), 7..8, "anew");
        assert_eq!(chosen(Some(2..5), 7, true), 2..8);
    }

    #[test]
    fn words_that_are_marked_in_part_are_chosen() {
        let text = " Où  est 😀 l’été?";
        assert_eq!(words_between(text, 2, 6), Some(0..2));
        assert_eq!(words_between(text, 13, 9), Some(2..4));
        assert_eq!(words_between(text, 3, 5), None);
        assert_eq!(words_between(text, 0, 99), Some(0..4));
    }
}
