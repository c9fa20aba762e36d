//! What people fill in about an incident, and how it travels.

use js_sys::{Array, Date, JSON, Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

use crate::{
    api::text,
    components::{Input, Kind},
};

/// What it was, for opening it.
pub const KINDS: [(&str, &str); 7] = [
    ("unauthorized_access", "Somebody saw what they had no reason to see"),
    ("wrong_recipient", "Something went to the wrong person"),
    ("lost_or_stolen", "Lost or stolen"),
    ("attack", "Somebody broke in"),
    ("vendor", "It happened at somebody who works for us"),
    ("ai", "An AI system did what it should not"),
    ("other", "Something else"),
];

/// How grave it is.
pub const SEVERITIES: [(&str, &str); 4] =
    [("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")];

/// What can be decided.
pub const DECISIONS: [(&str, &str); 6] = [
    ("breach", "It is a breach"),
    ("secured", "No breach: it was encrypted, and no key is gone"),
    ("good_faith", "No breach: seen in good faith, within one's work"),
    ("inadvertent", "No breach: shown by mistake to a colleague who may see such things"),
    ("not_retained", "No breach: whoever got it could not keep it"),
    ("low_probability", "No breach: a low probability, by the four factors"),
];

/// What is considered at least (45 CFR 164.402(2)).
pub const FACTORS: [(&str, &str); 4] = [
    ("nature_and_extent", "What it was, and how easily it says who it is about"),
    ("recipient", "Who got it or used it"),
    ("acquired_or_viewed", "Whether it was really taken or seen"),
    ("mitigation", "How far the risk was made smaller"),
];

/// What a word is called.
pub fn called(words: &[(&str, &'static str)], word: &str) -> &'static str {
    words.iter().find(|(it, _)| *it == word).map_or("", |(_, text)| text)
}

fn lines(name: &'static str, label: &'static str, hint: &'static str) -> Input {
    Input { hint, ..Input::new(name, label, Kind::Lines) }
}

/// A time, as the browser's own field has it: minutes, where the reader is.
fn moment(name: &'static str, label: &'static str, hint: &'static str) -> Input {
    Input { hint, ..Input::new(name, label, Kind::Line("datetime-local")) }
}

/// A suspected event.
pub fn opening() -> Vec<Input> {
    let roles = [
        ("covered_entity", "We kept it for ourselves"),
        ("business_associate", "We kept it for somebody else"),
    ];
    vec![
        Input::new("kind", "What sort of event", Kind::one_of(&KINDS)),
        Input {
            value: "medium".to_owned(),
            ..Input::new("severity", "How grave", Kind::one_of(&SEVERITIES))
        },
        Input { optional: true, ..moment("happened_at", "When it happened", "If that is known.") },
        Input {
            value: now_here(),
            ..moment(
                "discovered_at",
                "When the first of you knew",
                "Anybody of the practice counts. The days begin here.",
            )
        },
        Input::new("acts_as", "Whose data", Kind::one_of(&roles)),
        Input {
            optional: true,
            hint: "Days that the contract with whoever it is kept for gives, if it is less than 60.",
            ..Input::new("contract_days", "Days by contract", Kind::Line("number"))
        },
        lines("what", "What happened", "Only owners and governance officers read this."),
    ]
}

/// Somebody knew earlier.
pub fn earlier() -> Vec<Input> {
    vec![
        moment("discovered_at", "When they knew", "This can only become earlier."),
        lines("words", "Who, and how you know", ""),
    ]
}

/// How many people it is about.
pub fn count(jurisdiction: &str) -> Vec<Input> {
    let value = format!("{jurisdiction} 1");
    let hint = "A line for each state: its code and how many, such as US-CA 12.";
    vec![Input { value, ..lines("residents", "How many people, by where they live", hint) }]
}

/// Whether it is a breach.
pub fn decision() -> Vec<Input> {
    let ratings = [("low", "Low"), ("medium", "Medium"), ("high", "High")];
    let mut inputs = vec![
        Input::new("decision", "Decision", Kind::one_of(&DECISIONS)),
        lines("reasons", "Why", "It stays to be read, also when another decision follows."),
    ];
    for (name, label) in FACTORS {
        inputs.push(Input { optional: true, ..lines(name, label, "A low probability needs all four.") });
        let (rating, label) = rating(name);
        inputs
            .push(Input { value: "medium".to_owned(), ..Input::new(rating, label, Kind::one_of(&ratings)) });
    }
    inputs
}

/// The field of a factor's rating.
fn rating(factor: &str) -> (&'static str, &'static str) {
    match factor {
        "nature_and_extent" => ("rating_nature", "Risk by what it was"),
        "recipient" => ("rating_recipient", "Risk by who got it"),
        "acquired_or_viewed" => ("rating_viewed", "Risk by what was seen"),
        _ => ("rating_mitigation", "Risk that is left"),
    }
}

/// A law-enforcement official asks to wait.
pub fn delay() -> Vec<Input> {
    let forms = [("written", "In writing"), ("oral", "Orally: thirty days at most")];
    vec![
        Input::new("form", "How", Kind::one_of(&forms)),
        Input::today("said_on", "On"),
        Input { optional: true, ..Input::new("until", "Until", Kind::Line("date")) },
        lines("words", "Who, and what they say", ""),
    ]
}

/// Somebody was told.
pub fn told() -> Vec<Input> {
    vec![Input::today("on", "The last of them on"), lines("words", "How, and what proves it", "")]
}

/// Something to know.
pub fn note() -> Vec<Input> {
    vec![lines("words", "What", "")]
}

/// The end.
pub fn closing() -> Vec<Input> {
    vec![
        lines("cause", "Why it could happen", ""),
        lines("correction", "What was changed so that it does not again", ""),
    ]
}

/// Now, as a field for times has it.
fn now_here() -> String {
    let now = Date::new_0();
    let here = now.get_time() - now.get_timezone_offset() * 60_000.0;
    String::from(Date::new(&here.into()).to_iso_string()).chars().take(16).collect()
}

/// What was filled in, as it travels: times in UTC, people by place, factors as a list; with the word of the entry, if it is one.
pub fn sent(all: &JsValue, entry: Option<&str>) -> String {
    if let Some(entry) = entry {
        set(all, "entry", &entry.into());
    }
    for name in ["happened_at", "discovered_at"] {
        let local = text(all, name);
        if !local.is_empty() {
            set(all, name, &Date::new(&local.into()).to_iso_string().into());
        }
    }
    if entry == Some("counted") {
        set(all, "residents", &residents(&text(all, "residents")));
    }
    if entry == Some("assessed") {
        set(all, "factors", &factors(all));
    }
    JSON::stringify(all).map(String::from).unwrap_or_default()
}

fn residents(lines: &str) -> JsValue {
    let counts = Object::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let (place, count) = line.trim().rsplit_once([' ', '\t']).unwrap_or((line, ""));
        let count = count.parse::<u32>().map_or(JsValue::NULL, JsValue::from);
        set(&counts, place.trim(), &count);
    }
    counts.into()
}

fn factors(all: &JsValue) -> JsValue {
    let list = Array::new();
    for (factor, _) in FACTORS {
        let (finding, rating) = (text(all, factor), rating(factor).0);
        if !finding.is_empty() {
            let one = Object::new();
            set(&one, "factor", &factor.into());
            set(&one, "finding", &finding.into());
            set(&one, "rating", &text(all, rating).into());
            list.push(&one);
        }
        for name in [factor, rating] {
            let _ = Reflect::delete_property(all.unchecked_ref::<Object>(), &name.into());
        }
    }
    list.into()
}

/// Sets a property.
pub fn set(of: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(of, &name.into(), value);
}
