//! The clocks, as a document: what is known on the left, what has to be done by which day on the right.

use std::{collections::BTreeMap, fmt::Write as _};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use shared::incidents::{ActsAs, BreachDecision, Delay, Duty, DutyView, StatementForm};

use super::clocks::{Facts, duties};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// A practice of Los Angeles that has found a breach of its own, of so many people by place: `US-CA 12, US-NV 3`.
fn breach(discovered_at: &str, residents: &str) -> Facts {
    let count = |one: &str| {
        let (place, count) = one.trim().split_once(' ')?;
        Some((place.to_owned(), count.parse().ok()?))
    };
    let counted = residents != "not counted";
    Facts {
        zone: chrono_tz::America::Los_Angeles,
        discovered_at: time(discovered_at),
        acts_as: ActsAs::CoveredEntity,
        contract_days: None,
        residents: counted.then(|| residents.split(',').filter_map(count).collect()),
        decision: Some(BreachDecision::Breach),
        delays: Vec::new(),
        told: BTreeMap::new(),
    }
}

fn statement(form: StatementForm, said_on: &str, until: Option<&str>) -> Delay {
    Delay { form, said_on: day(said_on), until: until.map(day), words: "Detective Lund".into() }
}

/// `individuals 2026-03-02, media of US-CA 2026-03-02`; `?` where it is assumed.
fn read(duties: &[DutyView]) -> String {
    let mut text = String::new();
    for one in duties {
        let separator = if text.is_empty() { "" } else { ", " };
        let place = one.place.as_ref().map(|place| format!(" of {place}")).unwrap_or_default();
        let assumed = if one.assumed { "?" } else { "" };
        let _ = write!(text, "{separator}{}{place} {}{assumed}", one.duty.as_str(), one.due_on);
    }
    text
}

#[test]
fn what_is_due_by_which_day() {
    #[rustfmt::skip]
    let table = [
        // discovered at (UTC)      residents                        what has to be done
        // Sixty calendar days; whoever is not counted is taken as many.
        ("2026-01-01T20:00:00Z", "not counted",                      "individuals 2026-03-02, hhs_at_once 2026-03-02?"),
        ("2026-01-01T20:00:00Z", "US-CA 1",                          "individuals 2026-03-02, hhs_yearly 2027-03-01"),
        ("2026-01-01T20:00:00Z", "US-CA 0",                          ""),
        // A leap year: 29 February is a day as others are.
        ("2028-01-01T20:00:00Z", "US-CA 1",                          "individuals 2028-03-01, hhs_yearly 2029-03-01"),
        // Sixty days after a year's end: 1 March, and 29 February where there is one.
        ("2027-06-01T20:00:00Z", "US-CA 1",                          "individuals 2027-07-31, hhs_yearly 2028-02-29"),
        // The year is that of the discovery, where the practice is: in Los Angeles it is New Year eight hours later.
        ("2027-01-01T07:59:59Z", "US-CA 1",                          "hhs_yearly 2027-03-01, individuals 2027-03-01"),
        ("2027-01-01T08:00:00Z", "US-CA 1",                          "individuals 2027-03-02, hhs_yearly 2028-02-29"),
        // Midnight, also with summer time (seven hours).
        ("2026-07-02T06:59:59Z", "US-CA 1",                          "individuals 2026-08-30, hhs_yearly 2027-03-01"),
        ("2026-07-02T07:00:00Z", "US-CA 1",                          "individuals 2026-08-31, hhs_yearly 2027-03-01"),
        // HHS at once from 500 in total, wherever they live.
        ("2026-01-01T20:00:00Z", "US-CA 499",                        "individuals 2026-03-02, hhs_yearly 2027-03-01"),
        ("2026-01-01T20:00:00Z", "US-CA 500",                        "individuals 2026-03-02, hhs_at_once 2026-03-02"),
        ("2026-01-01T20:00:00Z", "US-CA 250, US-NV 250",             "individuals 2026-03-02, hhs_at_once 2026-03-02"),
        ("2026-01-01T20:00:00Z", "US-CA 250, US-NV 249",             "individuals 2026-03-02, hhs_yearly 2027-03-01"),
        // Media where more than 500 live in one state: 500 is not more.
        ("2026-01-01T20:00:00Z", "US-CA 501",                        "individuals 2026-03-02, media of US-CA 2026-03-02, hhs_at_once 2026-03-02"),
        ("2026-01-01T20:00:00Z", "US-CA 500, US-NV 500",             "individuals 2026-03-02, hhs_at_once 2026-03-02"),
        ("2026-01-01T20:00:00Z", "US-CA 501, US-NV 501, US-OR 5",    "individuals 2026-03-02, media of US-CA 2026-03-02, media of US-NV 2026-03-02, hhs_at_once 2026-03-02"),
        // From before there was a rule there is none.
        ("2009-09-22T20:00:00Z", "US-CA 1",                          ""),
    ];
    for (discovered_at, residents, expected) in table {
        let facts = breach(discovered_at, residents);
        let found = read(&duties(&facts, facts.discovered_at));
        let order = |text: &str| {
            let mut parts: Vec<_> = text.split(", ").map(str::to_owned).collect();
            parts.sort();
            parts
        };
        assert_eq!(order(&found), order(expected), "{discovered_at}, {residents}");
    }
}

