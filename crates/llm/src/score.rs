//! Which of the client's sentences a note should hold: a sum of named features, chosen by hand, nothing trained.

use crate::exchange::{Block, Spoken};

/// Below this a sentence is filler: "I know.", "Okay.", thanks and greetings. Whoever says little is still reported.
pub const LEAST: f32 = -0.2;

/// The worth of a sentence for a note. `question`: what it answers.
pub fn score(sentence: &Spoken, question: Option<&Block>) -> f32 {
    let content = sentence.words.iter().filter(|word| crate::text::is_content(word)).count();
    let first_person = sentence
        .words
        .iter()
        .any(|word| matches!(word.as_str(), "i" | "im" | "ive" | "my" | "me" | "myself"));
    let features = [
        // Length in content words; what exceeds twelve adds nothing.
        (0.25 * content.min(12) as f32, true),
        // Sleep, mood, body, use, attention: what notes are about.
        (1.5, sentence.about("symptom")),
        // Work, family, events.
        (1.0, sentence.about("life")),
        // How often, since when, better or worse.
        (0.7, sentence.about("change")),
        (0.5, first_person),
        (0.4, question.is_some()),
        // "No." after "Do you sleep?" says something, after "Shall we begin?" nothing.
        (0.6, content < 2 && question.is_some_and(asks_for_a_fact)),
        // Hardly a word of content.
        (-0.8, content < 3),
        // The client's own questions.
        (-1.5, sentence.asks),
        (-3.0, sentence.about("small_talk")),
    ];
    features.iter().filter(|(_, present)| *present).map(|(weight, _)| weight).sum()
}

fn asks_for_a_fact(question: &Block) -> bool {
    let mut asked = question.sentences.iter().filter(|sentence| sentence.asks);
    asked.next_back().is_some_and(|last| ["symptom", "life", "review"].iter().any(|topic| last.about(topic)))
}
