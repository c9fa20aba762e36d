//! The gate after a model that writes: whether what a sentence claims is said in the turns that it cites.
//!
//! Nothing here asks a model. A sentence is read word by word and each word is looked for in the turns cited: in the same
//! form, in another, or in other words kept as data; said by the one it is given to; affirmed where it is affirmed and denied
//! where it is denied; numbers with what they count, drugs by their very names, doses with their drugs. What cannot be found
//! is refused with the reason, so that a person sees why. The same sentence and turns give the same answer, in time linear in
//! both.
//!
//! It does not understand: who did what to whom among third persons, and what follows from what, are beyond it (ADR 36).

mod answer;
mod claim;
mod dose;
mod guarded;
mod heard;
mod meaning;
pub(crate) mod negation;
mod number;
mod number_word;
mod quotation;
mod talk;
pub(crate) mod word;

use serde::{Deserialize, Serialize};

use crate::{
    gate::{
        claim::{Claim, ClaimLine},
        heard::{Heard, Place},
    },
    medication::{is_drug, same_drug},
    turn::Turn,
};

/// Why a sentence is not supported by the turns it cites.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// What a draft never says by itself: a diagnosis, a finding, progress, what a therapist did, or that there is no risk.
    Guarded,
    /// A drug nobody named, or a dose of another drug.
    Medication,
    /// A number nobody said, or that counted something else.
    Number,
    /// Words in quotation marks that were not said so.
    Quotation,
    /// Affirmed and was denied, or denied and was affirmed.
    Negation,
    /// Somebody else said it.
    Speaker,
    /// Another time, or one that nobody named.
    Time,
    /// Not said.
    NotSaid,
}

/// Whether what a sentence of a section claims is said in the turns that it cites, given in the order of the session.
///
/// # Errors
/// The [`Gap`], the gravest where there are several.
pub fn supported(section_key: &str, sentence: &str, cited: &[Turn]) -> Result<(), Gap> {
    let heard = Heard::of(cited);
    let text = quotation::outside(sentence, cited, &heard)?;
    let claim = Claim::of(section_key, &text);
    let gaps = claim.lines.iter().flat_map(|line| gaps(line, &heard));
    let guarded = guarded::is_unfounded(&claim, &heard).then_some(Gap::Guarded);
    guarded.into_iter().chain(gaps).min().map_or(Ok(()), Err)
}

fn gaps(line: &ClaimLine, heard: &Heard) -> Vec<Gap> {
    if line.denies_nothing_named() {
        return vec![Gap::NotSaid];
    }
    let numbers = number::written(&line.line);
    let mut gaps = dose::gaps(&line.line, &numbers, heard);
    let counted = |at: usize| numbers.iter().any(|number| number.holds(at));
    gaps.extend(line.contents().filter(|&at| !counted(at)).filter_map(|at| gap_of(line, at, heard)));
    gaps
}

/// Why a word does not hold, if it does not.
fn gap_of(line: &ClaimLine, at: usize, heard: &Heard) -> Option<Gap> {
    let word = line.line.words[at].as_str();
    let mut places = heard.places(&line.line.stems[at]);
    if places.is_empty() && is_drug(word) {
        let misheard = heard.drugs().iter().filter(|(drug, _)| same_drug(word, drug));
        places.extend(misheard.flat_map(|(drug, _)| heard.places(&word::stem(drug))));
        if places.is_empty() {
            return Some(Gap::Medication);
        }
    }
    if places.is_empty() {
        if line.is_manner(at) {
            return None;
        }
        return Some(if line.is_time(at) { Gap::Time } else { Gap::NotSaid });
    }
    let mut by_them = places.iter().filter(|place| line.who[at].may_stand_on(**place)).peekable();
    if by_them.peek().is_none() {
        let only_asked = places.iter().all(|place| place.asked);
        return Some(if only_asked { Gap::NotSaid } else { Gap::Speaker });
    }
    if line.is_time(at) {
        return None;
    }
    let says = line.says(at);
    let so: Vec<&Place> = by_them.filter(|place| place.says.supports(says)).collect();
    if so.is_empty() {
        Some(Gap::Negation)
    } else if is_of_others(line, &so) {
        Some(Gap::Speaker)
    } else if so.iter().all(|place| place.talk.over) && !talk::is_over(&line.line) {
        Some(Gap::Time)
    } else {
        None
    }
}

/// Whether the client spoke of somebody else, and the note does not.
fn is_of_others(line: &ClaimLine, places: &[&Place]) -> bool {
    let told = |place: &&Place| place.by.client && !place.by.therapist && place.talk.of_others;
    places.iter().all(told) && line.is_personal() && !talk::names_others(&line.line)
}
