//! Numbers and doses: said, of the same thing, and of the same drug.

use crate::{
    gate::{Gap, heard::Heard, number::Number, word::Line},
    medication::{is_drug, same_drug},
};

/// A drug further from a number than this, in words, is another matter; without a unit the two stand side by side.
const NEAR: usize = 30;
const BESIDE: usize = 2;

/// A drug named, with its place among all words.
pub type Named = (String, usize);

/// A number said, with its place among all words.
pub struct Spoken {
    pub number: Number,
    pub at: usize,
    /// The drug right behind it: "fifty milligrams of Zoloft".
    pub of: Option<String>,
}

/// The drugs that a line names, counted from a place.
pub fn drugs(line: &Line, first: usize) -> impl Iterator<Item = Named> + '_ {
    let words = line.words.iter().enumerate().filter(|(_, word)| is_drug(word));
    words.map(move |(at, word)| (word.clone(), first + at))
}

/// The drug right behind a number.
pub fn drug_behind(line: &Line, number: &Number) -> Option<String> {
    const BETWEEN: [&str; 9] =
        ["mg", "mgs", "milligram", "milligrams", "mcg", "microgram", "micrograms", "of", "the"];
    let word = line.words[number.end..].iter().find(|word| !BETWEEN.contains(&word.as_str()))?;
    is_drug(word).then(|| word.clone())
}

/// The drugs nearest to a place; two where both are as near.
fn nearest(at: usize, drugs: &[Named], within: usize) -> Vec<&str> {
    let near = drugs.iter().map(|(drug, place)| (drug.as_str(), place.abs_diff(at)));
    let near: Vec<(&str, usize)> = near.filter(|(_, distance)| *distance <= within).collect();
    let least = near.iter().map(|(_, distance)| *distance).min();
    near.into_iter().filter(|(_, distance)| Some(*distance) == least).map(|(drug, _)| drug).collect()
}

/// What is wrong with the numbers of a line.
pub fn gaps(line: &Line, numbers: &[Number], heard: &Heard) -> Vec<Gap> {
    let drugs: Vec<Named> = drugs(line, 0).collect();
    // "One" is a pronoun too.
    let scale = line.words.iter().any(|word| word == "scale");
    let counts = |number: &&Number| {
        (line.words[number.start] != "one" || number.unit.is_some())
            // From 0 to 10 is how a scale is written.
            && !(scale && matches!(number.value, 0 | 1_000 | 10_000))
    };
    numbers.iter().filter(counts).filter_map(|number| gap_of(line, number, &drugs, heard)).collect()
}

fn gap_of(line: &Line, number: &Number, drugs: &[Named], heard: &Heard) -> Option<Gap> {
    let said: Vec<&Spoken> = heard.numbers().iter().filter(|said| said.number.supports(number)).collect();
    if said.is_empty() {
        return Some(Gap::Number);
    }
    if number.unit.is_some() && !number.is_dose() {
        return None;
    }
    let behind = drug_behind(line, number);
    let within = if number.is_dose() { NEAR } else { BESIDE };
    let meant = behind.as_deref().map_or_else(|| nearest(number.start, drugs, within), |drug| vec![drug]);
    let fits = |said: &&Spoken| {
        let near =
            said.of.as_deref().map_or_else(|| nearest(said.at, heard.drugs(), NEAR), |drug| vec![drug]);
        near.is_empty() || near.iter().any(|near| meant.iter().any(|meant| same_drug(meant, near)))
    };
    (!meant.is_empty() && !said.iter().any(fits)).then_some(Gap::Medication)
}
