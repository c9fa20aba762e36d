//! Quotations: who said what, word for word.

use crate::{
    draft::{Evidence, Sentence, SentenceKind},
    extract::Session,
};

/// Part of a quotation: some sentences of one block, in order.
pub struct Said {
    pub block: usize,
    pub sentences: Vec<usize>,
}

/// How a quotation begins each speaker's part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Lead {
    /// `[02:31] Client: “…”`
    Timed,
    /// `Client: “…”`, `Therapist asked: “…”`
    Plain,
}

/// What a note may hold in one sentence is 4,000 characters; the speaker and the marks need some of them.
const LONGEST: usize = 3_500;

impl Session<'_> {
    /// The quotation of some parts; more than one sentence where it would be too long for one.
    pub fn quote(&self, parts: &[Said], lead: Lead, kind: SentenceKind) -> Vec<Sentence> {
        let mut sentences = Vec::new();
        let mut open: Option<(String, Evidence)> = None;
        for part in parts {
            for run in self.runs(part) {
                let (Some(&first), Some(&last)) = (run.first(), run.last()) else { continue };
                let block = &self.blocks[part.block];
                let spoken = &block.sentences[first..=last];
                let words = run
                    .iter()
                    .enumerate()
                    .map(|(at, &index)| {
                        let gap = at > 0 && run[at - 1] + 1 != index;
                        format!("{}{}", if gap { "… " } else { "" }, block.sentences[index].text)
                    })
                    .collect::<Vec<_>>()
                    .join(" ");
                let turns = run.iter().flat_map(|&index| block.sentences[index].turns.clone());
                let start = self.turns[spoken[0].turns.start].start_ms;
                let name = &block.name;
                let said = match lead {
                    Lead::Timed => format!("[{}] {name}: “{words}”", clock(start)),
                    Lead::Plain if block.sentences[last].asks && block.may_be_therapist() => {
                        format!("{name} asked: “{words}”")
                    }
                    Lead::Plain => format!("{name}: “{words}”"),
                };
                let mut turns = turns.map(|turn| self.turns[turn].id);
                match &mut open {
                    Some((text, evidence)) if text.len() + said.len() < LONGEST => {
                        text.push(' ');
                        text.push_str(&said);
                        *evidence = turns.fold(evidence.clone(), Evidence::and);
                    }
                    _ => {
                        sentences.extend(open.take().map(|(text, evidence)| quotation(text, evidence, kind)));
                        open = turns.next().map(|one| (said, turns.fold(Evidence::one(one), Evidence::and)));
                    }
                }
            }
        }
        sentences.extend(open.map(|(text, evidence)| quotation(text, evidence, kind)));
        sentences
    }

    /// A part cut into runs that fit into one sentence of a note each.
    fn runs(&self, part: &Said) -> Vec<Vec<usize>> {
        let mut runs: Vec<Vec<usize>> = vec![Vec::new()];
        let mut length = 0;
        for &index in &part.sentences {
            let next = self.blocks[part.block].sentences[index].text.len() + 4;
            if length + next > LONGEST - 200 && length > 0 {
                runs.push(Vec::new());
                length = 0;
            }
            length += next;
            if let Some(run) = runs.last_mut() {
                run.push(index);
            }
        }
        runs
    }
}

fn quotation(text: String, evidence: Evidence, kind: SentenceKind) -> Sentence {
    Sentence { text, evidence, quotation: true, kind }
}

/// `02:31`, or `1:02:31` after the first hour.
fn clock(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}")
    }
}
