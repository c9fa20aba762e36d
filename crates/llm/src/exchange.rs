//! The session as blocks: what one speaker says until another speaks, cut into sentences that know their turns.
//!
//! Recognised speech comes in segments that may end in the middle of a sentence, so neighbouring turns of one speaker are
//! read as one, and a sentence that crosses their border is supported by both.

use std::{
    collections::{BTreeSet, HashSet},
    ops::Range,
};

use crate::{
    cues, medication,
    risk::{self, RiskTopic},
    text::{asks, pieces, sentences, tidy, words},
    turn::{Role, Turn},
};

/// One sentence as it was said.
pub struct Spoken {
    pub text: String,
    pub words: Vec<String>,
    /// Indices of the turns it comes from; never empty.
    pub turns: Range<usize>,
    pub asks: bool,
    /// What it touches, perhaps together with its neighbour.
    pub risk: BTreeSet<RiskTopic>,
    pub medication: bool,
    pub topics: BTreeSet<&'static str>,
}

impl Spoken {
    pub fn about(&self, topic: &str) -> bool {
        self.topics.contains(topic)
    }

    pub fn touches_risk(&self) -> bool {
        !self.risk.is_empty()
    }
}

/// What one speaker says until another speaks.
pub struct Block {
    pub role: Role,
    /// The name in the note: `Therapist`, `Client`, or the speaker's label.
    pub name: String,
    pub sentences: Vec<Spoken>,
    /// Whether it puts a question.
    pub asks: bool,
}

impl Block {
    pub fn words(&self) -> usize {
        self.sentences.iter().map(|sentence| sentence.words.len()).sum()
    }

    /// Whether the speaker may be the therapist: said to be, or nobody knows.
    pub fn may_be_therapist(&self) -> bool {
        matches!(self.role, Role::Therapist | Role::Unknown)
    }

    /// Whether the speaker is not the therapist, as far as anybody knows.
    pub fn may_be_client(&self) -> bool {
        !matches!(self.role, Role::Therapist)
    }
}

/// The blocks of a session; turns without a word are left out.
pub fn blocks(turns: &[Turn]) -> Vec<Block> {
    let clients: HashSet<&str> = turns
        .iter()
        .filter(|turn| turn.role == Role::Client)
        .map(|turn| turn.speaker_label.as_str())
        .collect();
    let therapists: HashSet<&str> = turns
        .iter()
        .filter(|turn| turn.role == Role::Therapist)
        .map(|turn| turn.speaker_label.as_str())
        .collect();
    let mut blocks = Vec::new();
    let mut from = 0;
    while from < turns.len() {
        let first = &turns[from];
        let same = |turn: &&Turn| turn.role == first.role && turn.speaker_label == first.speaker_label;
        let to = from + turns[from..].iter().take_while(same).count();
        let marked = (from..to)
            .flat_map(|index| pieces(&tidy(&turns[index].text)).into_iter().map(move |piece| (piece, index)))
            .collect();
        let mut sentences: Vec<Spoken> = sentences(marked).into_iter().filter_map(spoken).collect();
        join_risk(&mut sentences);
        let alone = match first.role {
            Role::Therapist => therapists.len() < 2,
            Role::Client => clients.len() < 2,
            Role::Other | Role::Unknown => false,
        };
        if !sentences.is_empty() {
            blocks.push(Block {
                role: first.role,
                name: if alone { format!("{:?}", first.role) } else { label(&first.speaker_label) },
                asks: sentences.iter().any(|sentence| sentence.asks),
                sentences,
            });
        }
        from = to;
    }
    blocks
}

/// Looks for risk across the cuts that were made where no sentence ended.
fn join_risk(sentences: &mut [Spoken]) {
    for at in 1..sentences.len() {
        let (before, after) = (&sentences[at - 1], &sentences[at]);
        if before.text.ends_with(['.', '?', '!', '…']) || before.touches_risk() || after.touches_risk() {
            continue;
        }
        let both: Vec<String> = before.words.iter().chain(&after.words).cloned().collect();
        let touched = risk::topics_of(&both);
        sentences[at - 1].risk.clone_from(&touched);
        sentences[at].risk = touched;
    }
}

/// A speaker's label, made safe to print.
fn label(label: &str) -> String {
    let tidy: String = tidy(label).chars().take(60).collect();
    if tidy.is_empty() { "Speaker".to_owned() } else { tidy }
}

fn spoken(pieces: Vec<(String, usize)>) -> Option<Spoken> {
    let (first, last) = (pieces.first()?.1, pieces.last()?.1);
    let text = pieces.into_iter().map(|(piece, _)| piece).collect::<Vec<_>>().join(" ");
    let words = words(&text);
    if words.is_empty() {
        return None;
    }
    Some(Spoken {
        asks: asks(&text),
        risk: risk::topics_of(&words),
        medication: medication::mentioned(&words),
        topics: cues::topics(&words),
        turns: first..last + 1,
        text,
        words,
    })
}
