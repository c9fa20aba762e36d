//! Finding one's way in a transcript.

use shared::{
    SegmentId, SpeakerId,
    transcripts::{SegmentView, SpeakerView},
};

/// How many colours voices have before they repeat.
pub const TONES: usize = 6;

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
}
