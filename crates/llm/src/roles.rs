//! Who is the therapist and who the client, by how they speak: a suggestion for the clinician to confirm.

use std::collections::BTreeMap;

use crate::{
    cues,
    text::{asks, sentences, words},
    turn::{Role, Turn},
};

/// Fewer words than these from a speaker decide nothing.
const FEWEST_WORDS: usize = 20;
/// Less certainty than this is "unknown".
const LEAST_CONFIDENCE: f32 = 0.65;

/// A suggestion for one speaker.
#[derive(Debug, Clone, PartialEq)]
pub struct SuggestedRole {
    /// The speaker's label, as in the turns.
    pub speaker_label: String,
    /// The part suggested; `Unknown` where the signs do not agree.
    pub role: Role,
    /// How clear the signs are, 0 to 1.
    pub confidence: f32,
}

#[derive(Default)]
struct Signs {
    words: f32,
    sentences: f32,
    questions: f32,
    you: f32,
    me: f32,
    guiding: f32,
}

impl Signs {
    /// Positive speaks for the therapist.
    fn lean(&self) -> f32 {
        let questions = self.questions / self.sentences.max(1.0);
        let address = (self.you - self.me) / (self.you + self.me).max(1.0);
        let guiding = (self.guiding / self.sentences.max(1.0)).min(0.5);
        2.0 * questions + 1.5 * address + 2.0 * guiding
    }
}

/// One suggestion for each speaker, in the order in which they first speak. With exactly two speakers who differ clearly
/// one is the therapist and one the client; in every other case only what is clear is suggested.
pub fn suggest_roles(turns: &[Turn]) -> Vec<SuggestedRole> {
    let mut order: Vec<&str> = Vec::new();
    let mut by_label: BTreeMap<&str, Signs> = BTreeMap::new();
    for turn in turns {
        if !by_label.contains_key(turn.speaker_label.as_str()) {
            order.push(&turn.speaker_label);
        }
        let signs = by_label.entry(&turn.speaker_label).or_default();
        let pieces = turn.text.split_whitespace().map(|piece| (piece.to_owned(), ())).collect();
        for sentence in sentences(pieces) {
            let text = sentence.into_iter().map(|(piece, ())| piece).collect::<Vec<_>>().join(" ");
            let words = words(&text);
            let count =
                |set: &[&str]| words.iter().filter(|word| set.contains(&word.as_str())).count() as f32;
            signs.words += words.len() as f32;
            signs.sentences += 1.0;
            signs.questions += f32::from(u8::from(asks(&text)));
            signs.you += count(&["you", "your", "youre", "youve", "yourself"]);
            signs.me += count(&["i", "im", "ive", "my", "me", "myself"]);
            let topics = cues::topics(&words);
            let guides = ["plan", "review", "reflection", "together", "formulation", "measure"];
            signs.guiding += f32::from(u8::from(guides.iter().any(|topic| topics.contains(topic))));
        }
    }
    let enough = |label: &&str| by_label[*label].words >= FEWEST_WORDS as f32;
    let speaking: Vec<&str> = order.iter().copied().filter(enough).collect();
    let therapist =
        speaking.iter().copied().max_by(|a, b| by_label[*a].lean().total_cmp(&by_label[*b].lean()));
    order
        .iter()
        .map(|label| {
            let others = speaking.iter().filter(|other| *other != label).map(|other| by_label[*other].lean());
            let mine = by_label[*label].lean();
            let is_first = therapist == Some(*label);
            // The distance to the speaker from whom this one has to differ, squashed to 0.5..1.
            let distance = if is_first {
                others.fold(f32::INFINITY, |least, lean| least.min(mine - lean))
            } else {
                therapist.map_or(0.0, |label| by_label[label].lean() - mine)
            };
            let confidence = if speaking.len() < 2 || !distance.is_finite() || !enough(label) {
                0.0
            } else {
                1.0 - 0.5 * (-1.2 * distance.max(0.0)).exp()
            };
            let role = match (confidence >= LEAST_CONFIDENCE, is_first) {
                (true, true) => Role::Therapist,
                (true, false) if speaking.len() == 2 => Role::Client,
                _ => Role::Unknown,
            };
            SuggestedRole { speaker_label: (*label).to_owned(), role, confidence }
        })
        .collect()
}
