//! A text as lines of words, each known by its stem: what the checks compare.

use std::{collections::HashMap, sync::LazyLock};

use rust_stemmers::{Algorithm, Stemmer};

use crate::text::{asks, pieces, sentences, tidy};

static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// Words whose forms no rule of spelling joins, by the first of their line.
static FORMS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../lexicon/gate/forms.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .flat_map(|line| {
            let mut forms = line.split_whitespace();
            let first = forms.next().unwrap_or_default();
            forms.map(move |form| (form, first))
        })
        .collect()
});

/// What words with one meaning have in common: `slept` and `sleeping` are `sleep`.
pub fn stem(word: &str) -> String {
    let base = FORMS.get(word).copied().unwrap_or(word);
    let stem = STEMMER.stem(base);
    match FORMS.get(stem.as_ref()) {
        Some(first) if base == word => STEMMER.stem(first).into_owned(),
        _ => stem.into_owned(),
    }
}

/// What stands behind a "non" that denies nothing.
const WHOLE: [&str; 3] = ["etheless", "contributory", "chalant"];

/// What stands between a word and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    Space,
    Comma,
    /// Between the numbers of a date, a fraction or a pair like `120/80`.
    Slash,
    Colon,
    /// A semicolon, a dash or a bracket.
    Cut,
}

/// One sentence, word by word; the three lists are of one length.
#[derive(Debug, Clone)]
pub struct Line {
    /// In lower case without apostrophes.
    pub words: Vec<String>,
    pub stems: Vec<String>,
    pub between: Vec<Between>,
    pub asks: bool,
}

impl Line {
    /// The words with one space between them.
    pub fn joined(&self) -> String {
        self.words.join(" ")
    }
}

/// The sentences of a text; those without a word are left out.
pub fn lines(text: &str) -> Vec<Line> {
    let marked = pieces(&tidy(text)).into_iter().map(|piece| (piece, ())).collect();
    sentences(marked)
        .into_iter()
        .map(|sentence| line(&sentence.into_iter().map(|(piece, ())| piece).collect::<Vec<_>>().join(" ")))
        .filter(|line| !line.words.is_empty())
        .collect()
}

/// A sentence as one line.
pub fn line(sentence: &str) -> Line {
    let mut line = Line { words: Vec::new(), stems: Vec::new(), between: Vec::new(), asks: asks(sentence) };
    let (mut word, mut between) = (String::new(), Between::Space);
    let mut characters = sentence.chars().peekable();
    while let Some(character) = characters.next() {
        let next_is_digit = characters.peek().is_some_and(char::is_ascii_digit);
        let digits = word.ends_with(|c: char| c.is_ascii_digit());
        match character {
            '\'' | '’' | '‘' | '`' => {}
            // 1.5 and 1,000 are one number each.
            '.' if digits && next_is_digit && !word.contains('.') => word.push('.'),
            ',' if digits && next_is_digit => {}
            _ if character.is_alphanumeric() => {
                // 50mg is two words, 3rd is one.
                if digits && character.is_alphabetic() && word.chars().all(|c| c.is_ascii_digit() || c == '.')
                {
                    line.end(&mut word, &mut between);
                }
                word.extend(character.to_lowercase());
            }
            _ => {
                line.end(&mut word, &mut between);
                match character {
                    '/' if next_is_digit => between = Between::Slash,
                    ',' => between = Between::Comma,
                    ':' => between = Between::Colon,
                    ';' | '—' | '–' | '(' | ')' | '…' | '.' | '?' | '!' => between = Between::Cut,
                    _ => {}
                }
            }
        }
    }
    line.end(&mut word, &mut between);
    line.join_letters();
    line
}

impl Line {
    fn end(&mut self, word: &mut String, between: &mut Between) {
        if word.is_empty() {
            return;
        }
        let mut word = std::mem::take(word);
        // A nonsmoker is no smoker.
        if let Some(rest) = word.strip_prefix("non").filter(|rest| rest.len() > 5 && !WHOLE.contains(rest)) {
            let rest = rest.to_owned();
            self.push("non".to_owned(), std::mem::replace(between, Between::Space));
            word = rest;
        }
        self.push(word, std::mem::replace(between, Between::Space));
    }

    fn push(&mut self, word: String, between: Between) {
        self.stems.push(stem(&word));
        self.words.push(word);
        self.between.push(between);
    }

    /// What was spelt is one word: `S S R I` is `ssri`.
    fn join_letters(&mut self) {
        let letter = |word: &str| word.len() == 1 && word.chars().all(|c| c.is_ascii_lowercase());
        let mut at = 0;
        while at < self.words.len() {
            let count = self.words[at..].iter().take_while(|word| letter(word)).count();
            // "4 M G I M": the unit by itself.
            let unit = self.words[at..].iter().take(2).map(String::as_str).eq(["m", "g"]);
            let count = if unit { 2 } else { count };
            let spelt = self.words[at..at + count].concat();
            if count > 1 && spelt.chars().any(|c| !matches!(c, 'a' | 'i')) {
                self.stems[at] = stem(&spelt);
                self.words[at] = spelt;
                let rest = at + 1..at + count;
                self.words.drain(rest.clone());
                self.stems.drain(rest.clone());
                self.between.drain(rest);
            }
            at += 1;
        }
    }
}

/// The words of a list kept as data, by their stems.
pub fn stems_of(source: &'static str) -> std::collections::HashSet<String> {
    let lines = source.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).map(stem).collect()
}
