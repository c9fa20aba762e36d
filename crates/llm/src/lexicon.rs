//! Word patterns as data: a small language for lists of phrases, matched in linear time.
//!
//! A line is a pattern of pieces separated by spaces. A piece is `a|b|c` (any of these words), `word~` (any word
//! that begins so), `?a|b` (may be missing), `..` or `..5` (up to three, or five, words of any kind in between).
//! `[topic]` begins a topic, `@name = a|b` names a list, `@drug` is any drug's name, `#` a comment. A line that begins
//! with `^` holds only where the sentence begins.

use std::collections::{HashMap, HashSet};

use crate::medication;

/// The topic whose matches hide their words from all others.
const IDIOM: &str = "idiom";
const GAP: usize = 3;
/// The list of drugs, which no file of patterns has to repeat.
const DRUG: &str = "@drug";

#[derive(Debug)]
enum Piece {
    Words { exact: HashSet<&'static str>, prefixes: Vec<&'static str>, optional: bool },
    Gap(usize),
}

impl Piece {
    fn takes(&self, word: &str) -> bool {
        match self {
            Self::Words { exact, prefixes, .. } => {
                exact.contains(word) || prefixes.iter().any(|prefix| word.starts_with(prefix))
            }
            Self::Gap(_) => false,
        }
    }
}

#[derive(Debug)]
struct Pattern {
    topic: &'static str,
    at_start: bool,
    pieces: Vec<Piece>,
}

/// Patterns by topic.
#[derive(Debug)]
pub struct Lexicon {
    patterns: Vec<Pattern>,
    /// The patterns that begin with this very word: nothing else is tried there,
    by_word: HashMap<&'static str, Vec<usize>>,
    /// but for those that begin with a word of any ending, by its first letter.
    by_letter: HashMap<char, Vec<usize>>,
}

/// One match: the topic and the words `start..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub topic: &'static str,
    pub start: usize,
    pub end: usize,
}

impl Lexicon {
    /// Reads the patterns of a file bundled with the program.
    pub fn parse(source: &'static str) -> Self {
        let mut lists: HashMap<&str, &'static str> = HashMap::new();
        let mut lexicon = Self { patterns: Vec::new(), by_word: HashMap::new(), by_letter: HashMap::new() };
        let mut topic = "";
        for line in source.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[') {
                topic = name.trim_end_matches(']');
            } else if let Some((name, words)) = line.split_once(" = ") {
                lists.insert(name, words);
            } else {
                let (at_start, line) = line.strip_prefix('^').map_or((false, line), |rest| (true, rest));
                let pieces = line.split(' ').map(|p| piece(p, &lists)).collect();
                lexicon.add(Pattern { topic, at_start, pieces });
            }
        }
        lexicon
    }

    fn add(&mut self, pattern: Pattern) {
        let index = self.patterns.len();
        if let Some(Piece::Words { exact, prefixes, .. }) = pattern.pieces.first() {
            for word in exact {
                self.by_word.entry(word).or_default().push(index);
            }
            let letters: HashSet<char> = prefixes.iter().filter_map(|word| word.chars().next()).collect();
            for letter in letters {
                self.by_letter.entry(letter).or_default().push(index);
            }
        }
        self.patterns.push(pattern);
    }

    /// Every match, idioms taken out first.
    pub fn hits(&self, words: &[String]) -> Vec<Hit> {
        let mut hidden = vec![false; words.len()];
        let mut hits = Vec::new();
        for idioms in [true, false] {
            for start in 0..words.len() {
                let word = words[start].as_str();
                let exact = self.by_word.get(word).into_iter().flatten();
                let prefixed = word.chars().next().and_then(|letter| self.by_letter.get(&letter));
                for &index in exact.chain(prefixed.into_iter().flatten()) {
                    let pattern = &self.patterns[index];
                    if (pattern.topic == IDIOM) != idioms || (pattern.at_start && start > 0) {
                        continue;
                    }
                    let Some(end) = end_of(&pattern.pieces, words, start, &hidden) else { continue };
                    if !idioms {
                        hits.push(Hit { topic: pattern.topic, start, end });
                        continue;
                    }
                    hidden[start..end].fill(true);
                }
            }
        }
        hits
    }

    /// Whether a topic is touched.
    pub fn touches(&self, words: &[String], topic: &str) -> bool {
        self.hits(words).iter().any(|hit| hit.topic == topic)
    }
}

fn piece(text: &'static str, lists: &HashMap<&str, &'static str>) -> Piece {
    if let Some(count) = text.strip_prefix("..") {
        return Piece::Gap(count.parse().unwrap_or(GAP));
    }
    let (optional, text) = text.strip_prefix('?').map_or((false, text), |rest| (true, rest));
    let (mut exact, mut prefixes) = (HashSet::new(), Vec::new());
    for word in text.split('|').flat_map(|word| lists.get(word).copied().unwrap_or(word).split('|')) {
        if word == DRUG {
            exact.extend(medication::names());
        } else if let Some(prefix) = word.strip_suffix('~') {
            prefixes.push(prefix);
        } else {
            exact.insert(word);
        }
    }
    Piece::Words { exact, prefixes, optional }
}

/// Where a match that begins at `at` ends, if there is one.
fn end_of(pieces: &[Piece], words: &[String], at: usize, hidden: &[bool]) -> Option<usize> {
    let Some((first, rest)) = pieces.split_first() else { return Some(at) };
    match first {
        Piece::Gap(_) if rest.is_empty() => Some(at),
        Piece::Gap(most) => (0..=*most)
            .map(|skipped| at + skipped)
            .take_while(|&next| next <= words.len())
            .find_map(|next| end_of(rest, words, next, hidden)),
        Piece::Words { optional, .. } => {
            let taken = words.get(at).is_some_and(|word| !hidden[at] && first.takes(word));
            let ended = if taken { end_of(rest, words, at + 1, hidden) } else { None };
            if ended.is_none() && *optional { end_of(rest, words, at, hidden) } else { ended }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words;

    const SAMPLE: &str =
        "@self = myself|yourself\n[idiom]\nkilling it\n[risk]\nkill~ @self\nend ?it all\ncut ..2 off\n";

    fn found(text: &str) -> bool {
        !Lexicon::parse(SAMPLE).hits(&words(text)).iter().all(|hit| hit.topic == "idiom")
    }

    #[test]
    fn the_pattern_language_does_what_its_description_says() {
        for yes in ["I killed myself", "killing yourself", "end it all", "end all", "cut the thing off"] {
            assert!(found(yes), "{yes}");
        }
        for no in ["kill him", "you are killing it", "cut a b c d off", "", "end"] {
            assert!(!found(no), "{no}");
        }
    }

    #[test]
    fn a_line_may_hold_only_at_the_beginning_and_name_every_drug() {
        let lexicon = Lexicon::parse("[plan]\n^call .. tomorrow\n[overdose]\nall ..2 @drug\n");
        let topics = |text: &str| lexicon.hits(&words(text)).iter().map(|hit| hit.topic).collect::<Vec<_>>();
        assert_eq!(topics("Call her tomorrow."), ["plan"]);
        assert!(topics("I call her tomorrow.").is_empty());
        assert_eq!(topics("I took all of the Zoloft"), ["overdose"]);
    }

    #[test]
    fn an_idiom_does_not_hide_what_stands_beside_it() {
        assert!(found("I am killing it at work but I want to kill myself"));
    }
}
