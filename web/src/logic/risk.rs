//! Lines about risk, and a note that answers them.

use std::{collections::BTreeSet, fmt::Write as _};

use shared::{SegmentId, risk::RiskLine, transcripts::TranscriptView};

use super::time;

/// Characters of a quotation: what a sentence of a note may hold, and room for who says it.
const LONGEST: usize = 3_800;

/// Whether sentences that cite these lines leave it open.
pub fn is_open(line: &RiskLine, cited: &BTreeSet<SegmentId>) -> bool {
    line.dismissal.is_none() && !is_cited(line, cited)
}

/// Whether it is among what sentences cite, all of it.
pub fn is_cited(line: &RiskLine, cited: &BTreeSet<SegmentId>) -> bool {
    line.segment_ids.iter().all(|id| cited.contains(id))
}

/// The line, and what answers it.
pub fn with_answer(line: &RiskLine) -> Vec<SegmentId> {
    line.segment_ids.iter().chain(&line.answer).copied().collect()
}

/// Lines of a transcript word for word, with who says them and when: `[2:31] Client: “…”`. What is too long for a sentence
/// of a note ends with a sign that there was more.
pub fn quotation(transcript: &TranscriptView, ids: &[SegmentId]) -> String {
    let mut text = String::new();
    let mut before = None;
    for line in transcript.segments.iter().filter(|line| ids.contains(&line.id)) {
        let words = line.text.reveal().trim();
        if before == Some(line.speaker_id) {
            text.push(' ');
        } else {
            let speaker = transcript.speakers.iter().find(|one| Some(one.id) == line.speaker_id);
            let label = speaker.map_or("Someone", |one| one.label.reveal().as_str());
            text.push_str(if before.is_some() { "” " } else { "" });
            if line.end_ms > 0 {
                let _ = write!(text, "[{}] ", time::clock(line.start_ms));
            }
            let _ = write!(text, "{label}: “");
        }
        text.push_str(words);
        before = Some(line.speaker_id);
    }
    if let Some((cut, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(cut);
        text.push('…');
    }
    if before.is_some() { text + "”" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::{
        Phi,
        transcripts::{SegmentView, SpeakerCertainty, SpeakerRole, SpeakerView},
    };

    fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(number: u32) -> T {
        format!("{number:032x}").parse().expect("an id")
    }

    fn transcript(lines: &[(u32, u64, &str)]) -> TranscriptView {
        let segment = |(at, (speaker, end_ms, text)): (u32, &(u32, u64, &str))| SegmentView {
            id: id(at),
            speaker_id: Some(id(*speaker)),
            start_ms: end_ms.saturating_sub(1_000),
            end_ms: *end_ms,
            text: Phi::from(*text),
            confidence: None,
            edited: false,
        };
        let speaker = |(number, label)| SpeakerView {
            id: id(number),
            label: Phi::from(label),
            role: SpeakerRole::Unknown,
        };
        TranscriptView {
            id: id(90),
            encounter_id: id(91),
            revision: 1,
            certainty: SpeakerCertainty::Clear,
            speakers: [(1, "Therapist"), (2, "Client")].map(speaker).into(),
            segments: (0..).zip(lines).map(segment).collect(),
            locked: false,
            removal: None,
        }
    }

    #[test]
    fn a_question_is_quoted_with_its_answer_and_with_the_time_where_there_was_one() {
        let all = [id(0), id(1), id(2)];
        let heard = transcript(&[(1, 62_000, "Any thoughts"), (1, 64_000, "of that?"), (2, 66_000, "No.")]);
        assert_eq!(quotation(&heard, &all), "[1:01] Therapist: “Any thoughts of that?” [1:05] Client: “No.”");
        let typed = transcript(&[(2, 0, "No.")]);
        assert_eq!(quotation(&typed, &all), "Client: “No.”");
        assert_eq!(quotation(&typed, &[]), "");
        let long = quotation(&transcript(&[(2, 0, &"é".repeat(10_000))]), &all);
        assert!(long.chars().count() <= 4_000 && long.ends_with("…”"));
    }

    #[test]
    fn a_line_is_answered_when_all_of_it_is_cited() {
        let line = RiskLine {
            segment_ids: vec![id(1), id(2)],
            answer: vec![id(3)],
            topics: Vec::new(),
            manner: shared::risk::RiskManner::Asked,
            role: SpeakerRole::Client,
            start_ms: 0,
            end_ms: 0,
            cited: false,
            dismissal: None,
        };
        assert!(is_open(&line, &[id(1), id(3)].into()));
        assert!(!is_open(&line, &[id(1), id(2)].into()));
        assert_eq!(with_answer(&line), [id(1), id(2), id(3)]);
    }
}
