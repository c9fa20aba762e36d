//! Divides a line, and joins it with the next one. The words stay the same words in the same order.

use std::ops::Range;

use shared::{
    Phi, SegmentId, SpeakerId,
    errors::Checks,
    transcripts::{JoinSegments, SegmentView, SplitSegment, TranscriptView},
};

use super::{edit::unknown, store_typed::LINE};

/// Lines that went, and those that came into their place.
#[derive(Debug)]
pub(crate) struct Replaced {
    /// Where the first of them stands, counted from 0.
    pub place: usize,
    /// What went.
    pub gone: Vec<SegmentView>,
    /// What came, with other ids: whoever cites a line that went is told so rather than shown other words.
    pub put: Vec<SegmentView>,
}

/// What a split comes to.
pub(super) enum Split {
    /// All of the words: the line stays.
    Whole(SegmentId),
    Parts(Replaced),
}

/// Makes some words a line of their own; `None` if `checks` had to refuse.
pub(super) fn split(
    transcript: &mut TranscriptView,
    change: &SplitSegment,
    field: &str,
    checks: &mut Checks,
    new_id: impl Fn() -> SegmentId,
) -> Option<Split> {
    let known = |id| transcript.speakers.iter().any(|speaker| speaker.id == id);
    if !change.speaker_id.is_none_or(known) {
        unknown(checks, &format!("{field}.speaker_id"));
        return None;
    }
    let Some(place) = transcript.segments.iter().position(|line| line.id == change.id) else {
        unknown(checks, &format!("{field}.id"));
        return None;
    };
    let line = &mut transcript.segments[place];
    let words = words(line.text.reveal());
    let (from, to) = (change.from as usize, change.to.map_or(words.len(), |to| to as usize));
    let whole = (from, to) == (0, words.len());
    if from >= to || to > words.len() || (whole && change.speaker_id.is_none()) {
        checks.refuse(field, "word_out_of_range", "These are not some of the words of this line.");
        return None;
    }
    if whole {
        line.speaker_id = change.speaker_id;
        return Some(Split::Whole(line.id));
    }
    let put: Vec<_> = [(0..from, None), (from..to, change.speaker_id), (to..words.len(), None)]
        .into_iter()
        .filter(|(range, _)| !range.is_empty())
        .map(|(range, voice)| part(line, &words, range, voice, new_id()))
        .collect();
    let gone = transcript.segments.splice(place..=place, put.iter().cloned()).collect();
    Some(Split::Parts(Replaced { place, gone, put }))
}

/// Makes one line of two; `None` if `checks` had to refuse.
pub(super) fn join(
    transcript: &mut TranscriptView,
    change: &JoinSegments,
    field: &str,
    checks: &mut Checks,
    new_id: impl Fn() -> SegmentId,
) -> Option<Replaced> {
    let Some(place) = transcript.segments.iter().position(|line| line.id == change.id) else {
        unknown(checks, &format!("{field}.id"));
        return None;
    };
    let [first, second, ..] = &transcript.segments[place..] else {
        checks.refuse(&format!("{field}.id"), "last", "No line follows this one.");
        return None;
    };
    let text = format!("{} {}", first.text.reveal(), second.text.reveal());
    if text.chars().count() > LINE {
        checks.refuse(&format!("{field}.id"), "too_long", "Together they are longer than 10,000 characters.");
        return None;
    }
    let joined = SegmentView {
        id: new_id(),
        speaker_id: first.speaker_id,
        start_ms: first.start_ms,
        end_ms: first.end_ms.max(second.end_ms),
        text: Phi::new(text),
        // As unsure as the part of it that the engine was less sure of.
        confidence: first.confidence.zip(second.confidence).map(|(one, other)| one.min(other)),
        edited: first.edited || second.edited,
    };
    let gone = transcript.segments.splice(place..place + 2, [joined.clone()]).collect();
    Some(Replaced { place, gone, put: vec![joined] })
}

/// Some words of a line, of which nothing says when they were said but how long they are.
fn part(
    line: &SegmentView,
    words: &[Range<usize>],
    some: Range<usize>,
    voice: Option<SpeakerId>,
    id: SegmentId,
) -> SegmentView {
    let text = line.text.reveal();
    let length = |words: &[Range<usize>]| {
        words.iter().map(|word| text[word.clone()].chars().count() as u64).sum::<u64>()
    };
    let lasted = line.end_ms.saturating_sub(line.start_ms);
    let begins = |word: usize| line.start_ms + lasted * length(&words[..word]) / length(words).max(1);
    SegmentView {
        id,
        speaker_id: voice.or(line.speaker_id),
        start_ms: begins(some.start),
        end_ms: begins(some.end),
        text: Phi::from(&text[words[some.start].start..words[some.end - 1].end]),
        confidence: line.confidence,
        edited: line.edited,
    }
}

