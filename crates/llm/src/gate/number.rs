//! Numbers in figures and in words, what they count, and whether they were said.
//!
//! Speech says "fifty seven", "nineteen eighty four" and "two thousand five" where a note writes 57, 1984 and 2005. What was
//! said is read in every way that it can be meant; what is written is read in one way and has to be among those.

use crate::gate::{
    number_word::{Kind, decade, figures, month, small, small_ordinal},
    word::{Between, Line},
};

/// What a number counts, as far as the next words say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Times,
    Milligram,
    Microgram,
    Percent,
    Pound,
    Kilogram,
}

impl Unit {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "year" | "years" | "yo" | "yr" | "yrs" | "yearold" => Self::Year,
            "month" | "months" => Self::Month,
            "week" | "weeks" => Self::Week,
            "day" | "days" | "night" | "nights" => Self::Day,
            "hour" | "hours" | "hr" | "hrs" => Self::Hour,
            "minute" | "minutes" | "min" | "mins" => Self::Minute,
            "time" | "times" | "x" => Self::Times,
            "mg" | "mgs" | "milligram" | "milligrams" => Self::Milligram,
            "mcg" | "microgram" | "micrograms" => Self::Microgram,
            "percent" => Self::Percent,
            "pound" | "pounds" | "lb" | "lbs" => Self::Pound,
            "kg" | "kgs" | "kilo" | "kilos" | "kilogram" | "kilograms" => Self::Kilogram,
            _ => return None,
        })
    }
}

/// A number in a line. Values are in thousandths, so that 12.5 is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    pub value: u64,
    pub unit: Option<Unit>,
    /// `80s`: any of ten years.
    pub decade: bool,
    /// Part of a date in figures; said, the number of a month that was named.
    pub date: bool,
    /// The words that it takes.
    pub start: usize,
    pub end: usize,
}

impl Number {
    /// Whether this, which was said, supports what is written.
    pub fn supports(&self, written: &Self) -> bool {
        let same = if written.decade {
            self.value / 10_000 == written.value / 10_000
        } else {
            self.value == written.value && !self.decade && (!self.date || written.date)
        };
        same && (self.unit.is_none() || written.unit.is_none() || self.unit == written.unit)
    }

    /// Whether a word belongs to it: its own, and its unit behind them.
    pub fn holds(&self, at: usize) -> bool {
        (self.start..self.end + usize::from(self.unit.is_some())).contains(&at)
    }

    /// Whether it is a dose, as far as its unit says.
    pub fn is_dose(&self) -> bool {
        matches!(self.unit, Some(Unit::Milligram | Unit::Microgram))
    }
}

/// One number that begins at a word, with how many words it takes.
fn number_at(line: &Line, at: usize) -> Option<(u64, usize, Kind)> {
    let word = line.words[at].as_str();
    if let Some(value) = figures(word) {
        // `2 hundred`, `50 thousand`.
        let factor = line
            .words
            .get(at + 1)
            .and_then(|next| small(next))
            .filter(|(_, kind)| matches!(kind, Kind::Hundred | Kind::Thousand));
        return Some(match factor {
            Some((factor, _)) => (value * factor, 2, Kind::Whole),
            None => (value, 1, Kind::Whole),
        });
    }
    let (mut value, mut kind) = small(word)?;
    let mut length = 1;
    let mut total = 0;
    // "two hundred and five thousand three": what was read before a hundred or a thousand is its count.
    while kind != Kind::Whole {
        let joined = line.words.get(at + length).is_some_and(|word| word == "and") && total + value >= 100;
        let next_at = at + length + usize::from(joined);
        let Some(next) = line.words.get(next_at).filter(|_| line.between[next_at] == Between::Space) else {
            break;
        };
        let Some((more, next_kind)) = small(next) else { break };
        match (kind, next_kind) {
            (Kind::Ten, Kind::Digit) if more > 0 => (value, kind) = (value + more, Kind::Teen),
            (Kind::Ten, Kind::Whole) if small_ordinal(next).is_some() => {
                (value, kind) = (value + more, Kind::Whole);
            }
            (Kind::Digit | Kind::Teen, Kind::Hundred) => (value, kind) = (value * 100, Kind::Hundred),
            (Kind::Digit | Kind::Teen | Kind::Ten | Kind::Hundred, Kind::Thousand) => {
                (total, value, kind) = (total + value * 1000, 0, Kind::Hundred);
            }
            (Kind::Hundred, Kind::Digit | Kind::Teen | Kind::Ten | Kind::Whole) if more < 100 => {
                (total, value, kind) = (total + value, more, next_kind);
            }
            _ => break,
        }
        length = next_at + 1 - at;
    }
    Some(((total + value) * 1000, length, kind))
}

