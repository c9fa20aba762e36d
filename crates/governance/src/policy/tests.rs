//! The rules as a document: facts, and what is decided.

use std::collections::BTreeSet;

use AiPurpose::{Drafting, Other, Speakers, Transcription};
use Standing::{Aloud, InWriting, NeverAsked, TakenBack};
use proptest::prelude::*;
use shared::retention::Certainty;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn place(jurisdiction: &str, on: &str, aside: &[&str]) -> Place {
    let aside = aside.iter().map(|key| (*key).to_owned()).collect::<BTreeSet<_>>();
    Place::new(jurisdiction.to_owned(), day(on), aside)
}

/// Nothing stands against this one.
fn allowed() -> Facts {
    Facts {
        on: day("2026-11-24"),
        purpose: Transcription,
        data: AiData::Client,
        stopped: false,
        set_up: true,
        switched_on: true,
        run_by: RunBy::ThisComputer,
        version: Version::Any,
        budget: None,
        place: place("US-OR", "2026-11-24", &[]),
        session: Some(agree(Aloud, NeverAsked)),
    }
}

fn associate(from: &str, until: Option<&str>) -> RunBy {
    RunBy::Associate(day(from), until.map(day))
}

fn agree(recording: Standing, ai: Standing) -> Standings {
    Standings { recording, ai }
}

fn codes(facts: &Facts) -> Vec<&'static str> {
    refusals(&decide(facts)).into_iter().map(ErrorCode::as_str).collect()
}