#[test]
fn a_business_associate_tells_whoever_it_held_it_for_by_the_shorter_term() {
    let associate = |contract_days| Facts {
        acts_as: ActsAs::BusinessAssociate,
        contract_days,
        ..breach("2026-01-01T20:00:00Z", "US-CA 900")
    };
    for (days, expected) in [(None, "2026-03-02"), (Some(5), "2026-01-06"), (Some(90), "2026-03-02")] {
        let found = duties(&associate(days), time("2026-01-01T20:00:00Z"));
        assert_eq!(read(&found), format!("covered_entity {expected}"), "{days:?}");
    }
}

#[test]
fn a_breach_is_presumed_until_it_is_decided_that_it_is_none() {
    let decided = |decision| {
        let facts = Facts { decision, ..breach("2026-01-01T20:00:00Z", "US-CA 1") };
        duties(&facts, facts.discovered_at).len()
    };
    assert_eq!((decided(None), decided(Some(BreachDecision::Breach))), (2, 2));
    for none in BreachDecision::ALL.iter().filter(|it| **it != BreachDecision::Breach) {
        assert_eq!(decided(Some(*none)), 0, "{none:?}");
    }
}

#[test]
fn who_asks_to_wait_is_heeded_as_long_as_the_law_says() {
    use StatementForm::{Oral, Written};
    // The last day would be 2 March.
    for (name, statements, expected) in [
        ("none", vec![], "2026-03-02"),
        (
            "it ends before the last day",
            vec![statement(Written, "2026-01-10", Some("2026-02-20"))],
            "2026-03-02",
        ),
        ("it ends after it", vec![statement(Written, "2026-01-10", Some("2026-05-15"))], "2026-05-15"),
        ("orally for thirty days", vec![statement(Oral, "2026-02-20", None)], "2026-03-22"),
        ("and for no more", vec![statement(Oral, "2026-02-20", Some("2026-12-31"))], "2026-03-22"),
        ("but for less", vec![statement(Oral, "2026-02-20", Some("2026-03-05"))], "2026-03-05"),
        (
            "in writing after it was said",
            vec![statement(Written, "2026-03-20", Some("2026-06-01")), statement(Oral, "2026-02-20", None)],
            "2026-06-01",
        ),
        ("when it was too late", vec![statement(Written, "2026-03-03", Some("2026-06-01"))], "2026-03-02"),
    ] {
        let facts = Facts { delays: statements, ..breach("2026-01-01T20:00:00Z", "US-CA 1") };
        let found = duties(&facts, facts.discovered_at);
        assert_eq!(found[0].due_on, day(expected), "{name}");
        assert_eq!(found[0].waits_until.is_some(), expected != "2026-03-02", "{name}");
    }
}

#[test]
fn a_clock_says_what_is_left_when_to_look_again_and_whether_it_is_late() {
    let mut facts = breach("2026-01-01T20:00:00Z", "US-CA 1");
    let individuals = |facts: &Facts, at: &str| {
        let all = duties(facts, time(at));
        all.into_iter().find(|it| it.duty == Duty::Individuals).expect("owed")
    };
    let first = individuals(&facts, "2026-01-01T20:00:00Z");
    assert_eq!((first.days_left, first.late), (60, false));
    assert_eq!(first.looks, ["2026-01-31", "2026-02-15", "2026-02-25"].map(day));
    assert_eq!(first.citation, "45 CFR 164.404(b)");
    assert_eq!(individuals(&facts, "2026-02-16T20:00:00Z").looks, [day("2026-02-25")]);
    // The last day still counts, until midnight in Los Angeles.
    let last = individuals(&facts, "2026-03-03T07:59:59Z");
    assert_eq!((last.days_left, last.late), (0, false));
    let over = individuals(&facts, "2026-03-03T08:00:00Z");
    assert_eq!((over.days_left, over.late), (-1, true));
    for (told_on, late) in [("2026-03-02", false), ("2026-03-03", true)] {
        facts.told.insert((Duty::Individuals, None), day(told_on));
        let told = individuals(&facts, "2026-06-01T20:00:00Z");
        assert_eq!((told.done_on, told.late, told.looks), (Some(day(told_on)), late, vec![]));
    }
}

