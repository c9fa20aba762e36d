//! What the gate after the model lets through and what it refuses.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use llm::{
    DraftRequest, Extract, Gap, NoteFormat,
    Role::{self, Client, Other, Therapist, Unknown},
    Turn, supported,
};
use proptest::prelude::*;
use uuid::Uuid;

fn turns(said: &[(Role, &str)]) -> Vec<Turn> {
    let turn = |(number, (role, text)): (u64, &(Role, &str))| Turn {
        id: Uuid::from_u128(u128::from(number)),
        role: *role,
        speaker_label: format!("{role:?} voice"),
        start_ms: number * 5000,
        end_ms: number * 5000 + 4000,
        text: (*text).to_owned(),
    };
    (0..).zip(said).map(turn).collect()
}

fn client(said: &str) -> Vec<Turn> {
    turns(&[(Client, said)])
}

/// Checks sentences of one section against what was said.
fn check(section: &str, said: &[Turn], cases: &[(&str, Result<(), Gap>)]) {
    for (sentence, expected) in cases {
        assert_eq!(supported(section, sentence, said), *expected, "{sentence}");
    }
}

#[test]
fn numbers_are_those_that_were_said_and_count_the_same() {
    let said =
        client("I sleep about four hours, and I wake up three times a night since nineteen ninety eight.");
    check(
        "subjective",
        &said,
        &[
            ("Client sleeps about 4 hours.", Ok(())),
            ("Client wakes up 3 times a night.", Ok(())),
            ("Client has woken at night since 1998.", Ok(())),
            ("Client sleeps about 5 hours.", Err(Gap::Number)),
            ("Client wakes up 4 times a night.", Err(Gap::Number)),
            ("Client has woken at night since 1989.", Err(Gap::Number)),
            ("Client sleeps 3 hours.", Err(Gap::Number)),
        ],
    );
}

#[test]
fn drugs_and_doses_are_exact() {
    let said = client(
        "My doctor went up from fifty to seventy-five of Zoloft, and I take twenty five milligrams of Lamictal at night.",
    );
    check(
        "medication",
        &said,
        &[
            ("Zoloft went up from 50 mg to 75 mg.", Ok(())),
            ("Client takes 25 mg of Lamictal at night.", Ok(())),
            ("Zoloft was increased from 50 to 75.", Ok(())),
            ("Zoloft was reduced from 75 to 50.", Err(Gap::NotSaid)),
            ("Zoloft went up from 50 mg to 100 mg.", Err(Gap::Number)),
            ("Client takes 75 mg of Lamictal at night.", Err(Gap::Medication)),
            ("Client takes 25 mg of Zoloft at night.", Err(Gap::Medication)),
            ("Client takes 25 mg of Lexapro at night.", Err(Gap::Medication)),
            // A brand is not its generic.
            ("Sertraline went up from 50 to 75.", Err(Gap::Medication)),
            ("Client does not take Lamictal.", Err(Gap::Negation)),
        ],
    );
    check(
        "medication",
        &client("I stopped the Certraline in March."),
        &[
            ("Client stopped the sertraline in March.", Ok(())),
            ("Client takes sertraline.", Err(Gap::Negation)),
            ("Client stopped the sertraline in May.", Err(Gap::Time)),
        ],
    );
    check(
        "medication",
        &turns(&[(Therapist, "Are you still on an S S R I?"), (Client, "No.")]),
        &[("Client is not on an SSRI.", Ok(())), ("Client is on an SSRI.", Err(Gap::Negation))],
    );
}

