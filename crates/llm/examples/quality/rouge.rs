//! ROUGE (Lin 2004): how much of what a person wrote stands in a draft, by words (1), pairs of words (2) and the longest
//! common subsequence of words (L), as F1. Words are runs of ASCII letters and digits in lower case; those of more than
//! three letters are stemmed (Snowball English). What occurs more than once counts as often as it stands in both.

use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};

/// F1 between 0 and 1.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rouge {
    pub one: f64,
    pub two: f64,
    pub longest: f64,
}

/// Compares a draft with what a person wrote.
pub fn rouge(written: &str, person: &str) -> Rouge {
    let stemmer = Stemmer::create(Algorithm::English);
    let (written, person) = (stems(&stemmer, written), stems(&stemmer, person));
    let longest = longest_common(&written, &person);
    Rouge {
        one: overlap(&written, &person, 1),
        two: overlap(&written, &person, 2),
        longest: f1(longest, written.len(), person.len()),
    }
}

/// ROUGE-1 alone.
pub fn rouge_one(written: &str, person: &str) -> f64 {
    let stemmer = Stemmer::create(Algorithm::English);
    overlap(&stems(&stemmer, written), &stems(&stemmer, person), 1)
}

fn stems(stemmer: &Stemmer, text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| if word.len() > 3 { stemmer.stem(word).into_owned() } else { word.to_owned() }).collect()
}

fn overlap(written: &[String], person: &[String], length: usize) -> f64 {
    let mut counts: HashMap<&[String], usize> = HashMap::new();
    for gram in person.windows(length) {
        *counts.entry(gram).or_default() += 1;
    }
    let mut common = 0;
    for gram in written.windows(length) {
        if let Some(left) = counts.get_mut(gram).filter(|left| **left > 0) {
            *left -= 1;
            common += 1;
        }
    }
    let grams = |words: &[String]| (words.len() + 1).saturating_sub(length);
    f1(common, grams(written), grams(person))
}

fn longest_common(written: &[String], person: &[String]) -> usize {
    let mut row = vec![0; person.len() + 1];
    for word in written {
        let mut diagonal = 0;
        for (at, other) in person.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if word == other { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    row.last().copied().unwrap_or_default()
}

fn f1(common: usize, written: usize, person: usize) -> f64 {
    if common == 0 { 0.0 } else { 2.0 * common as f64 / (written + person) as f64 }
}