#[test]
fn what_hhs_was_told_at_once_is_not_told_again_after_the_year() {
    let mut facts = breach("2026-01-01T20:00:00Z", "US-CA 499");
    facts.told.insert((Duty::HhsAtOnce, None), day("2026-01-20"));
    let found = duties(&facts, facts.discovered_at);
    assert_eq!((found[1].duty, found[1].done_on), (Duty::HhsYearly, Some(day("2026-01-20"))));
}

fn zones() -> impl Strategy<Value = Tz> {
    prop_oneof![
        Just(Tz::UTC),
        Just(chrono_tz::America::Los_Angeles),
        Just(chrono_tz::America::St_Johns),
        Just(chrono_tz::Pacific::Kiritimati),
        Just(chrono_tz::Pacific::Pago_Pago),
    ]
}

proptest! {
    #[test]
    fn who_knew_earlier_leaves_no_more_time(
        zone in zones(),
        seconds in 1_600_000_000_i64..2_500_000_000,
        earlier in 0_i64..100_000_000,
        here in 1_u32..1_200,
        there in 0_u32..1_200,
    ) {
        let later = DateTime::from_timestamp(seconds, 0).expect("a time");
        let residents = format!("US-CA {here}, US-NV {there}");
        let facts = Facts { zone, discovered_at: later, ..breach("2026-01-01T00:00:00Z", &residents) };
        let moved = Facts { discovered_at: later - TimeDelta::seconds(earlier), ..facts.clone() };
        let (after, before) = (duties(&facts, later), duties(&moved, later));
        prop_assert_eq!(after.len(), before.len());
        for one in after {
            let other = before.iter().find(|it| (it.duty, &it.place) == (one.duty, &one.place)).expect("owed");
            prop_assert!(other.due_on <= one.due_on);
            prop_assert_eq!(one.days_left - other.days_left, (one.due_on - other.due_on).num_days());
        }
    }

    #[test]
    fn whoever_is_counted_besides_takes_no_duty_away(
        here in 1_u32..1_200,
        there in 0_u32..1_200,
        more in 0_u32..1_200,
    ) {
        let of = |here: u32| {
            let facts = breach("2026-05-05T12:00:00Z", &format!("US-CA {here}, US-NV {there}"));
            duties(&facts, facts.discovered_at)
        };
        let (few, many) = (of(here), of(here + more));
        for one in &few {
            // What is told HHS after the year is told at once instead, which is sooner.
            let same = many.iter().any(|it| (it.duty, &it.place) == (one.duty, &one.place));
            prop_assert!(same || (one.duty == Duty::HhsYearly && many.iter().any(|it| it.duty == Duty::HhsAtOnce)));
        }
        prop_assert!(many.iter().map(|it| it.due_on).min() <= few.iter().map(|it| it.due_on).min());
    }

    #[test]
    fn nothing_of_a_statement_makes_a_duty_due_sooner(
        said in 0_u64..120,
        lasts in 0_u64..400,
        written in any::<bool>(),
    ) {
        let facts = breach("2026-01-01T20:00:00Z", "US-CA 700");
        let said_on = day("2026-01-01") + chrono::Days::new(said);
        let form = if written { StatementForm::Written } else { StatementForm::Oral };
        let until = Some(said_on + chrono::Days::new(lasts));
        let delay = Delay { form, said_on, until, words: "Detective Lund".into() };
        let waiting = Facts { delays: vec![delay], ..facts.clone() };
        for (without, with) in duties(&facts, facts.discovered_at).iter().zip(duties(&waiting, facts.discovered_at)) {
            prop_assert!(with.due_on >= without.due_on);
            prop_assert!(written || with.due_on <= without.due_on.max(said_on + chrono::Days::new(30)));
        }
    }
}