/// Every number of a line, each read in one way: what a note writes.
pub fn written(line: &Line) -> Vec<Number> {
    let mut numbers = Vec::new();
    let mut at = 0;
    while at < line.words.len() {
        if let Some((number, length)) = year_at(line, at).or_else(|| plain_at(line, at)) {
            numbers.push(number);
            at += length;
        } else {
            at += 1;
        }
    }
    numbers
}

/// Every number of a line in every way in which it can be meant: what was said.
pub fn said(line: &Line) -> Vec<Number> {
    let mut numbers = Vec::new();
    let mut digits: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < line.words.len() {
        numbers.extend(year_at(line, at).map(|(number, _)| number));
        numbers.extend(short_hundred_at(line, at));
        let one = |value: u64, unit| Number {
            value: value * 1000,
            unit,
            decade: false,
            date: false,
            start: at,
            end: at + 1,
        };
        match line.words[at].as_str() {
            "a" | "an" | "single" | "only" => numbers.push(one(1, unit_after(line, at + 1))),
            "couple" | "both" | "pair" => numbers.push(one(2, unit_after(line, at + 1))),
            "half" => numbers.push(Number { value: 500, ..one(0, unit_after(line, at + 1)) }),
            word => {
                let number = |n| Number { date: true, ..one(n, None) };
                numbers.extend(month(word).map(number));
            }
        }
        let Some((number, length)) = plain_at(line, at) else {
            digits.clear();
            at += 1;
            continue;
        };
        numbers.push(number);
        // "and a half" adds one.
        if line.words[at + length..].starts_with(&["and".into(), "a".into(), "half".into()]) {
            numbers.push(Number { value: number.value + 500, end: at + length + 3, ..number });
        }
        // "nine eight eight" is 988 too.
        if length == 1 && number.value < 10_000 {
            digits.push(at);
            if digits.len() > 2 {
                let value = digits.iter().fold(0_u64, |all, &digit| {
                    all.saturating_mul(10)
                        .saturating_add(plain_at(line, digit).map_or(0, |(n, _)| n.value / 1000))
                });
                numbers.push(Number {
                    value: value.saturating_mul(1000),
                    unit: None,
                    start: digits[0],
                    ..number
                });
            }
        } else {
            digits.clear();
        }
        at += length;
    }
    numbers
}

fn plain_at(line: &Line, at: usize) -> Option<(Number, usize)> {
    if let Some(tens) = decade(&line.words[at]) {
        let number =
            Number { value: tens * 1000, unit: None, decade: true, date: false, start: at, end: at + 1 };
        return Some((number, 1));
    }
    let (mut value, mut length, kind) = number_at(line, at)?;
    // "one point five".
    if line.words.get(at + length).is_some_and(|word| word == "point")
        && at + length + 1 < line.words.len()
        && let Some((part, more, Kind::Digit)) = number_at(line, at + length + 1)
    {
        value += part / 10;
        length += 1 + more;
    }
    let end = at + length;
    let figures = kind == Kind::Whole && length == 1;
    let decade = figures && line.words.get(end).is_some_and(|word| word == "s");
    let end = end + usize::from(decade);
    let slash = |at: usize| line.between.get(at) == Some(&Between::Slash);
    let date = slash(at) || slash(end);
    Some((Number { value, unit: unit_after(line, end), decade, date, start: at, end }, end - at))
}