#[test]
fn what_was_denied_stays_denied() {
    let said = turns(&[
        (Therapist, "Do you drink alcohol or smoke?"),
        (Client, "I do smoke but no alcohol."),
        (Therapist, "Any trouble with your appetite?"),
        (Client, "No."),
        (Therapist, "Did you do the breathing exercise?"),
        (Client, "Yes, every evening."),
    ]);
    check(
        "subjective",
        &said,
        &[
            ("Client smokes and denies alcohol.", Ok(())),
            ("Client denies alcohol and tobacco.", Err(Gap::Negation)),
            ("Client drinks alcohol.", Err(Gap::Negation)),
            ("Denies trouble with appetite.", Ok(())),
            ("Client reports trouble with appetite.", Err(Gap::Negation)),
            ("Client did the breathing exercise every evening.", Ok(())),
            ("Client did not do the breathing exercise.", Err(Gap::Negation)),
            ("Denies alcohol, drugs, and gambling.", Err(Gap::NotSaid)),
        ],
    );
    check(
        "subjective",
        &client("I can't stop crying and I don't eat."),
        &[("Client can't stop crying.", Ok(())), ("Client eats.", Err(Gap::Negation))],
    );
}

#[test]
fn nobody_is_given_the_words_of_another() {
    let said = turns(&[
        (Therapist, "I would like you to keep a thought record this week."),
        (Client, "Okay, I will try. My manager shouts at me."),
        (Other, "He never talks to us at home."),
    ]);
    check(
        "data",
        &said,
        &[
            ("Client reports that the manager shouts at them.", Ok(())),
            ("Therapist said that the manager shouts.", Err(Gap::Speaker)),
            ("Therapist asked for a thought record this week.", Ok(())),
            ("Client states that he never talks at home.", Err(Gap::Speaker)),
            ("Therapist: “My manager shouts at me.”", Err(Gap::Speaker)),
            ("Client: “My manager shouts at me.”", Ok(())),
            ("Client stated, \"my manager shouts at me\".", Ok(())),
            ("Client stated, \"my manager hates me\".", Err(Gap::Quotation)),
        ],
    );
    // What the therapist says of themselves is not the client's.
    check(
        "subjective",
        &turns(&[(Therapist, "I have a dog too.")]),
        &[("Client has a dog.", Err(Gap::Speaker))],
    );
    // Only the therapist assesses.
    check(
        "assessment",
        &client("My anger is getting easier."),
        &[("Anger is getting easier.", Err(Gap::Speaker))],
    );
}

#[test]
fn no_risk_is_only_what_the_client_denied() {
    let asked = turns(&[
        (Therapist, "Any thoughts of hurting yourself or of suicide?"),
        (Client, "No, nothing like that."),
    ]);
    check(
        "risk",
        &asked,
        &[
            ("Client denies suicidal ideation.", Ok(())),
            ("Client denies SI.", Ok(())),
            ("SI: denied", Ok(())),
            ("Client is not suicidal.", Ok(())),
            ("Client reports suicidal ideation.", Err(Gap::Negation)),
            ("Client denies SI and HI.", Err(Gap::Guarded)),
            ("Client is at low risk.", Err(Gap::Guarded)),
            ("No hallucinations.", Err(Gap::Guarded)),
            ("Risk: none", Err(Gap::NotSaid)),
            ("None.", Err(Gap::NotSaid)),
            ("Denied.", Err(Gap::NotSaid)),
        ],
    );
    let cited_alone = &asked[..1];
    check("risk", cited_alone, &[("Client denies suicidal ideation.", Err(Gap::Guarded))]);
    let mut much_later = asked.clone();
    much_later[1].start_ms += 600_000;
    check("risk", &much_later, &[("Client denies suicidal ideation.", Err(Gap::Guarded))]);
    let yes = turns(&[(Therapist, "Any thoughts of suicide?"), (Client, "Sometimes, at night.")]);
    check(
        "risk",
        &yes,
        &[
            ("Client reports thoughts of suicide at night.", Ok(())),
            ("Client denies suicidal ideation.", Err(Gap::Guarded)),
        ],
    );
}

#[test]
fn a_no_to_what_is_only_listed_as_a_risk_denies_no_risk() {
    let said = turns(&[(Therapist, "Does he ever come into your room at night?"), (Client, "No.")]);
    assert!(!llm::risk_topics(&said[0].text).is_empty(), "it is listed");
    check("risk", &said, &[("Client denies abuse.", Err(Gap::Guarded))]);
}

