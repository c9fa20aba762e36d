//! What a line denies: which of its words stand under a "no", and which in doubt.

use crate::gate::word::{Between, Line};

/// Words that deny what follows them, up to the end of the clause.
const DENYING: &str = "not no never none neither nor without nothing nobody nowhere cannot cant couldnt dont doesnt didnt \
    isnt arent wasnt werent havent hasnt hadnt wont wouldnt shouldnt aint mustnt deny denies denied \
    denying stop stops stopped stopping quit quits quitting discontinue discontinued discontinues lacks \
    declined declines refused refuses negative non";
/// Of these, the ones that tell of an end or of a refusal as well.
const ENDING: &str = "stop stops stopped stopping quit quits quitting discontinue discontinued discontinues declined declines \
    refused refuses";
/// Of these, the ones that deny a list of nouns: "and" goes on with it.
const LISTING: &str = "no without deny denies denied denying lacks negative neither none";
/// Words that deny what stands before them in their clause when they end it.
const CLOSING: &str = "denied absent negative none no never nope stopped discontinued";
/// Words that leave it open whether what they go with is so: trouble with sleep is neither sleep nor none.
const DOUBTING: &str = "unable inability difficulty difficulties trouble struggle struggles struggled struggling hardly \
    barely poor poorly badly unless if";
/// A clause begins with these.
const TURNING: &str =
    "but however although though except because yet while whereas instead until if when so which";
/// A clause begins with these after a comma, "and" or "then".
const SUBJECTS: &str = "i im ive id ill he hes she shes they theyre theyve we were weve you youre youve it its client \
    patient therapist clinician my the this that thats there theres his her their just only has is does \
    reports stated reported said noted endorsed endorses acknowledged agreed states will let lets";
/// "No" before these answers, and denies nothing of what follows.
const AFTER_AN_ANSWER: &str = "i im ive id ill it its he she they we you not never nothing none that thats just my the no really \
    sir maam doctor thank thanks";

/// What a line says of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    Yes,
    No,
    /// In doubt, or not to be told: goes with either.
    Either,
}

impl Says {
    /// Whether what was said supports what is written.
    pub fn supports(self, written: Self) -> bool {
        self == written || self == Self::Either || written == Self::Either
    }
}

/// Words under a negation: which word denies, and the words `from..to`.
#[derive(Debug, Clone, Copy)]
struct Scope {
    by: usize,
    from: usize,
    to: usize,
}

/// What a line denies and what it leaves in doubt.
#[derive(Debug, Clone)]
pub struct Negation {
    scopes: Vec<Scope>,
    doubtful: Vec<bool>,
}

fn is(list: &str, word: &str) -> bool {
    list.split(' ').any(|listed| listed == word)
}

/// Whether a word does nothing but deny: it is compared as what it denies, not as a word.
pub fn denies(word: &str) -> bool {
    (is(DENYING, word) && !is(ENDING, word))
        || matches!(word, "absent" | "anymore" | "nope" | "nah" | "if" | "unless" | "hardly" | "barely")
}

/// Where the clauses of a line begin; the first is 0.
fn clauses(line: &Line) -> Vec<usize> {
    let begins = |at: usize| {
        let (word, before) = (line.words[at].as_str(), line.words[at - 1].as_str());
        match line.between[at] {
            Between::Cut | Between::Colon => true,
            Between::Comma if is(SUBJECTS, word) || is(TURNING, word) => true,
            _ => is(TURNING, word) || (matches!(before, "and" | "then" | "so") && is(SUBJECTS, word)),
        }
    };
    std::iter::once(0).chain((1..line.words.len()).filter(|&at| begins(at))).collect()
}

