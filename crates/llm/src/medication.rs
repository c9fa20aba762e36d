//! Which lines speak of a drug or a dose, also where speech recognition misspelt the name.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use crate::{cues, text::words};

/// Shorter names are only matched exactly: too many ordinary words sound like them.
const SHORTEST_SKELETON: usize = 5;
/// Names of at least this length may differ by one letter.
const SHORTEST_FUZZY: usize = 8;

struct Drugs {
    /// Each name with the line of its family.
    names: HashMap<&'static str, usize>,
    skeletons: HashSet<String>,
    by_start: HashMap<(char, usize), Vec<&'static str>>,
}

static DRUGS: LazyLock<Drugs> = LazyLock::new(|| {
    let mut drugs = Drugs { names: HashMap::new(), skeletons: HashSet::new(), by_start: HashMap::new() };
    let lines = include_str!("../lexicon/drugs.txt").lines().filter(|line| !line.starts_with('#'));
    for (family, name) in
        lines.enumerate().flat_map(|(at, line)| line.split_whitespace().map(move |name| (at, name)))
    {
        drugs.names.insert(name, family);
        let skeleton = skeleton(name);
        if skeleton.len() >= SHORTEST_SKELETON {
            drugs.skeletons.insert(skeleton);
        }
        if name.len() >= SHORTEST_FUZZY
            && let Some(first) = name.chars().next()
        {
            for length in name.len() - 1..=name.len() + 1 {
                drugs.by_start.entry((first, length)).or_default().push(name);
            }
        }
    }
    drugs
});

/// The consonants as they sound: "Certrulline" and "sertraline" are both `srtrln`.
fn skeleton(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut skeleton = String::new();
    for (index, &letter) in letters.iter().enumerate() {
        let next = letters.get(index + 1).copied();
        let sound = match letter {
            'c' if matches!(next, Some('e' | 'i' | 'y')) => 's',
            'c' | 'q' => 'k',
            'z' | 'x' => 's',
            'p' if next == Some('h') => 'f',
            'h' if index > 0 => continue,
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'w' => continue,
            other => other,
        };
        if !skeleton.ends_with(sound) {
            skeleton.push(sound);
        }
    }
    skeleton
}

/// Whether two words differ by one letter at most.
fn one_apart(left: &str, right: &str) -> bool {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let same = left.iter().zip(&right).take_while(|(l, r)| l == r).count();
    let (left, right) = (&left[same..], &right[same..]);
    match left.len().cmp(&right.len()) {
        std::cmp::Ordering::Equal => left.is_empty() || left[1..] == right[1..],
        std::cmp::Ordering::Greater => left[1..] == *right,
        std::cmp::Ordering::Less => *left == right[1..],
    }
}

/// Every name of the list.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    DRUGS.names.keys().copied()
}

/// Whether a lower-case word is a drug's name, or sounds like one.
pub(crate) fn is_drug(word: &str) -> bool {
    if DRUGS.names.contains_key(word) {
        return true;
    }
    if !word.is_ascii() || word.len() < 7 || word.len() > 24 {
        return false;
    }
    let near = word.chars().next().is_some_and(|first| {
        DRUGS
            .by_start
            .get(&(first, word.len()))
            .is_some_and(|names| names.iter().any(|name| one_apart(name, word)))
    });
    near || DRUGS.skeletons.contains(&skeleton(word))
}

/// Whether a name that was written is the one that was heard, or as it was misheard. A brand is not its generic: their
/// doses may differ.
pub(crate) fn same_drug(written: &str, heard: &str) -> bool {
    let alike = || one_apart(written, heard) || skeleton(written) == skeleton(heard);
    match (DRUGS.names.get(written), DRUGS.names.get(heard)) {
        _ if written == heard => true,
        (Some(one), Some(other)) => one == other && alike(),
        _ => is_drug(heard) && is_drug(written) && alike(),
    }
}

/// Whether a text names a drug or speaks of medicines, doses or side effects.
pub fn mentions_medication(text: &str) -> bool {
    mentioned(&words(text))
}

/// The same among words as `words` makes them.
pub(crate) fn mentioned(words: &[String]) -> bool {
    named(words) || cues::touch(words, "medication")
}

/// Whether a drug or a dose is named, and not only medicines spoken of.
pub(crate) fn named(words: &[String]) -> bool {
    words.iter().any(|word| is_drug(word) || is_dose(word))
}

/// `50mg`, written as one word.
fn is_dose(word: &str) -> bool {
    ["mg", "mcg"].iter().any(|unit| {
        word.strip_suffix(unit).is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_doses_and_misheard_names_are_found() {
        for text in [
            "Certraline 50 milligrams",
            "the Certrulline",
            "Certaroline",
            "zoloft",
            "I stopped the sertralin",
            "50mg at night",
            "Are your meds working?",
            "lamotrogine",
            "quetiapin",
            "any side effects?",
            "Lithium",
            "escitaloprám or escitalopram",
        ] {
            assert!(mentions_medication(text), "missed: {text}");
        }
    }

    #[test]
    fn ordinary_speech_is_not_a_drug() {
        for text in [
            "I certainly remember the certificate",
            "breathing exercise together",
            "concentrating on a relationship",
        ] {
            assert!(!mentions_medication(text), "false alarm: {text}");
        }
    }
}
