//! What the law asks after a breach, by day.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;
use shared::{incidents::Duty, retention::Certainty};

/// Written down by hand, each with its source; nobody's advice.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// When it was compared with its sources.
    pub looked_at: NaiveDate,
    rules: Vec<Rule>,
    /// For how long a law-enforcement official may ask to wait without writing.
    pub oral_delay: OralDelay,
}

/// Who has to be told, and by when.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Who.
    pub duty: Duty,
    /// Of what was discovered on this day and later.
    pub since: NaiveDate,
    /// Calendar days after the day from which it counts, the last of which is in time.
    pub days: u32,
    /// So many days after that day whoever answers for it looks at it again.
    pub looks: Vec<u32>,
    /// Only where it is about more people than so many.
    #[serde(default)]
    pub more_than: u64,
    /// Where it is written.
    pub citation: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// Where that was read.
    pub source: String,
    /// What it says.
    pub note: String,
}

/// How long one waits without anything in writing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OralDelay {
    /// Days after the statement.
    pub days: u32,
    /// Where it is written, together with who asks in writing.
    pub citation: String,
}

static PACK: LazyLock<Pack> = LazyLock::new(|| match serde_json::from_str(include_str!("rules.json")) {
    Ok(pack) => pack,
    Err(error) => unreachable!("a test reads it: {error}"),
});

impl Pack {
    /// The software's own.
    pub fn own() -> &'static Self {
        &PACK
    }

    /// The newest rule about a duty for what was discovered on a day; `None` from before there was one.
    pub fn rule(&self, duty: Duty, discovered_on: NaiveDate) -> Option<&Rule> {
        let in_force = self.rules.iter().filter(|it| it.duty == duty && it.since <= discovered_on);
        in_force.max_by_key(|it| it.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_duty_has_a_rule_that_says_where_it_is_written() {
        let pack = Pack::own();
        for duty in Duty::ALL {
            let rule = pack.rule(*duty, pack.looked_at).expect("a rule");
            assert!(
                rule.since <= pack.looked_at && rule.looks.iter().all(|day| *day < rule.days),
                "{rule:?}"
            );
            assert!(!rule.source.is_empty() && !rule.note.is_empty() && rule.citation.contains("164.4"));
            assert!(pack.rule(*duty, rule.since.pred_opt().expect("a day")).is_none(), "{duty:?}");
        }
        assert!(!pack.oral_delay.citation.is_empty());
    }
}
