//! What a line is about, apart from risk: small talk, homework, plans, measures and so on, by phrases kept as data.

use std::{collections::BTreeSet, sync::LazyLock};

use crate::lexicon::Lexicon;

static CUES: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../lexicon/cues.txt")));

/// The topics of some words.
pub fn topics(words: &[String]) -> BTreeSet<&'static str> {
    CUES.hits(words).iter().map(|hit| hit.topic).collect()
}

/// Whether some words touch one topic.
pub fn touch(words: &[String], topic: &str) -> bool {
    CUES.touches(words, topic)
}
