//! The lines of a session that touch risk, each to be answered before a note of it is signed.

use std::{collections::BTreeSet, ops::Range};

use uuid::Uuid;

use crate::{
    exchange::{Block, Spoken, blocks},
    gate::{
        negation::{Negation, Says},
        word,
    },
    lexicon::Hit,
    risk::{self, RiskTopic},
    turn::Turn,
};

/// How something is said: the last of these that holds of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Manner {
    /// It is asked about.
    Asked,
    /// It is denied.
    Denied,
    /// It is said, or it cannot be told that it is denied.
    Said,
}

/// A line that touches risk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskLine {
    /// The turns it is in, in order; never empty. More than one where a sentence goes on in the next.
    pub turns: Vec<Uuid>,
    /// The turns with which it is answered, where it asks: up to the end of the first sentence.
    pub answer: Vec<Uuid>,
    /// What it touches.
    pub topics: BTreeSet<RiskTopic>,
    /// How it is said.
    pub manner: Manner,
}

/// Every line that touches risk, in the order of the session: by the lexicon alone, so that the same turns give the
/// same lines. What is asked and what is denied is listed like what is said.
pub fn risk_lines(turns: &[Turn]) -> Vec<RiskLine> {
    let ids = |range: Range<usize>| turns[range].iter().map(|turn| turn.id).collect::<Vec<_>>();
    let blocks = blocks(turns);
    let mut lines = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        for (range, sentences) in stretches(block) {
            let asks = sentences.iter().any(|sentence| sentence.asks);
            lines.push(RiskLine {
                turns: ids(range),
                answer: blocks
                    .get(at + 1)
                    .filter(|_| asks)
                    .map_or_else(Vec::new, |next| ids(next.sentences[0].turns.clone())),
                topics: sentences.iter().flat_map(|sentence| sentence.risk.iter().copied()).collect(),
                manner: sentences.iter().map(|one| manner(one)).max().unwrap_or(Manner::Said),
            });
        }
    }
    lines
}

/// The sentences of a block that touch risk, together where they share a turn.
fn stretches(block: &Block) -> Vec<(Range<usize>, Vec<&Spoken>)> {
    let mut stretches: Vec<(Range<usize>, Vec<&Spoken>)> = Vec::new();
    for sentence in block.sentences.iter().filter(|sentence| sentence.touches_risk()) {
        match stretches.last_mut() {
            Some((range, sentences)) if sentence.turns.start < range.end => {
                range.end = range.end.max(sentence.turns.end);
                sentences.push(sentence);
            }
            _ => stretches.push((sentence.turns.clone(), vec![sentence])),
        }
    }
    stretches
}

fn manner(sentence: &Spoken) -> Manner {
    if sentence.asks {
        return Manner::Asked;
    }
    let line = word::line(&sentence.text);
    let negation = Negation::of(&line);
    let hits = risk::hits(&line.words);
    let denied = |hit: &Hit| negation.says(hit.start, hit.end) == Says::No;
    if !hits.is_empty() && hits.iter().all(denied) { Manner::Denied } else { Manner::Said }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::turn::Role;

    fn said(lines: &[(Role, &str)]) -> Vec<Turn> {
        let turn = |(at, (role, text)): (u128, &(Role, &str))| Turn {
            id: Uuid::from_u128(at),
            role: *role,
            speaker_label: format!("{role:?}"),
            start_ms: 0,
            end_ms: 0,
            text: (*text).to_owned(),
        };
        (0..).zip(lines).map(turn).collect()
    }

    fn found(lines: &[(Role, &str)]) -> Vec<(Vec<u128>, Vec<u128>, Manner)> {
        let numbers = |ids: Vec<Uuid>| ids.into_iter().map(|id| id.as_u128()).collect();
        let lines = risk_lines(&said(lines)).into_iter();
        lines.map(|line| (numbers(line.turns), numbers(line.answer), line.manner)).collect()
    }

    #[test]
    fn what_is_asked_said_and_denied_is_told_apart_and_a_question_has_its_answer() {
        use Manner::{Asked, Denied, Said};
        use Role::{Client, Therapist};
        let lines = [
            (Therapist, "How was the week?"),
            (Client, "Long."),
            (Therapist, "Have you had any thoughts of suicide?"),
            (Client, "No."),
            (Client, "I have no thoughts of hurting myself."),
            (Client, "Last year I wanted to kill myself."),
        ];
        let expected = [(vec![2], vec![3], Asked), (vec![4], vec![], Denied), (vec![5], vec![], Said)];
        assert_eq!(found(&lines), expected);
    }

    #[test]
    fn a_sentence_that_goes_on_in_the_next_turn_is_one_line_and_a_negation_beside_it_denies_nothing() {
        let lines = [
            (Role::Client, "I am not sleeping, and I wish I"),
            (Role::Client, "was dead. I never told anybody."),
            (Role::Client, "It rained."),
        ];
        assert_eq!(found(&lines), [(vec![0, 1], vec![], Manner::Said)]);
    }
}