#[test]
fn each_rule_alone() {
    let in_place = |jurisdiction: &str, on: &str, session| Facts {
        on: day(on),
        place: place(jurisdiction, on, &[]),
        session: Some(session),
        ..allowed()
    };
    let budget = |spent| Some(Budget { allowed: 5_000_000, spent });
    // What is known, and why the call is refused.
    let table = [
        (allowed(), ""),
        (Facts { stopped: true, ..allowed() }, "ai_stopped"),
        (Facts { set_up: false, ..allowed() }, "ai_system_missing"),
        (Facts { switched_on: false, ..allowed() }, "ai_system_off"),
        // Sound goes nowhere unless everybody agrees to the recording; words that were typed in are no recording.
        (Facts { session: Some(agree(NeverAsked, NeverAsked)), ..allowed() }, "consent_missing"),
        (Facts { session: Some(agree(TakenBack, NeverAsked)), ..allowed() }, "consent_revoked"),
        (
            Facts { purpose: Speakers, session: Some(agree(TakenBack, NeverAsked)), ..allowed() },
            "consent_revoked",
        ),
        (Facts { purpose: Drafting, session: Some(agree(NeverAsked, NeverAsked)), ..allowed() }, ""),
        // Whoever was asked about AI apart decides about AI.
        (Facts { session: Some(agree(Aloud, TakenBack)), ..allowed() }, "consent_revoked"),
        (Facts { session: Some(agree(InWriting, Aloud)), ..allowed() }, ""),
        // Elsewhere only with an agreement, between its days.
        (Facts { run_by: RunBy::Stranger, ..allowed() }, "agreement_missing"),
        (Facts { run_by: associate("2026-11-25", None), ..allowed() }, "agreement_missing"),
        (Facts { run_by: associate("2026-11-24", None), ..allowed() }, ""),
        (Facts { run_by: associate("2026-01-01", Some("2026-11-24")), ..allowed() }, ""),
        (Facts { run_by: associate("2026-01-01", Some("2026-11-23")), ..allowed() }, "agreement_ended"),
        // What is made up is nobody's; all else is asked of it as of anything.
        (Facts { data: AiData::Synthetic, run_by: RunBy::Stranger, session: None, ..allowed() }, ""),
        (Facts { data: AiData::Synthetic, session: Some(agree(TakenBack, TakenBack)), ..allowed() }, ""),
        (Facts { data: AiData::Synthetic, switched_on: false, ..allowed() }, "ai_system_off"),
        (Facts { data: AiData::Synthetic, stopped: true, ..allowed() }, "ai_stopped"),
        (Facts { data: AiData::Synthetic, budget: budget(5_000_000), ..allowed() }, "ai_budget_spent"),
        // A program asks in words, which are no recording.
        (Facts { purpose: Other, session: Some(agree(NeverAsked, NeverAsked)), ..allowed() }, ""),
        (
            Facts { purpose: Other, session: Some(agree(NeverAsked, TakenBack)), ..allowed() },
            "consent_revoked",
        ),
        (Facts { purpose: Other, run_by: RunBy::Stranger, ..allowed() }, "agreement_missing"),
        (Facts { version: Version::Pinned, ..allowed() }, ""),
        (Facts { version: Version::Changed, ..allowed() }, "ai_version_changed"),
        (Facts { budget: budget(4_999_999), ..allowed() }, ""),
        (Facts { budget: budget(5_000_000), ..allowed() }, "ai_budget_spent"),
        // Illinois: in writing, asked apart, from its day.
        (in_place("US-IL", "2025-07-31", agree(InWriting, NeverAsked)), ""),
        (in_place("US-IL", "2025-08-01", agree(InWriting, NeverAsked)), "ai_consent_missing"),
        (in_place("US-IL", "2026-11-24", agree(InWriting, Aloud)), "ai_consent_missing"),
        (in_place("US-IL", "2026-11-24", agree(Aloud, InWriting)), ""),
        (in_place("US-IL", "2026-11-24", agree(Aloud, TakenBack)), "consent_revoked"),
        (in_place("US-CO", "2026-08-11", agree(Aloud, Aloud)), ""),
        (in_place("US-CO", "2026-08-12", agree(Aloud, Aloud)), "ai_consent_missing"),
        (in_place("US-ME", "2026-11-24", agree(Aloud, Aloud)), "ai_consent_missing"),
        (in_place("US-KY", "2026-11-24", agree(Aloud, Aloud)), "ai_consent_missing"),
        // Texas: told, in whatever way.
        (in_place("US-TX", "2026-11-24", agree(Aloud, NeverAsked)), ""),
        (
            Facts { purpose: Drafting, ..in_place("US-TX", "2026-11-24", agree(NeverAsked, NeverAsked)) },
            "ai_notice_missing",
        ),
        // Somewhere that nothing is known of.
        (in_place("DE", "2026-11-24", agree(Aloud, NeverAsked)), ""),
        // The beginning of a name is not the name.
        (in_place("US-ILX", "2026-11-24", agree(Aloud, NeverAsked)), ""),
    ];
    for (facts, refused) in table {
        assert_eq!(codes(&facts).join(","), refused, "{facts:?}");
    }
}

#[test]
fn the_first_rule_comes_first_and_all_reasons_are_kept() {
    let nothing_holds = Facts {
        stopped: true,
        set_up: false,
        switched_on: false,
        run_by: RunBy::Stranger,
        version: Version::Changed,
        budget: Some(Budget { allowed: 0, spent: 0 }),
        place: place("US-IL", "2026-11-24", &[]),
        session: Some(agree(NeverAsked, TakenBack)),
        ..allowed()
    };
    assert_eq!(
        codes(&nothing_holds),
        [
            "ai_stopped",
            "ai_system_missing",
            "ai_system_off",
            "consent_revoked",
            "consent_missing",
            "agreement_missing",
            "ai_version_changed",
            "ai_budget_spent",
        ]
    );
}

#[test]
fn a_rule_that_is_set_aside_does_not_decide_and_is_named() {
    let aside = Facts { place: place("US-IL", "2026-11-24", &["il.record_consent"]), ..allowed() };
    assert_eq!(codes(&aside), [""; 0]);
    assert_eq!(aside.place.named(), format!("{} US-IL -il.record_consent", collected_on()));
    let held = Facts { place: place("US-IL", "2026-11-24", &[]), ..allowed() };
    let check = decide(&held).into_iter().find(|check| check.verdict == AiVerdict::Broken).expect("one");
    assert_eq!((check.rule, check.laws), (AiRule::WrittenConsent, vec!["il.record_consent".to_owned()]));
}

