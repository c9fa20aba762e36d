//! What laws ask of AI in therapy, by place and day.

use std::{collections::BTreeSet, sync::LazyLock};

use chrono::NaiveDate;
use serde::Deserialize;
use shared::decisions::{PlaceRule, RuleKind};

/// Written down by hand, each with its source; nobody's advice.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pack {
    /// When it was collected from its sources.
    collected_on: NaiveDate,
    rules: Vec<PlaceRule>,
}

static PACK: LazyLock<Pack> = LazyLock::new(|| match serde_json::from_str(include_str!("places.json")) {
    Ok(pack) => pack,
    Err(error) => unreachable!("a test reads it: {error}"),
});

/// Every rule that the software knows.
pub fn all() -> &'static [PlaceRule] {
    &PACK.rules
}

/// When they were collected from their sources.
pub fn collected_on() -> NaiveDate {
    PACK.collected_on
}

/// Where a practice works, on a day, with the rules that it has set aside.
#[derive(Debug, Clone)]
pub struct Place {
    jurisdiction: String,
    on: NaiveDate,
    set_aside: BTreeSet<String>,
}

impl Place {
    /// `set_aside` are the keys of rules.
    pub fn new(jurisdiction: String, on: NaiveDate, set_aside: BTreeSet<String>) -> Self {
        Self { jurisdiction, on, set_aside }
    }

    /// Where it is, e.g. `US-IL`.
    pub fn jurisdiction(&self) -> &str {
        &self.jurisdiction
    }

    /// Whether a rule holds here by now, set aside or not. A rule of a country holds in all of it.
    pub fn is_under(&self, rule: &PlaceRule) -> bool {
        let place = self.jurisdiction.strip_prefix(rule.jurisdiction.as_str());
        let here = place.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        here && rule.since.is_none_or(|since| since <= self.on)
    }

    /// The rules of a kind that hold here.
    pub fn rules(&self, kind: RuleKind) -> Vec<&'static PlaceRule> {
        let holds = |rule: &&PlaceRule| {
            rule.kind == kind && self.is_under(rule) && !self.set_aside.contains(&rule.key)
        };
        all().iter().filter(holds).collect()
    }

    /// Which rules decide, so that a decision can be understood later: `2026-11-24 US-IL -il.record_consent`.
    pub fn named(&self) -> String {
        let aside = self.set_aside.iter().map(|key| format!(" -{key}"));
        format!("{} {}{}", collected_on(), self.jurisdiction, aside.collect::<String>())
    }
}