/// Where the words of a text stand in it, in bytes.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut end = 0;
    text.split_whitespace()
        .map(|word| {
            // Only white space is before it.
            let start = end + text[end..].find(word).unwrap_or_default();
            end = start + word.len();
            start..end
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use shared::transcripts::SpeakerCertainty;
    use uuid::Uuid;

    fn id<I: From<Uuid>>(number: u128) -> I {
        Uuid::from_u128(number).into()
    }

    fn transcript(texts: Vec<String>) -> TranscriptView {
        let segments = (0..).zip(texts).map(|(number, text)| SegmentView {
            id: id(number),
            speaker_id: None,
            start_ms: number as u64 * 4_000,
            end_ms: number as u64 * 4_000 + 3_500,
            text: Phi::new(text),
            confidence: Some(0.5),
            edited: false,
        });
        TranscriptView {
            id: id(1),
            encounter_id: id(1),
            revision: 1,
            certainty: SpeakerCertainty::Clear,
            speakers: Vec::new(),
            segments: segments.collect(),
            locked: false,
            removal: None,
        }
    }

    fn said(transcript: &TranscriptView) -> Vec<String> {
        let words = transcript.segments.iter().flat_map(|line| line.text.reveal().split_whitespace());
        words.map(str::to_owned).collect()
    }

    proptest! {
        #[test]
        fn words_stay_the_same_in_the_same_order_and_times_in_order(
            texts in proptest::collection::vec(r"[ \n]?[a-zé“…]{1,4}([ \n\u{a0}]{1,2}[a-z.]{1,4}){0,6}[ ]?", 1..5),
            changes in proptest::collection::vec((any::<bool>(), 0_usize..20, 0_u32..8, proptest::option::of(0_u32..8)), 1..12),
        ) {
            let mut transcript = transcript(texts);
            let before = said(&transcript);
            let fresh = std::cell::Cell::new(1_000);
            let new_id = || { fresh.set(fresh.get() + 1); id(fresh.get()) };
            for (joins, line, from, to) in changes {
                let earlier = transcript.clone();
                let mut checks = Checks::new();
                let chosen = transcript.segments[line % transcript.segments.len()].id;
                let replaced = if joins {
                    join(&mut transcript, &JoinSegments { id: chosen }, "join", &mut checks, new_id)
                } else {
                    let change = SplitSegment { id: chosen, from, to, speaker_id: None };
                    match split(&mut transcript, &change, "split", &mut checks, new_id) {
                        Some(Split::Parts(parts)) => Some(parts),
                        _ => None,
                    }
                };
                prop_assert_eq!(&said(&transcript), &before);
                match replaced {
                    None => {
                        prop_assert!(checks.done().is_err());
                        prop_assert_eq!(&transcript, &earlier);
                    }
                    Some(Replaced { place, gone, put }) => {
                        prop_assert_eq!(&transcript.segments[place..place + put.len()], put.as_slice());
                        prop_assert_eq!(&earlier.segments[place..place + gone.len()], gone.as_slice());
                        prop_assert_eq!(gone[0].start_ms, put[0].start_ms);
                        prop_assert_eq!(gone[gone.len() - 1].end_ms, put[put.len() - 1].end_ms);
                    }
                }
                let times = transcript.segments.iter().flat_map(|line| [line.start_ms, line.end_ms]);
                prop_assert!(times.is_sorted());
            }
        }
    }

    #[test]
    fn a_part_keeps_its_words_as_they_were_and_a_share_of_the_time() {
        let mut transcript = transcript(vec!["How  are you?\nNot great.".to_owned()]);
        let change = SplitSegment { id: id(0), from: 3, to: None, speaker_id: None };
        let parts = split(&mut transcript, &change, "split", &mut Checks::new(), || id(9));
        assert!(matches!(parts, Some(Split::Parts(_))));
        let parts =
            transcript.segments.iter().map(|part| (part.text.reveal().as_str(), part.start_ms, part.end_ms));
        assert_eq!(parts.collect::<Vec<_>>(), [("How  are you?", 0, 1_842), ("Not great.", 1_842, 3_500)]);
    }
}
