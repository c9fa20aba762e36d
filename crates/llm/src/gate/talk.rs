//! Of whom a sentence speaks, and whether of what is over: by its pronouns and the persons it names.

use crate::gate::word::Line;

const SELF: &str = "i im ive id ill me mine myself";
const YOU: &str = "you your youre youve youd youll yours yourself";
const OTHERS: &str = "he hes him his himself she shes her hers herself mother mothers mom moms mum father fathers dad dads parents \
    stepfather stepdad stepmother stepmom brother brothers sister sisters son sons daughter daughters husband husbands wife wifes \
    partner partners boyfriend boyfriends girlfriend girlfriends friend friends uncle aunt cousin grandmother grandma \
    grandfather grandpa roommate boss manager coworker neighbor neighbour nephew niece ex";
/// Of these, the ones that may mean the client in a note.
const PRONOUNS: &str = "he hes him his himself she shes her hers herself";
/// What a note about something that is over says.
const OVER: &str = "history past previous previously former formerly prior ago before earlier was were had did until once \
    childhood longer stopped quit";

/// Of whom a sentence speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Talk {
    /// Of the one who is spoken to, or of somebody as "he" or "she".
    pub addressed: bool,
    /// Of somebody who is neither: "my brother drinks".
    pub of_others: bool,
    /// Of what used to be.
    pub over: bool,
}

fn any(line: &Line, list: &str) -> bool {
    line.words.iter().any(|word| list.split(' ').any(|listed| listed == word))
}

impl Talk {
    /// Reads a line.
    pub fn of(line: &Line) -> Self {
        let (own, you) = (any(line, SELF), any(line, YOU));
        // "Your brother" is not you.
        let them = line
            .words
            .iter()
            .any(|word| word.starts_with("you") && !word.starts_with("your") || word == "youre");
        let others = any(line, OTHERS);
        Self {
            addressed: you || others,
            of_others: others && !own && !them,
            over: line.words.windows(2).any(|pair| pair[0] == "used" && pair[1] == "to"),
        }
    }
}

/// Whether a line of a note names another person than the client.
pub fn names_others(line: &Line) -> bool {
    let is = |list: &str, word: &str| list.split(' ').any(|listed| listed == word);
    line.words.iter().any(|word| is(OTHERS, word) && !is(PRONOUNS, word))
}

/// Whether a line of a note speaks of what is over.
pub fn is_over(line: &Line) -> bool {
    any(line, OVER)
        || line.words.iter().any(|word| word.len() > 4 && word.ends_with("ed"))
        || line.words.windows(2).any(|pair| pair[0] == "used" && pair[1] == "to")
}