#[test]
fn what_a_draft_never_says_by_itself_is_guarded() {
    let said = turns(&[
        (Client, "I have felt down for three weeks and I sleep badly."),
        (Therapist, "That sounds hard. How is work?"),
        (Client, "I am doing better with my boss."),
    ]);
    for (section, sentence) in [
        ("assessment", "Client meets criteria for major depressive disorder."),
        ("assessment", "Symptoms are consistent with an adjustment disorder."),
        ("assessment", "Client is making good progress."),
        ("assessment", "Continued treatment is medically necessary."),
        ("mental_status", "Affect was appropriate and eye contact good."),
        ("objective", "Client was alert and oriented."),
        ("objective", "Speech was coherent."),
        ("plan", "Client is benefiting from treatment."),
        ("intervention", "Therapist provided psychoeducation."),
        ("intervention", "Therapist validated the feelings of the client."),
        ("data", "Therapist used CBT techniques."),
    ] {
        assert_eq!(supported(section, sentence, &said), Err(Gap::Guarded), "{sentence}");
    }
    let judged = turns(&[(
        Therapist,
        "My diagnosis is an adjustment disorder. You seem tearful, your affect is flat.",
    )]);
    check("assessment", &judged, &[("Diagnosis: adjustment disorder.", Ok(()))]);
    check(
        "mental_status",
        &judged,
        &[("Tearful, flat affect.", Ok(())), ("Bright affect.", Err(Gap::NotSaid))],
    );
}

#[test]
fn a_plan_is_what_was_said() {
    let said = turns(&[
        (Therapist, "Let's meet again next Tuesday, and please keep the sleep log."),
        (Client, "Sounds good."),
    ]);
    check(
        "plan",
        &said,
        &[
            ("Meet again next Tuesday.", Ok(())),
            ("Client will keep the sleep log.", Ok(())),
            ("Meet again next Thursday.", Err(Gap::Time)),
            ("Client will practice mindfulness.", Err(Gap::NotSaid)),
        ],
    );
    let refused = turns(&[(Therapist, "Would you keep the sleep log?"), (Client, "No, I hate that.")]);
    check("plan", &refused, &[("Client will keep the sleep log.", Err(Gap::Negation))]);
}

#[test]
fn the_words_of_a_note_are_understood_for_those_of_speech() {
    for (said, written) in [
        ("My mom passed away last year.", "Client's mother died last year."),
        ("I can't sleep.", "Client reports insomnia."),
        ("I can't sleep.", "Client has difficulty sleeping."),
        ("I've been on edge and I worry all the time.", "Client reports anxiety and constant worry."),
        ("I have been crying every day.", "Client reports crying daily."),
        ("I go to bed at three in the morning.", "Client goes to bed at 3 am."),
        ("I quit my job.", "Client quit their job."),
        ("I've been fighting with my husband a lot.", "Client reports frequent conflict with their husband."),
        ("I am not suicidal.", "Client is not suicidal."),
        ("I have high blood pressure.", "Client has hypertension."),
        ("My P H Q was fifteen.", "PHQ was 15."),
    ] {
        assert_eq!(supported("subjective", written, &client(said)), Ok(()), "{said} / {written}");
    }
}

#[test]
fn a_time_beside_a_quotation_is_when_it_was_said() {
    let said = turns(&[(Therapist, "Are you safe?"), (Client, "I am.")]);
    check(
        "risk",
        &said,
        &[
            ("[00:00] Therapist: “Are you safe?” [00:05] Client: “I am.”", Ok(())),
            ("[00:01] Therapist: “Are you safe?” [00:05] Client: “I am.”", Err(Gap::Time)),
        ],
    );
}

#[test]
fn nothing_cited_supports_nothing() {
    check(
        "subjective",
        &[],
        &[
            ("Client sleeps badly.", Err(Gap::NotSaid)),
            ("Client denies SI.", Err(Gap::Guarded)),
            ("Client takes 50 mg.", Err(Gap::Number)),
        ],
    );
}