#[test]
fn without_a_session_what_it_decides_stays_open() {
    let asked = Facts { session: None, place: place("US-IL", "2026-11-24", &[]), ..allowed() };
    let open: Vec<_> =
        decide(&asked).into_iter().filter(|it| it.verdict == AiVerdict::Depends).map(|it| it.rule).collect();
    assert_eq!(open, [AiRule::WrittenConsent, AiRule::Recording, AiRule::Agreement]);
    assert_eq!(codes(&asked), [""; 0]);
}

#[test]
fn every_rule_of_a_place_says_where_it_is_written_and_can_be_told_from_the_others() {
    let mut keys = BTreeSet::new();
    for rule in place_rules() {
        assert!(keys.insert(rule.key.as_str()), "{} stands twice", rule.key);
        assert!(!rule.law.is_empty() && !rule.asks.is_empty() && !rule.source.is_empty(), "{rule:?}");
        // What nobody read is not called sure.
        assert!(rule.certainty != Certainty::Sure || !rule.source.contains("report"), "{rule:?}");
    }
    assert!(keys.len() > 15);
}

fn standing() -> impl Strategy<Value = Standing> {
    prop::sample::select(vec![TakenBack, NeverAsked, Aloud, InWriting])
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let flags = prop::array::uniform3(any::<bool>());
    let purpose = prop::sample::select(AiPurpose::ALL.to_vec());
    let place_of = prop::sample::select(vec!["US-IL", "US-TX", "US-CA", "US-OR", "DE"]);
    let vendor = prop::sample::select(vec![
        RunBy::ThisComputer,
        RunBy::Stranger,
        associate("2026-01-01", None),
        associate("2026-01-01", Some("2026-02-01")),
    ]);
    (flags, purpose, place_of, vendor, prop::option::of((standing(), standing()))).prop_map(
        |([stopped, set_up, switched_on], purpose, jurisdiction, run_by, session)| Facts {
            purpose,
            stopped,
            set_up,
            switched_on,
            run_by,
            place: place(jurisdiction, "2026-11-24", &[]),
            session: session.map(|(recording, ai)| Standings { recording, ai }),
            ..allowed()
        },
    )
}

proptest! {
    /// Agreeing further never forbids what was allowed, wherever that is.
    #[test]
    fn who_agrees_further_loses_nothing(facts in any_facts(), more in standing()) {
        if let Some(session) = facts.session {
            let further = Standings { recording: session.recording.max(more), ai: session.ai.max(more) };
            let then = Facts { session: Some(further), ..facts.clone() };
            let broken = |facts: &Facts| -> BTreeSet<&'static str> {
                let broken = decide(facts).into_iter().filter(|check| check.verdict == AiVerdict::Broken);
                broken.map(|check| check.rule.as_str()).collect()
            };
            prop_assert!(broken(&then).is_subset(&broken(&facts)));
        }
    }

    /// Nothing is called once all is stopped.
    #[test]
    fn once_all_is_stopped_nothing_is_called(facts in any_facts()) {
        prop_assert_eq!(codes(&Facts { stopped: true, ..facts })[0], "ai_stopped");
    }

    /// Every rule says something, and a refusal has its code.
    #[test]
    fn every_rule_says_something(facts in any_facts()) {
        let checks = decide(&facts);
        prop_assert_eq!(checks.iter().map(|check| check.rule).collect::<Vec<_>>(), AiRule::ALL.to_vec());
        for check in checks {
            prop_assert_eq!(check.verdict == AiVerdict::Broken, check.code.is_some());
        }
    }
}
