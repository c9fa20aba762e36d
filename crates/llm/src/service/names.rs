//! Names stay here: what goes elsewhere has placeholders in their place (45 CFR 164.502(b), the minimum necessary).

/// The names of those who shall not be named elsewhere, each with its placeholder.
#[derive(Debug, Default)]
pub(super) struct Names(Vec<(String, String)>);

impl Names {
    /// Whole names and their parts: `Anna Maria` is also said as `Anna`.
    pub(super) fn of(names: &[String]) -> Self {
        let mut all: Vec<String> = names
            .iter()
            .flat_map(|name| std::iter::once(name.trim()).chain(name.split([' ', '-'])))
            .filter(|name| name.chars().count() > 1)
            .map(str::to_owned)
            .collect();
        // The longest first, so that no name is replaced within another.
        all.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        all.dedup();
        Self(all.into_iter().enumerate().map(|(index, name)| (name, format!("Name{}", index + 1))).collect())
    }

    /// The text with placeholders. A name is a whole word, written as it is written.
    pub(super) fn take_out(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, placeholder)| replaced(&text, name, placeholder))
    }

    /// The text with its names. `Name1` is no part of `Name12`.
    pub(super) fn put_back(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, placeholder)| replaced(&text, placeholder, name))
    }
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(at) = rest.find(from) {
        let (head, tail) = (&rest[..at], &rest[at + from.len()..]);
        let left = head.chars().next_back().or(before);
        let whole = !left.is_some_and(char::is_alphanumeric)
            && !tail.chars().next().is_some_and(char::is_alphanumeric);
        replaced.push_str(head);
        replaced.push_str(if whole { to } else { from });
        before = from.chars().next_back();
        rest = tail;
    }
    replaced.push_str(rest);
    replaced
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names() -> Names {
        Names::of(&["Zoë Ann".into(), "Quint-Marsh".into(), "Will".into(), String::new()])
    }

    #[test]
    fn names_are_taken_out_whole_in_parts_and_with_their_endings() {
        let out = names().take_out("Zoë Ann, or Zoë's mother Mrs Quint. Annual bills? Quint-Marsh! I will.");
        for name in ["Zoë", "Ann,", "Quint", "Marsh"] {
            assert!(!out.contains(name), "{name} is in {out}");
        }
        assert!(out.contains("Annual bills") && out.contains("I will"), "{out}");
    }

    proptest! {
        #[test]
        fn what_was_taken_out_comes_back(text in "((Zoë|Ann|Quint|Marsh|Will|slept|well|äöü|'s|,| |-)){0,30}") {
            let names = names();
            prop_assert_eq!(names.put_back(&names.take_out(&text)), text);
        }

        #[test]
        fn nothing_makes_it_panic(text in ".*", name in ".{0,6}") {
            let names = Names::of(&[name]);
            let _ = names.put_back(&names.take_out(&text));
        }
    }
}