/// Lines of a session of therapy, made from parts.
fn lines() -> impl Strategy<Value = String> {
    let subject = prop::sample::select(vec!["I", "My sister", "My boss", "We"]);
    let verb = prop::sample::select(vec![
        "visited", "called", "painted", "carried", "washed", "ordered", "cooked", "cleaned", "repaired",
        "watched",
    ]);
    let object = prop::sample::select(vec![
        "the kitchen",
        "the garden",
        "a letter",
        "the neighbors",
        "my guitar",
        "the bicycle",
        "the windows",
    ]);
    let when = prop::sample::select(vec!["on Monday", "last night", "in June", "yesterday", "every week"]);
    (subject, verb, object, 2_u32..60, when).prop_map(|(subject, verb, object, times, when)| {
        format!("{subject} {verb} {object} {times} times {when}.")
    })
}

fn role() -> impl Strategy<Value = Role> {
    prop::sample::select(vec![Therapist, Client, Other, Unknown])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_sentence_copied_from_a_turn_is_supported_by_it(said in prop::collection::vec((role(), lines()), 1..4), at in 0_usize..4) {
        let pairs: Vec<(Role, &str)> = said.iter().map(|(role, text)| (*role, text.as_str())).collect();
        let turns = turns(&pairs);
        let copied = &said[at % said.len()].1;
        for section in ["subjective", "data", "plan", "objective"] {
            prop_assert_eq!(supported(section, copied, &turns), Ok(()));
        }
    }

    #[test]
    fn a_changed_number_is_refused(said in lines(), number in 2_u32..60) {
        let turns = client(&said);
        let digits: String = said.chars().filter(char::is_ascii_digit).collect();
        prop_assume!(digits != number.to_string());
        let changed = said.replace(&format!(" {digits} "), &format!(" {number} "));
        prop_assert_eq!(supported("subjective", &changed, &turns), Err(Gap::Number));
    }

    #[test]
    fn another_drug_is_refused(
        pair in prop::sample::subsequence(vec!["Zoloft", "Lexapro", "lithium", "Lamictal", "Prozac", "clonazepam", "lorazepam"], 2),
        dose in 5_u32..400,
        turned in any::<bool>(),
    ) {
        let (said, written) = if turned { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
        let turns = client(&format!("I take {dose} mg of {said} in the morning."));
        let copied = format!("Client takes {dose} mg of {said} in the morning.");
        prop_assert_eq!(supported("medication", &copied, &turns), Ok(()));
        let changed = format!("Client takes {dose} mg of {written} in the morning.");
        prop_assert_eq!(supported("medication", &changed, &turns), Err(Gap::Medication));
    }

    #[test]
    fn a_negation_put_in_or_left_out_is_refused(
        verb in prop::sample::select(vec!["sleep", "drink", "smoke", "gamble", "work", "eat"]),
        when in prop::sample::select(vec!["at night", "on Sundays", "alone", "with my sister"]),
    ) {
        let (plain, denied) = (format!("I {verb} {when}."), format!("I do not {verb} {when}."));
        let third = when.replace("my", "their");
        for section in ["subjective", "data"] {
            prop_assert_eq!(supported(section, &format!("Client {verb}s {third}."), &client(&denied)), Err(Gap::Negation));
            prop_assert_eq!(supported(section, &format!("Client does not {verb} {third}."), &client(&plain)), Err(Gap::Negation));
            prop_assert_eq!(supported(section, &format!("Client denies that they {verb} {third}."), &client(&denied)), Ok(()));
        }
    }

    #[test]
    fn the_words_of_the_client_are_not_the_words_of_the_therapist(said in lines()) {
        let turns = client(&said);
        prop_assert_eq!(supported("subjective", &format!("Therapist stated: {said}"), &turns), Err(Gap::Speaker));
        prop_assert_eq!(supported("subjective", &format!("Therapist: “{said}”"), &turns), Err(Gap::Speaker));
        prop_assert_eq!(supported("subjective", &format!("Client: “{said}”"), &turns), Ok(()));
    }

    #[test]
    fn no_text_makes_it_panic(sentence in "\\PC{0,120}", said in prop::collection::vec((role(), "\\PC{0,120}"), 0..4), section in "[a-z_]{0,12}") {
        let pairs: Vec<(Role, &str)> = said.iter().map(|(role, text)| (*role, text.as_str())).collect();
        let turns = turns(&pairs);
        let first = supported(&section, &sentence, &turns);
        prop_assert_eq!(first, supported(&section, &sentence, &turns));
    }

    #[test]
    fn numbers_quotations_and_times_of_any_kind_never_make_it_panic(
        sentence in "(([0-9]{1,12}|[0-9]\\.[0-9]{0,9}|one|fifty|nineteen|hundred|thousand|oh|point|and a half|mg|Zoloft|no|denied|[“”\"\\[\\]:/,.-]| ){0,24})",
    ) {
        let _ = supported("medication", &sentence, &client(&sentence));
    }
}

/// The role-play of the demonstration, all of its turns.
fn role_play() -> Vec<Turn> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/role-play/turns.json");
    let rows: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let said: Vec<(Role, &str)> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (if row["speaker"] == "therapist" { Therapist } else { Client }, row["text"].as_str().unwrap())
        })
        .collect();
    turns(&said)
}

