//! Templates: the built-in note formats. They hold nothing about anybody.

use shared::templates::{NoteFormat, TemplateView};

/// Every format, in the order in which it is offered.
pub fn all() -> Vec<TemplateView> {
    NoteFormat::ALL.iter().map(|format| format.view()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_format_shows_risk_and_medication_first_and_names_no_section_twice() {
        for format in all() {
            let keys: Vec<_> = format.sections.iter().map(|section| section.key.as_str()).collect();
            assert_eq!(keys[..2], ["risk", "medication"], "{}", format.title);
            assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len(), "{}", format.title);
        }
    }
}
