//! The words that numbers are said with.

/// From 0 to 19.
const SMALL: &str = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
    seventeen eighteen nineteen";
const SMALL_ORDINALS: &str = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth \
    thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth";
/// From 20 to 90, without the last letter.
const TENS: &str = "twent thirt fort fift sixt sevent eight ninet";
const MONTHS: &str = "january february march april may june july august september october november december";

fn index(list: &str, word: &str) -> Option<u64> {
    list.split_whitespace().position(|name| name == word).map(|n| n as u64)
}

/// The tens that a word begins with, if it goes on with this ending.
fn tens(word: &str, ending: &str) -> Option<u64> {
    word.strip_suffix(ending).and_then(|stem| index(TENS, stem)).map(|n| (n + 2) * 10)
}

/// How a word goes on with the next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 0 to 9, in words.
    Digit,
    /// 10 to 19.
    Teen,
    /// 20, 30 … 90.
    Ten,
    Hundred,
    Thousand,
    /// In figures, or an ordinal: nothing is added to it.
    Whole,
}

/// The number that a word is.
pub fn small(word: &str) -> Option<(u64, Kind)> {
    let units = index(SMALL, word).map(|n| (n, if n < 10 { Kind::Digit } else { Kind::Teen }));
    let others = || {
        Some(match word {
            "hundred" => (100, Kind::Hundred),
            "thousand" => (1000, Kind::Thousand),
            "once" => (1, Kind::Whole),
            "twice" => (2, Kind::Whole),
            "dozen" => (12, Kind::Whole),
            _ => return None,
        })
    };
    units
        .or_else(|| index(SMALL_ORDINALS, word).map(|n| (n, Kind::Whole)))
        .or_else(|| tens(word, "y").map(|n| (n, Kind::Ten)))
        .or_else(|| tens(word, "ieth").map(|n| (n, Kind::Whole)))
        .or_else(others)
}

/// The fifth of `twenty-fifth`.
pub fn small_ordinal(word: &str) -> Option<u64> {
    index(SMALL_ORDINALS, word).filter(|n| (1..10).contains(n))
}

/// `1.5` in thousandths.
pub fn figures(word: &str) -> Option<u64> {
    let (whole, part) = word.split_once('.').unwrap_or((word, ""));
    let all = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || !all(whole) || !all(part) {
        return None;
    }
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    Some(whole.parse::<u64>().ok()? * 1000 + part.parse::<u64>().ok()?)
}

/// The tens of `eighties`.
pub fn decade(word: &str) -> Option<u64> {
    tens(word, "ies")
}

/// The number of a month.
pub fn month(word: &str) -> Option<u64> {
    index(MONTHS, word).map(|n| n + 1)
}
