//! Counting and comparing what a note says.

use shared::notes::{Origin, Section};

/// What a signer is about to sign, in figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// All sentences.
    pub sentences: usize,
    /// Drafted by AI and not changed.
    pub drafted: usize,
    /// Written or changed by a person.
    pub written: usize,
    /// Sections that say nothing.
    pub empty_sections: usize,
}

/// Counts a note's sentences.
pub fn counts(sections: &[Section]) -> Counts {
    let mut counts = Counts::default();
    for section in sections {
        counts.empty_sections += usize::from(section.sentences.is_empty());
        for sentence in &section.sentences {
            counts.sentences += 1;
            match sentence.origin {
                Origin::Ai => counts.drafted += 1,
                Origin::Clinician => counts.written += 1,
            }
        }
    }
    counts
}

/// What an empty section says, from the format; nothing is assumed.
pub fn prompt(format: shared::templates::NoteFormat, key: &str) -> &'static str {
    format.sections().iter().find(|(one, ..)| *one == key).map_or("Not discussed", |(_, _, prompt)| prompt)
}

/// The sections that nobody may scroll past.
pub fn is_prominent(key: &str) -> bool {
    matches!(key, "risk" | "medication")
}

/// `1 sentence`, `3 sentences`.
pub fn plural(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::{Phi, notes::Sentence, templates::NoteFormat};

    fn sentence(origin: Origin) -> Sentence {
        Sentence { id: None, text: Phi::from("words"), origin, evidence: vec![] }
    }

    #[test]
    fn a_signer_sees_how_much_was_drafted_and_not_changed() {
        let sections = [
            Section {
                key: "data".into(),
                title: "Data".into(),
                sentences: vec![sentence(Origin::Ai), sentence(Origin::Clinician), sentence(Origin::Ai)],
            },
            Section { key: "plan".into(), title: "Plan".into(), sentences: vec![] },
        ];
        assert_eq!(counts(&sections), Counts { sentences: 3, drafted: 2, written: 1, empty_sections: 1 });
    }

    #[test]
    fn an_empty_objective_was_not_assessed() {
        assert_eq!(prompt(NoteFormat::Soap, "objective"), "Not assessed");
        assert_eq!(prompt(NoteFormat::Soap, "risk"), "Not discussed");
    }
}