fn of_the_role_play(section: &str, cited: &[usize], sentence: &str) -> Result<(), Gap> {
    let turns = role_play();
    supported(section, sentence, &cited.iter().map(|&at| turns[at].clone()).collect::<Vec<_>>())
}

#[test]
fn what_a_writer_says_in_other_words_of_what_was_said_passes() {
    let cases: &[(&str, &[usize], &str)] = &[
        ("subjective", &[0, 1], "Client reports a busy week, with their manager moving a deadline forward."),
        ("subjective", &[1], "Client reports having stayed at work until 9 PM most nights."),
        (
            "subjective",
            &[2, 3],
            "Client reports difficulty sleeping, waking around 3 a.m. and ruminating about work.",
        ),
        ("subjective", &[3], "Client wakes up at 3 in the morning and lies awake thinking about work."),
        (
            "subjective",
            &[6, 7],
            "Client looks at their phone when awake and acknowledges that this does not help.",
        ),
        ("subjective", &[7], "Client has stopped drinking coffee after lunch."),
        ("medication", &[8, 9], "Client continues to take sertraline 50 mg every morning."),
        ("medication", &[8, 9], "Client reports adherence to sertraline 50 mg daily."),
        ("medication", &[9], "Initial nausea during the first week has resolved."),
        ("subjective", &[10, 11], "Client completed the thought record on four evenings."),
        ("subjective", &[11], "Client noticed a tendency to jump to the worst thing."),
        (
            "subjective",
            &[12, 13],
            "As evidence against the thought, client noted that their last review was good.",
        ),
        ("subjective", &[15], "Client cried in the car on Tuesday and felt ashamed."),
        (
            "risk",
            &[16, 17],
            "Client denied thoughts of hurting themselves and stated they could never leave their kids.",
        ),
        ("risk", &[16, 17], "Client denied self-harm thoughts."),
        (
            "risk",
            &[18, 19],
            "Client agreed to call the therapist or the crisis line and saved the number in their phone.",
        ),
        ("intervention", &[20], "Therapist guided client through a breathing exercise."),
        ("objective", &[20, 21], "Client and therapist did a breathing exercise together."),
        ("objective", &[22, 23], "Client rated tension at 4 out of 10 now and 7 when they came in."),
        (
            "assessment",
            &[24],
            "Therapist's impression is that worry about losing the job wakes the client at night.",
        ),
        ("subjective", &[24, 25], "Client agreed that this makes sense to them."),
        (
            "plan",
            &[26, 27],
            "Client will do the breathing exercise every night before bed and continue the thought record.",
        ),
        ("plan", &[26, 27], "Practice breathing exercise nightly before bed; continue thought record."),
        ("plan", &[27], "Client will tell their manager that they need to leave by six on Wednesdays."),
        ("plan", &[28, 29], "Next session scheduled for Thursday at 4 o'clock."),
        ("intervention", &[26], "Therapist assigned the breathing exercise every night before bed."),
        ("intervention", &[12], "Therapist asked for evidence against the thought."),
        (
            "intervention",
            &[14],
            "Therapist reflected that a part of the client expects the worst and another part can look at the facts.",
        ),
        ("subjective", &[5], "Sleep: about 5 hours a night."),
        ("subjective", &[2, 3], "Sleep is poor, with waking around 3 in the morning."),
        ("medication", &[8, 9], "Takes sertraline 50 mg in the morning."),
    ];
    for (section, cited, sentence) in cases {
        assert_eq!(of_the_role_play(section, cited, sentence), Ok(()), "{sentence}");
    }
}