impl Negation {
    /// Reads a line.
    pub fn of(line: &Line) -> Self {
        let starts = clauses(line);
        let mut negation = Self { scopes: Vec::new(), doubtful: vec![false; line.words.len()] };
        for (index, &start) in starts.iter().enumerate() {
            let end = starts.get(index + 1).copied().unwrap_or(line.words.len());
            for at in start..end {
                let word = line.words[at].as_str();
                if is(DOUBTING, word) {
                    negation.doubtful[start..at].fill(true);
                    negation.doubtful[at + 1..end].fill(true);
                    // "Trouble sleeping", "unable to sleep", "hardly sleeps": this one thing is not so.
                    if let Some(verb) = hindered(line, at).filter(|verb| *verb < end) {
                        negation.doubtful[verb] = false;
                        negation.scopes.push(Scope { by: at, from: verb, to: verb + 1 });
                    }
                }
                if at + 1 == end && at > 0 && is(CLOSING, word) {
                    // "SI: denied" speaks of what stands before the colon.
                    let from = if at > start { start } else { starts[index.saturating_sub(1)] };
                    negation.scopes.push(Scope { by: at, from, to: at });
                } else if is(DENYING, word) && !is_answer(line, at, start) && !is_only(line, at) {
                    negation.scopes.push(Scope { by: at, from: at + 1, to: reach(line, at, end) });
                }
            }
        }
        negation
    }

    /// What the line says of a stretch of words, apart from what stands inside it.
    pub fn says(&self, from: usize, to: usize) -> Says {
        let last = to.saturating_sub(1);
        if self.doubtful.get(last).copied().unwrap_or(false) {
            return Says::Either;
        }
        let over = |scope: &&Scope| (scope.from..scope.to).contains(&last) && !(from..to).contains(&scope.by);
        // Two negations are none: "I can't stop crying".
        if self.scopes.iter().filter(over).count() % 2 == 1 { Says::No } else { Says::Yes }
    }
}

/// The verb that a word of doubt goes with.
fn hindered(line: &Line, at: usize) -> Option<usize> {
    let next = line.words.get(at + 1)?;
    match line.words[at].as_str() {
        "if" | "unless" => None,
        "hardly" | "barely" => Some(at + 1),
        _ if next == "to" => Some(at + 2),
        _ => next.ends_with("ing").then_some(at + 1),
    }
}

/// Up to where a negation reaches in its clause.
fn reach(line: &Line, at: usize, end: usize) -> usize {
    let lists = is(LISTING, &line.words[at]);
    let ends = |next: &usize| {
        let (word, before) = (line.words[*next].as_str(), line.words[*next - 1].as_str());
        // "No fever, no chills": each denies its own.
        let again = is(DENYING, word)
            && (line.between[*next] == Between::Comma || matches!(before, "and" | "or") || word == "nor");
        again || (!lists && word == "and")
    };
    (at + 1..end).find(ends).unwrap_or(end)
}

/// "No, I sleep well" answers.
fn is_answer(line: &Line, at: usize, start: usize) -> bool {
    line.words[at] == "no"
        && at == start
        && line
            .words
            .get(at + 1)
            .is_none_or(|next| line.between[at + 1] != Between::Space || is(AFTER_AN_ANSWER, next))
}

/// "Not only" denies nothing.
fn is_only(line: &Line, at: usize) -> bool {
    line.words[at] == "not" && line.words.get(at + 1).is_some_and(|next| next == "only")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::word::line;

    fn says(text: &str, word: &str) -> Says {
        let line = line(text);
        let at = line.words.iter().position(|found| found == word).unwrap();
        Negation::of(&line).says(at, at + 1)
    }

    #[test]
    fn a_negation_reaches_to_the_end_of_its_clause() {
        for (text, word, expected) in [
            ("I don't sleep at all", "sleep", Says::No),
            ("I don't sleep, I just lie there", "lie", Says::Yes),
            ("I don't smoke but I drink", "drink", Says::Yes),
            ("No, I live alone", "alone", Says::Yes),
            ("No I live alone", "alone", Says::Yes),
            ("No nausea, vomiting, or fever", "fever", Says::No),
            ("Denies tobacco, alcohol, and drugs", "drugs", Says::No),
            ("I can't stop crying", "crying", Says::Yes),
            ("I stopped the Zoloft", "zoloft", Says::No),
            ("I have trouble sleeping", "sleeping", Says::No),
            ("No trouble sleeping", "sleeping", Says::Yes),
            ("I struggle with my boss", "boss", Says::Either),
            ("Suicidal ideation was denied", "ideation", Says::No),
            ("I do not drink anymore", "drink", Says::No),
            ("Not only work but home too", "work", Says::Yes),
        ] {
            assert_eq!(says(text, word), expected, "{text}: {word}");
        }
    }
}