/// `nineteen eighty four`: two numbers below a hundred, side by side, that make a year.
fn year_at(line: &Line, at: usize) -> Option<(Number, usize)> {
    let (century, first, _) =
        number_at(line, at).filter(|(value, _, _)| (15_000..=20_000).contains(value))?;
    let next = at + first;
    if line.words[at].starts_with(|c: char| c.is_ascii_digit())
        || next >= line.words.len()
        || line.between[next] != Between::Space
    {
        return None;
    }
    let (year, second) = if line.words[next] == "oh" && next + 1 < line.words.len() {
        number_at(line, next + 1)
            .filter(|(value, _, _)| *value < 10_000)
            .map(|(value, length, _)| (value, length + 1))
    } else {
        number_at(line, next)
            .filter(|(value, _, kind)| (10_000..100_000).contains(value) && *kind != Kind::Whole)
            .map(|(value, length, _)| (value, length))
    }?;
    let value = century * 100 + year;
    Some((
        Number { value, unit: None, decade: false, date: false, start: at, end: next + second },
        first + second,
    ))
}

/// `one fifty` is 150 too.
fn short_hundred_at(line: &Line, at: usize) -> Option<Number> {
    let (hundreds, 1, Kind::Digit) = number_at(line, at)? else { return None };
    let next = at + 1;
    let (rest, length, kind) = (next < line.words.len()).then(|| number_at(line, next))??;
    let fits = (10_000..100_000).contains(&rest) && kind != Kind::Whole;
    fits.then(|| {
        let end = next + length;
        Number {
            value: hundreds * 100 + rest,
            unit: unit_after(line, end),
            decade: false,
            date: false,
            start: at,
            end,
        }
    })
}

/// The unit behind a number, also where `of` or `a` stands between.
fn unit_after(line: &Line, at: usize) -> Option<Unit> {
    let word = line.words.get(at)?;
    if matches!(line.between[at], Between::Cut | Between::Colon) {
        return None;
    }
    match word.as_str() {
        "more" | "or" | "of" | "full" | "whole" | "long" => {
            line.words.get(at + 1).and_then(|word| Unit::of(word))
        }
        word => Unit::of(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::word::line;

    fn values(text: &str) -> Vec<u64> {
        written(&line(text)).iter().map(|number| number.value / 1000).collect()
    }

    #[test]
    fn numbers_in_words_are_numbers() {
        for (text, expected) in [
            ("fifty seven years", vec![57]),
            ("seventy-five", vec![75]),
            ("April fifteenth two thousand five", vec![15, 2005]),
            ("nineteen eighty four", vec![1984]),
            ("twenty twenty four", vec![2024]),
            ("nineteen oh five", vec![1905]),
            ("one hundred and eighty three pounds", vec![183]),
            ("two thousand and nineteen", vec![2019]),
            ("the twenty fifth", vec![25]),
            ("three to four times", vec![3, 4]),
            ("04/15/2005", vec![4, 15, 2005]),
            ("1,200 calories", vec![1200]),
            ("in her 80s", vec![80]),
            ("mid eighties", vec![80]),
            ("fifty thousand", vec![50_000]),
            ("no numbers here", vec![]),
        ] {
            assert_eq!(values(text), expected, "{text}");
        }
        assert_eq!(written(&line("12.5mg"))[0].value, 12_500);
        assert_eq!(written(&line("one point five"))[0].value, 1_500);
    }

    #[test]
    fn what_was_said_is_read_in_every_way() {
        for (spoken, text) in [
            ("nine eight eight", "988"),
            ("one fifty over ninety five", "150/95"),
            ("two and a half years", "2.5 years"),
            ("a week ago", "1 week ago"),
            ("once", "1"),
            ("a couple of weeks", "2 weeks"),
            ("he was eighty five", "in his 80s"),
            ("May third", "5/3"),
        ] {
            let heard = said(&line(spoken));
            for number in written(&line(text)) {
                assert!(heard.iter().any(|said| said.supports(&number)), "{spoken}: {text}");
            }
        }
    }

    #[test]
    fn what_is_counted_must_be_the_same() {
        let heard = said(&line("three times a week"));
        assert!(!heard.iter().any(|said| said.supports(&written(&line("3 weeks"))[0])));
        assert!(heard.iter().any(|said| said.supports(&written(&line("3 times"))[0])));
    }
}
