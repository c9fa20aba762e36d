//! Words that a note may write for others that were said, kept as data.

use std::{collections::HashMap, sync::LazyLock};

use crate::{
    gate::word::{Line, stem},
    lexicon::{Hit, Lexicon},
};

const SOURCE: &str = include_str!("../../lexicon/gate/meaning.txt");

static MEANING: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(SOURCE));

/// The headings by each of their words.
static HEADINGS: LazyLock<HashMap<String, Vec<&'static str>>> = LazyLock::new(|| {
    let mut headings: HashMap<String, Vec<&'static str>> = HashMap::new();
    for line in SOURCE.lines() {
        let Some(heading) = line.strip_prefix('[').map(|line| line.trim_end_matches(']')) else { continue };
        for word in heading.split(' ') {
            headings.entry(stem(word)).or_default().push(heading);
        }
    }
    headings
});

/// What was said in other words: each heading with the words that stand for it.
pub fn meant(line: &Line) -> Vec<Hit> {
    MEANING.hits(&line.words)
}

/// The headings under which a written word may have been said.
pub fn headings(stem: &str) -> &'static [&'static str] {
    HEADINGS.get(stem).map_or(&[], Vec::as_slice)
}
