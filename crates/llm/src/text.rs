//! Words and sentences of spoken text.

use std::{collections::HashSet, sync::LazyLock};

/// A sentence longer than this is cut: without punctuation a whole turn would count as one.
const LONGEST_SENTENCE: usize = 60;
/// In characters; what has no spaces is cut here too.
const LONGEST_RUN: usize = 800;

/// The words in lower case without apostrophes: `Don't` is `dont`.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for character in text.chars() {
        match character {
            '\'' | '’' | '‘' | '`' => {}
            _ if character.is_alphanumeric() => word.extend(character.to_lowercase()),
            _ if word.is_empty() => {}
            _ => words.push(std::mem::take(&mut word)),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The text on one line, without control characters; double quotation marks become single, so that they can stand
/// inside a quotation.
pub fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for piece in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|piece| !piece.is_empty()) {
        if !tidy.is_empty() {
            tidy.push(' ');
        }
        tidy.extend(piece.chars().map(|c| if matches!(c, '"' | '“' | '”' | '„') { '\'' } else { c }));
    }
    tidy
}

/// The pieces of tidy text between spaces; what is longer than a sentence may be comes in parts.
pub fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    for piece in text.split(' ').filter(|piece| !piece.is_empty()) {
        let mut rest = piece;
        while let Some((cut, _)) = rest.char_indices().nth(LONGEST_RUN) {
            pieces.push(rest[..cut].to_owned());
            rest = &rest[cut..];
        }
        pieces.push(rest.to_owned());
    }
    pieces
}

fn speaks_of_self(piece: &str) -> bool {
    matches!(piece, "I" | "I'm" | "I’m" | "I've" | "I’ve" | "I'll" | "I’ll")
}

/// Cuts pieces, each with its mark, into sentences, in order, nothing left out.
pub fn sentences<M: Copy>(pieces: Vec<(String, M)>) -> Vec<Vec<(String, M)>> {
    const ABBREVIATED: [&str; 11] =
        ["dr.", "mr.", "mrs.", "ms.", "mg.", "vs.", "st.", "e.g.", "i.e.", "a.m.", "p.m."];
    let mut found = Vec::new();
    let mut current: Vec<(String, M)> = Vec::new();
    let mut characters = 0;
    let mut pieces = pieces.into_iter().peekable();
    while let Some((piece, mark)) = pieces.next() {
        let end = piece.trim_end_matches(['\'', ')', '’']);
        let closed =
            end.ends_with(['?', '!', '.', '…']) && !ABBREVIATED.contains(&end.to_lowercase().as_str());
        characters += piece.len();
        // Recognised speech strings statements together: "I did this, I did that" is two sentences.
        let strung = piece.ends_with(',')
            && current.len() >= 3
            && current.first().is_some_and(|(first, _)| speaks_of_self(first))
            && pieces.peek().is_some_and(|(next, _)| speaks_of_self(next));
        current.push((piece, mark));
        if closed || strung || current.len() >= LONGEST_SENTENCE || characters >= LONGEST_RUN {
            found.push(std::mem::take(&mut current));
            characters = 0;
        }
    }
    if !current.is_empty() {
        found.push(current);
    }
    found
}

/// Words that carry no content of their own.
const EMPTY: &str = " i im ive id ill me my mine myself you your yours yourself youre youve youd youll he hes she shes it its we were our us they theyre them their his her \
 a an the of to in on at for and or but so if is are was be been being am do does did done dont didnt doesnt have has had havent hasnt hadnt isnt arent wasnt werent \
 that thats this these those there theres here with as by from up out about into over then than when while because what whats which who how why where \
 not no yes yeah yep nope okay ok uh um hmm mm mhm oh ah well like just really very actually basically literally kinda sorta kind sort maybe right know mean guess think \
 can cant could would will wont should shall might may must get got going gonna go one some any all too also thing things something lot bit much more good sure \
 let lets ";

static EMPTY_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| EMPTY.split_whitespace().collect());

/// Whether a word carries content.
pub fn is_content(word: &str) -> bool {
    word.len() > 1 && !EMPTY_WORDS.contains(word)
}

/// How a question begins when its mark is missing, as it often is in recognised speech.
const OPENERS: &str = "do you|did you|have you|are you|were you|can you|could you|would you|will you|shall we|\
    is there|was there|are there|has there|how are|how is|how has|how have|how did|how do|how does|how was|how were|how many|\
    how much|how often|how long|how about|how would|what do|what did|what does|what would|what is|what was|what are|what were|\
    what about|what happens|what happened|what made|what makes|where do|where did|where are|when did|when do|when was|when is|\
    who do|who did|who is|why do|why did|any thoughts|any side|any changes|any plans|does that|does it|is that|was it|was that|was this|is this|is it|did it|did he|did she|did they|does he|does she|\
    do they|has he|has she|have they|are they|were they|may i|can we|could we|should we|tell me";

/// Whether a sentence asks: by its mark, or by the way it begins, also after a comma.
pub fn asks(sentence: &str) -> bool {
    if sentence.contains('?') {
        return true;
    }
    sentence.split(", ").any(|clause| {
        let clause = clause.trim_start().to_lowercase();
        let clause =
            ["and ", "so ", "but "].iter().find_map(|lead| clause.strip_prefix(lead)).unwrap_or(&clause);
        OPENERS.split('|').any(|opener| clause.strip_prefix(opener).is_some_and(|rest| rest.starts_with(' ')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_lose_no_word() {
        let text = tidy("Hi.  Dr. Smith said “no”!\u{7} Well… 5 mg. daily? yes");
        let marked = pieces(&text).into_iter().map(|piece| (piece, ())).collect();
        let found: Vec<String> = sentences(marked)
            .into_iter()
            .map(|sentence| sentence.into_iter().map(|(piece, ())| piece).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(found, ["Hi.", "Dr. Smith said 'no'!", "Well…", "5 mg. daily?", "yes"]);
    }

    #[test]
    fn questions_are_known_with_and_without_their_mark() {
        assert!(asks("Any thoughts of hurting yourself?"));
        assert!(asks("I ask everyone, have you had any thoughts of hurting yourself."));
        assert!(!asks("I did it on four evenings."));
        assert!(!asks("When I came in it was a seven."));
    }
}
