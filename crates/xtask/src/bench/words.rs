//! How many words a transcript has wrong.

/// Word error rate in percent: words put in, left out and mistaken, by the words that were said
/// (Levenshtein distance). Case and punctuation do not count; "5" for "five" does.
pub fn error_rate(said: &str, heard: &str) -> f64 {
    let (said, heard) = (words(said), words(heard));
    let mut row: Vec<usize> = (0..=heard.len()).collect();
    for (index, word) in said.iter().enumerate() {
        let mut before = row[0];
        row[0] = index + 1;
        for (at, other) in heard.iter().enumerate() {
            let changed = before + usize::from(word != other);
            before = row[at + 1];
            row[at + 1] = changed.min(row[at] + 1).min(before + 1);
        }
    }
    let wrong = row.last().copied().unwrap_or_default();
    wrong as f64 * 100.0 / said.len().max(1) as f64
}

fn words(text: &str) -> Vec<String> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '\'';
    text.to_lowercase()
        .replace('\u{2019}', "'")
        .split(|letter| !is_word(letter))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_that_differs_is_counted_once() {
        let rate = |heard| error_rate("I don't sleep, not at all.", heard).round() as u32;
        assert_eq!(rate("I don\u{2019}t sleep not at ALL"), 0);
        assert_eq!(rate("I don't sleep at all"), 17);
        assert_eq!(rate("I don't sleep, no, not at all"), 17);
        assert_eq!(rate("I do sleep, not at all"), 17);
        assert_eq!(rate(""), 100);
    }
}
