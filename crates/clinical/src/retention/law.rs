//! What laws and guidelines ask for.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;
use shared::retention::{ChartRule, LegalMinimum, MinorsRule, RecordClass};

/// Written down by hand, each with its source; nobody's advice.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Law {
    /// When its sources were looked at.
    looked_at: NaiveDate,
    minimums: Vec<LegalMinimum>,
}

static LAW: LazyLock<Law> = LazyLock::new(|| match serde_json::from_str(include_str!("law.json")) {
    Ok(law) => law,
    Err(error) => unreachable!("a test reads it: {error}"),
});

/// Where majority is not said to be otherwise.
const OF_AGE: i32 = 18;

/// When the sources were looked at.
pub fn looked_at() -> NaiveDate {
    LAW.looked_at
}

/// What is asked for in a jurisdiction on a day: of each class its own rules, or those of its country.
pub fn minimums(jurisdiction: &str, on: NaiveDate) -> Vec<LegalMinimum> {
    let country = jurisdiction.split_once('-').map_or(jurisdiction, |(country, _)| country);
    let in_force = |place: &str, class: RecordClass| -> Vec<LegalMinimum> {
        let holds = |one: &&LegalMinimum| {
            one.jurisdiction == place && one.class == class && one.since.is_none_or(|since| since <= on)
        };
        LAW.minimums.iter().filter(holds).cloned().collect()
    };
    let of_class = |class: &RecordClass| {
        let own = in_force(jurisdiction, *class);
        if own.is_empty() { in_force(country, *class) } else { own }
    };
    RecordClass::ALL.iter().flat_map(of_class).collect()
}

/// The shortest rule that fits all of these; `None` where nothing is known about charts.
pub fn suggested(minimums: &[LegalMinimum]) -> Option<ChartRule> {
    minimums.iter().find(|one| one.class == RecordClass::Chart)?;
    // A consent is in the chart, so it is kept as long; the audit trail is not.
    let of_charts = minimums.iter().filter(|one| one.class != RecordClass::Audit);
    let nothing = ChartRule { years: 0, minors: MinorsRule { age_of_majority: OF_AGE, years: 0 } };
    Some(of_charts.fold(nothing, |rule, one| ChartRule {
        years: rule.years.max(one.years),
        minors: match one.minors {
            Some(minors) if minors.last_birthday() > rule.minors.last_birthday() => minors,
            _ => rule.minors,
        },
    }))
}

#[cfg(test)]
mod tests {
    use shared::retention::{AGE_OF_MAJORITY, CHART_YEARS, Certainty};

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn every_minimum_says_where_it_is_written_and_can_be_decided_for() {
        assert!(LAW.minimums.len() > 5);
        for one in &LAW.minimums {
            assert!(!one.source.is_empty() && !one.note.is_empty(), "{one:?}");
            assert!(CHART_YEARS.contains(&one.years), "{one:?}");
            assert!(one.since.is_none_or(|since| since <= LAW.looked_at), "{one:?}");
            assert!(one.minors.is_none_or(|it| AGE_OF_MAJORITY.contains(&it.age_of_majority)), "{one:?}");
        }
    }

    #[test]
    fn a_states_own_rule_comes_before_the_countrys() {
        let rule = |years, age_of_majority, minor_years| {
            Some(ChartRule { years, minors: MinorsRule { age_of_majority, years: minor_years } })
        };
        let on = day("2026-11-23");
        assert_eq!(suggested(&minimums("US-CA", on)), rule(7, 18, 7));
        assert_eq!(suggested(&minimums("US-NY", on)), rule(6, 21, 1));
        assert_eq!(suggested(&minimums("US-FL", on)), rule(7, 18, 0));
        let elsewhere = minimums("US-WY", on);
        assert_eq!(suggested(&elsewhere), rule(7, 18, 3));
        assert_eq!(elsewhere[0].certainty, Certainty::CheckWithCounsel);
        assert_eq!(suggested(&minimums("DE", on)), None, "nothing is invented");
    }

    #[test]
    fn a_rule_holds_from_its_day() {
        let texas = |on| minimums("US-TX", day(on))[0].jurisdiction.clone();
        assert_eq!((texas("2020-11-18"), texas("2020-11-19")), ("US".into(), "US-TX".into()));
    }
}