#[test]
fn what_a_writer_adds_turns_round_or_infers_does_not() {
    let cases: &[(&str, &[usize], &str)] = &[
        ("subjective", &[4, 5], "Client is currently sleeping about six hours per night."),
        ("subjective", &[7], "Client drinks coffee after lunch."),
        ("medication", &[8, 9], "Client takes sertraline 100 mg every morning."),
        ("subjective", &[11], "Client noticed a pattern of catastrophic thinking."),
        ("subjective", &[11], "Client feared being fired over one late report."),
        ("subjective", &[13], "Client's sister Emma called on Sunday and reassured them."),
        ("risk", &[16, 17], "Client denied suicidal and homicidal ideation."),
        ("risk", &[16, 17], "Client's children are a protective factor."),
        ("response", &[22, 23], "Client's tension decreased from a seven to a four."),
        ("assessment", &[24], "Client presents with generalized anxiety disorder."),
        ("assessment", &[1, 3], "Client is experiencing work-related stress and sleep disturbance."),
        ("plan", &[28, 29], "Next session scheduled for Friday at 4 o'clock."),
        ("plan", &[26, 27], "Client will meditate daily."),
        ("mental_status", &[21], "Client appeared calm and cooperative."),
        ("intervention", &[14], "Therapist used Internal Family Systems parts work."),
        ("subjective", &[13], "Client's sister Emma called on Monday."),
        ("subjective", &[13], "Client's mother called on Sunday."),
        ("risk", &[16, 17], "Client reported thoughts of hurting themselves."),
        ("subjective", &[9], "Client reports ongoing nausea."),
        ("subjective", &[15], "Client cried at work on Tuesday."),
        ("subjective", &[13], "Client said that their last review was bad."),
        ("plan", &[28, 29], "Next session on Thursday at 5 o'clock."),
        ("plan", &[26, 27], "Client will tell their manager that they need to leave by seven on Wednesdays."),
        ("subjective", &[1], "Therapist reports staying at work until nine most nights."),
        ("subjective", &[15], "Client told their sister about crying."),
        ("medication", &[8, 9], "Takes sertraline 50 mg at night."),
        ("medication", &[8, 9], "Takes Zoloft 50 mg in the morning."),
        ("medication", &[8, 9], "Stopped taking sertraline 50 mg."),
        ("subjective", &[9], "Client denies nausea in the first week."),
    ];
    for (section, cited, sentence) in cases {
        assert!(of_the_role_play(section, cited, sentence).is_err(), "{sentence}");
    }
}

#[test]
fn what_the_embedded_drafter_writes_passes() {
    let turns = role_play();
    for format in [NoteFormat::Soap, NoteFormat::Dap, NoteFormat::Birp] {
        let draft =
            Extract::compose(&DraftRequest { format, turns: turns.clone(), names: Vec::new() }).unwrap();
        for section in &draft.sections {
            for sentence in &section.sentences {
                let cited: Vec<Turn> = turns
                    .iter()
                    .filter(|turn| sentence.evidence.iter().any(|id| id == turn.id))
                    .cloned()
                    .collect();
                assert_eq!(
                    supported(&section.key, &sentence.text, &cited),
                    Ok(()),
                    "{}: {}",
                    section.key,
                    sentence.text
                );
            }
        }
    }
}
