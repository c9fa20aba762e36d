//! Which of the client's sentences a note should hold: a sum of named features, chosen by hand, nothing trained.

use crate::exchange::Spoken;

/// Below this a sentence is filler.
pub const LEAST: f32 = 1.0;

/// The worth of a sentence for a note. `answers`: it answers a question.
pub fn score(sentence: &Spoken, answers: bool) -> f32 {
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
        (0.4, answers),
        // Hardly a word of content.
        (-0.8, content < 3),
        // The client's own questions.
        (-1.5, sentence.asks),
        (-3.0, sentence.about("small_talk")),
    ];
    features.iter().filter(|(_, present)| *present).map(|(weight, _)| weight).sum()
}
