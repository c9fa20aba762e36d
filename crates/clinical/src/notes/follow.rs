//! Keeps what drafts cite right where lines of a transcript become others.

use std::collections::HashMap;

use access::{AccessError, Tx};
use audit::{Action, Event};
use shared::{SegmentId, notes::Origin, transcripts::TranscriptView};

use super::{note::KeptSentence, store};
use crate::transcripts::lines::Replaced;

/// The words of lines.
type Words<'a> = HashMap<SegmentId, Vec<&'a str>>;

/// Has the drafts of the session cite what came into the place of lines that went. Signed notes have no part in this: one
/// of them locks the transcript. `false` if a draft was changed meanwhile, which holding them excludes.
///
/// # Errors
/// The database or the keys fail.
pub(crate) async fn follow(
    tx: &mut Tx,
    transcript: &TranscriptView,
    replaced: &[Replaced],
) -> Result<bool, AccessError> {
    if replaced.is_empty() {
        return Ok(true);
    }
    let other = replaced.iter().flat_map(|one| one.gone.iter().chain(&one.put));
    let lines = transcript.segments.iter().chain(other);
    let words: Words = lines.map(|line| (line.id, line.text.reveal().split_whitespace().collect())).collect();
    for mut note in store::hold_drafts(tx, transcript.encounter_id).await? {
        let mut moved = false;
        for sentence in note.sections.iter_mut().flat_map(|section| &mut section.sentences) {
            for one in replaced {
                moved |= sentence.follow(one, &words);
            }
        }
        if moved {
            let expected = note.revision;
            note.revision += 1;
            note.updated_at = tx.now();
            if !store::update(tx, expected, &note).await? {
                return Ok(false);
            }
            tx.record(Event::of(Action::NoteEdited, note.id).about(note.client_id));
        }
    }
    Ok(true)
}

impl KeptSentence {
    /// Says whether it cites one of the lines that went.
    fn follow(&mut self, Replaced { gone, put, .. }: &Replaced, words: &Words) -> bool {
        let is_gone = |id: &SegmentId| gone.iter().any(|line| line.id == *id);
        let Some(place) = self.evidence.iter().position(is_gone) else { return false };
        let cited = match gone.as_slice() {
            [line] => self.parts_quoted(line.id, put.iter().map(|part| part.id).collect(), words),
            _ => put.iter().map(|line| line.id).collect(),
        };
        self.evidence.retain(|id| !is_gone(id));
        self.evidence.splice(place..place, cited);
        true
    }

    /// The parts of a line that hold what is quoted of it; all of them unless the sentence is quotations and nothing
    /// else, word for word as they were drafted.
    fn parts_quoted(&self, line: SegmentId, parts: Vec<SegmentId>, words: &Words) -> Vec<SegmentId> {
        let Some(quotations) = quotations(self) else { return parts };
        let of = |id: &SegmentId| words.get(id).map_or(&[][..], Vec::as_slice);
        let mut quoted = vec![false; of(&line).len()];
        for quotation in quotations {
            // The same words said twice are taken for both.
            let places = places_in(of(&line), &quotation);
            for at in &places {
                quoted[*at..at + quotation.len()].fill(true);
            }
            if places.is_empty()
                && self.evidence.iter().all(|other| places_in(of(other), &quotation).is_empty())
            {
                // It goes across lines, or the words were corrected since: nobody can say whose they are.
                return parts;
            }
        }
        let mut rest = quoted.as_slice();
        let holding: Vec<_> = parts
            .iter()
            .filter(|part| {
                let (own, later) = rest.split_at(of(part).len().min(rest.len()));
                rest = later;
                own.contains(&true)
            })
            .copied()
            .collect();
        if holding.is_empty() { parts } else { holding }
    }
}

/// What a drafted sentence quotes, as words, if it is nothing but `Client: “…”` once or more often.
fn quotations(sentence: &KeptSentence) -> Option<Vec<Vec<&str>>> {
    if sentence.origin != Origin::Ai {
        return None;
    }
    let mut all = Vec::new();
    let mut rest = sentence.text.reveal().trim();
    while !rest.is_empty() {
        let (lead, quoted) = rest.split_once('“')?;
        let (quoted, after) = quoted.split_once('”')?;
        if !lead.trim_end().ends_with(':') {
            return None;
        }
        let words: Vec<_> = quoted.split_whitespace().collect();
        all.extend(words.split(|word| *word == "…").filter(|run| !run.is_empty()).map(<[_]>::to_vec));
        rest = after.trim_start();
    }
    Some(all)
}

fn places_in(line: &[&str], run: &[&str]) -> Vec<usize> {
    line.windows(run.len()).enumerate().filter(|(_, words)| *words == run).map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::{Phi, SentenceId};

    fn id<I: From<uuid::Uuid>>(number: u128) -> I {
        uuid::Uuid::from_u128(number).into()
    }

    /// Which parts a sentence cites once line 1 is divided after its question. Line 2 stays as it is.
    fn cited(origin: Origin, text: &str) -> Vec<u128> {
        let said = [
            (1, "Any pills? Yes, every night."),
            (2, "Since May I sleep badly."),
            (11, "Any pills?"),
            (12, "Yes, every night."),
        ];
        let words: Words =
            said.iter().map(|(line, text)| (id(*line), text.split_whitespace().collect())).collect();
        let sentence = KeptSentence {
            id: id::<SentenceId>(1),
            text: Phi::from(text),
            origin,
            evidence: vec![id(1), id(2)],
        };
        let parts = sentence.parts_quoted(id(1), vec![id(11), id(12)], &words);
        [11, 12].into_iter().filter(|part| parts.contains(&id(*part))).collect()
    }

    #[test]
    fn a_quotation_cites_the_part_that_holds_its_words() {
        assert_eq!(cited(Origin::Ai, "Client: “Yes, every night.”"), [12]);
        assert_eq!(cited(Origin::Ai, "[02:31] Client: “Any pills?”"), [11]);
        assert_eq!(cited(Origin::Ai, "Client: “Yes, every night.” Client: “Since May I sleep badly.”"), [12]);
        assert_eq!(cited(Origin::Ai, "Client: “Any pills? … night.”"), [11, 12]);
    }

    #[test]
    fn whatever_is_no_quotation_of_one_part_cites_all_of_them() {
        for text in [
            "Takes them every night.",
            "Takes “Yes, every night.”",
            "Client: “Yes, every night.” and sleeps",
            "Client: “Yes, each night.”",
            "Client: “Since May I sleep badly.”",
            "Client: “Yes, every night. Since May”",
            "Client: “pills? Yes,”",
        ] {
            assert_eq!(cited(Origin::Ai, text), [11, 12], "{text}");
        }
        assert_eq!(cited(Origin::Clinician, "Client: “Yes, every night.”"), [11, 12]);
    }
}
