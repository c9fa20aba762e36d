//! Search as one types, over rows that are already loaded.

/// Whether every word of `query` begins some word of `texts`, whatever the case.
pub fn matches<'a>(query: &str, texts: impl IntoIterator<Item = &'a str>) -> bool {
    let words: Vec<String> = texts
        .into_iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    query
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
        .all(|part| words.iter().any(|word| word.starts_with(&part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_may_be_a_beginning_in_any_order() {
        assert!(matches("lov ad", ["Ada", "Lovelace"]));
        assert!(matches("", ["Ada"]));
        assert!(matches("ÉLO", ["Élodie"]));
        assert!(!matches("ada byron", ["Ada", "Lovelace"]));
        assert!(!matches("velace", ["Lovelace"]));
    }
}
