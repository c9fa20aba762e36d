//! What holds of every draft, told on the bundled role-play, on planted dialogues and on hostile and random input.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, path::Path};

use llm::{
    Completer, Draft, DraftError, DraftRequest, Evidence, Extract, NoteFormat, Role, SentenceKind, Turn,
};
use proptest::prelude::*;
use serde_json::Value;
use uuid::Uuid;

const FORMATS: [(NoteFormat, &str); 3] =
    [(NoteFormat::Soap, "soap"), (NoteFormat::Dap, "dap"), (NoteFormat::Birp, "birp")];
use Role::{Client, Therapist, Unknown};

fn turns(said: &[(Role, &str)]) -> Vec<Turn> {
    (0_u64..)
        .zip(said)
        .map(|(number, (role, text))| Turn {
            id: Uuid::from_u128(u128::from(number)),
            role: *role,
            speaker_label: format!("{role:?} voice"),
            start_ms: number * 5000,
            end_ms: number * 5000 + 4000,
            text: (*text).to_owned(),
        })
        .collect()
}

fn draft(turns: &[Turn], format: NoteFormat) -> Draft {
    Extract::compose(&DraftRequest { format, turns: turns.to_vec(), names: Vec::new() }).unwrap()
}

fn file(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/role-play").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn role_play() -> Vec<Turn> {
    let rows = file("turns.json");
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

fn section<'a>(draft: &'a Draft, key: &str) -> &'a llm::Section {
    draft.sections.iter().find(|section| section.key == key).unwrap()
}

fn text_of(draft: &Draft, key: &str) -> String {
    section(draft, key).sentences.iter().map(|sentence| sentence.text.clone() + "\n").collect()
}

#[test]
fn every_planted_fact_lands_in_its_section_with_its_evidence() {
    let (turns, facts) = (role_play(), file("facts.json"));
    for (format, name) in FORMATS {
        let draft = draft(&turns, format);
        for fact in facts["facts"].as_array().unwrap() {
            let words: Vec<&str> =
                fact["words"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
            let wanted: Vec<Uuid> = fact["turns"]
                .as_array()
                .unwrap()
                .iter()
                .map(|turn| Uuid::from_u128(u128::from(turn.as_u64().unwrap())))
                .collect();
            let landed =
                section(&draft, fact["sections"][name].as_str().unwrap()).sentences.iter().any(|sentence| {
                    let text = sentence.text.to_lowercase();
                    let cited: Vec<Uuid> = sentence.evidence.to_vec();
                    words.iter().all(|word| text.contains(word))
                        && wanted.iter().all(|turn| cited.contains(turn))
                });
            assert!(landed, "{name}: {} did not land", fact["id"]);
        }
        let everything: String = draft.sections.iter().map(|section| text_of(&draft, &section.key)).collect();
        for never in facts["never"].as_array().unwrap() {
            let words = never["words"].as_str().unwrap();
            assert!(
                !everything.to_lowercase().contains(words),
                "{name}: {words:?}, although {}",
                never["why"]
            );
        }
        for empty in facts["empty"].as_array().unwrap() {
            let section = section(&draft, empty["section"].as_str().unwrap());
            assert!(section.sentences.is_empty());
            assert_eq!(section.prompt.as_deref(), empty["prompt"].as_str());
        }
    }
}

#[test]
fn a_risk_exchange_is_word_for_word_with_speaker_and_time() {
    let draft = draft(&role_play(), NoteFormat::Soap);
    let risk = section(&draft, "risk");
    assert!(
        risk.sentences
            .iter()
            .all(|sentence| sentence.kind == SentenceKind::RiskExchange && sentence.quotation)
    );
    let text = text_of(&draft, "risk");
    assert!(text.contains("Have you had any thoughts of hurting yourself?” ["), "{text}");
    assert!(text.contains("] Client: “No, nothing like that. I could never leave my kids.”"), "{text}");
}

#[test]
fn an_answer_that_is_not_no_is_listed_with_what_was_asked_next() {
    let said = turns(&[
        (Therapist, "Have you had thoughts of suicide?"),
        (Client, "Sometimes, at night."),
        (Therapist, "How often does it happen?"),
        (Client, "Two or three times a week."),
        (Therapist, "Let us talk about your garden. Is it in bloom?"),
        (Client, "The roses are."),
    ]);
    let risk = text_of(&draft(&said, NoteFormat::Soap), "risk");
    assert!(risk.contains("Two or three times a week."), "{risk}");
}

#[test]
fn an_answer_is_listed_although_the_question_lost_its_mark() {
    let said = turns(&[
        (Therapist, "I am glad you have them, if that ever changes will you call me or the crisis line."),
        (Client, "I will, I saved the number in my phone."),
    ]);
    let risk = text_of(&draft(&said, NoteFormat::Soap), "risk");
    assert!(risk.contains("Client: “I will, I saved the number in my phone.”"), "{risk}");
}

#[test]
fn risk_is_listed_whoever_speaks_and_across_segments() {
    let said = turns(&[
        (Unknown, "I have been thinking about"),
        (Unknown, "killing myself since March."),
        (Client, "My brother hit me again."),
        (Therapist, "You said you took too many pills."),
    ]);
    let draft = draft(&said, NoteFormat::Birp);
    let risk = section(&draft, "risk");
    let cited = risk.sentences[0].evidence.to_vec();
    assert!(
        cited.contains(&said[0].id) && cited.contains(&said[1].id),
        "both segments of a sentence are cited"
    );
    let text = text_of(&draft, "risk");
    for words in ["killing myself since March", "hit me again", "too many pills"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn every_drug_and_dose_is_listed_from_either_speaker_also_misheard() {
    let said = turns(&[
        (Therapist, "Are you still taking the Certraline, 50 milligrams?"),
        (Client, "Yes, every morning."),
        (Client, "And my doctor gave me Zoloft samples once, and lamotrigin 25mg at night."),
    ]);
    let draft = draft(&said, NoteFormat::Dap);
    let text = text_of(&draft, "medication");
    for words in ["Certraline, 50 milligrams", "Yes, every morning.", "Zoloft", "lamotrigin 25mg at night"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn assessment_mental_status_and_plan_are_empty_when_nobody_said_anything_of_them() {
    let said = turns(&[
        (Therapist, "How have you been sleeping?"),
        (Client, "I have been sleeping badly since my mother moved in."),
        (Therapist, "What happens then?"),
        (Client, "I worry about work and I feel tired."),
    ]);
    for (format, _) in FORMATS {
        let draft = draft(&said, format);
        for key in ["assessment", "mental_status", "plan", "risk", "medication", "intervention"] {
            let Some(section) = draft.sections.iter().find(|section| section.key == key) else { continue };
            assert!(section.sentences.is_empty(), "{key}: {:?}", text_of(&draft, key));
            assert!(section.prompt.is_some());
        }
    }
}

#[test]
fn assessment_and_mental_status_hold_only_what_a_known_therapist_said() {
    let said = |role| {
        turns(&[
            (role, "You seem tearful today. My impression is that this is grief."),
            (Client, "Yes, it is."),
        ])
    };
    let known = draft(&said(Therapist), NoteFormat::Soap);
    assert!(text_of(&known, "assessment").contains("My impression is that this is grief."));
    assert!(text_of(&known, "mental_status").contains("You seem tearful today."));
    let unknown = draft(&said(Unknown), NoteFormat::Soap);
    assert!(section(&unknown, "assessment").sentences.is_empty());
    assert!(section(&unknown, "mental_status").sentences.is_empty());
}

#[test]
fn speakers_without_a_known_part_are_only_quoted_by_their_label() {
    let said = turns(&[(Unknown, "I keep waking up at night and I worry about my work a lot.")]);
    let draft = draft(&said, NoteFormat::Soap);
    let sentences = &section(&draft, "subjective").sentences;
    assert!(!sentences.is_empty());
    assert!(
        sentences.iter().all(|sentence| sentence.quotation && sentence.text.starts_with("Unknown voice: “"))
    );
}

#[test]
fn nothing_said_is_refused() {
    for said in [vec![], turns(&[(Client, "")]), turns(&[(Client, " \u{7}\n … 🙂 ")])] {
        let request = DraftRequest { format: NoteFormat::Soap, turns: said, names: Vec::new() };
        assert_eq!(Extract::compose(&request), Err(DraftError::NothingSaid));
    }
}

#[test]
fn evidence_cannot_be_empty_not_even_from_json() {
    assert!(Evidence::try_from(Vec::new()).is_err());
    assert!(serde_json::from_str::<Evidence>("[]").is_err());
    let sentence = r#"{"text":"x","evidence":[],"quotation":false,"kind":"extract"}"#;
    assert!(serde_json::from_str::<llm::Sentence>(sentence).is_err());
}

#[test]
fn what_was_said_is_in_no_debug_output() {
    let turns = turns(&[(Client, "Zanzibar is where I feel tired and sad about work.")]);
    let request = DraftRequest { format: NoteFormat::Soap, turns: turns.clone(), names: Vec::new() };
    let draft = draft(&turns, NoteFormat::Soap);
    assert!(text_of(&draft, "subjective").contains("Zanzibar"));
    assert!(!format!("{request:?}{draft:?}").contains("Zanzibar"));
}

#[test]
fn the_two_speakers_of_the_role_play_are_told_apart_and_one_speaker_is_not_guessed() {
    let said = role_play();
    for suggestion in llm::suggest_roles(&said) {
        assert_eq!(format!("{:?} voice", suggestion.role), suggestion.speaker_label);
        assert!(suggestion.confidence > 0.8);
    }
    let alone = turns(&[(
        Unknown,
        "I feel tired. I do not sleep. I work a lot. I have no time for my family at all any more now.",
    )]);
    assert_eq!(llm::suggest_roles(&alone)[0].role, Unknown);
}

#[test]
fn the_trait_object_drafts_and_says_that_it_is_local() {
    let completer: Box<dyn Completer> = Box::new(Extract);
    assert!(completer.system().local);
    assert_eq!(completer.system().key, "local-extract");
}

#[test]
fn hostile_input_never_panics() {
    let long = "word ".repeat(20_000);
    let dense = "suicide".repeat(15_000);
    let pills = "I took 50mg sertraline and want to die, ".repeat(2_500);
    let cases: Vec<Vec<Turn>> = vec![
        turns(&[(Client, &long)]),
        turns(&[(Client, &dense), (Therapist, &pills)]),
        turns(&[(Therapist, "?"), (Client, "???"), (Therapist, "Why?"), (Client, "What?")]),
        turns(&[(Client, "😀😀😀 I 😀 ''’’ “““ \u{0}\u{1b}[31m \u{202e} ﷽")]),
        turns(&[
            (Client, "I"),
            (Client, "I."),
            (Client, "I always"),
            (Client, "and I and I and I"),
            (Client, "I am"),
        ]),
        turns(&vec![(Therapist, "Are you safe?"); 300]),
    ];
    for said in cases {
        for (format, _) in FORMATS {
            if let Ok(draft) =
                Extract::compose(&DraftRequest { format, turns: said.clone(), names: Vec::new() })
            {
                for sentence in draft.sections.iter().flat_map(|section| &section.sentences) {
                    assert!(
                        sentence.text.chars().count() <= 4000,
                        "{} characters",
                        sentence.text.chars().count()
                    );
                    assert!(!sentence.text.chars().any(char::is_control));
                }
            }
        }
        let _ = llm::suggest_roles(&said);
    }
}

/// Words a draft may add: names of parts, and the grammar of the third person.
const ADDED: &str = "client therapist other asked is are was were has have does do not will would they them their themselves speaker voice unknown";

fn bag(text: &str) -> BTreeSet<String> {
    let text = text.to_lowercase().replace(['\'', '’', '‘', '`'], "");
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Removes `[02:31]`.
fn without_times(text: &str) -> String {
    text.split(' ')
        .filter(|word| !(word.starts_with('[') && word.ends_with(']') && word.contains(':')))
        .collect::<Vec<_>>()
        .join(" ")
}

fn grounded(said: &[Turn], draft: &Draft) {
    let added = bag(ADDED);
    for sentence in draft.sections.iter().flat_map(|section| &section.sentences) {
        let heard: BTreeSet<String> = sentence
            .evidence
            .iter()
            .map(|id| &said.iter().find(|turn| turn.id == id).unwrap().text)
            // Double quotation marks inside a quotation are written as single ones.
            .flat_map(|text| [bag(text), bag(&text.replace(['"', '“', '”', '„'], "'"))])
            .flatten()
            .collect();
        for word in bag(&without_times(&sentence.text)) {
            let stem = |ending: &str, back: &str| {
                word.strip_suffix(ending).is_some_and(|stem| heard.contains(&format!("{stem}{back}")))
            };
            let known = heard.contains(&word)
                || added.contains(&word)
                || (word == "cannot" && heard.contains("cant"))
                || (["did", "had", "could", "should"].contains(&word.as_str())
                    && heard.contains(&format!("{word}nt")))
                || stem("s", "")
                || stem("es", "")
                || stem("ies", "y");
            assert!(known, "{word:?} was not said: {}", sentence.text);
        }
    }
}

fn lines() -> impl Strategy<Value = String> {
    let said: Vec<String> = role_play().into_iter().map(|turn| turn.text).collect();
    prop_oneof![
        3 => prop::sample::select(said),
        2 => "(I|I'm|I've|I'll|I don't|My|You|Let's|Are you|For next week,|And I) (keep|am|was|have|went|tired|try|still) ((and|I|my|me|it|they|[a-z]{2,7}) ){0,8}[.?!,]?",
        1 => "\\PC{0,60}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_said_that_was_not_heard_and_the_same_turns_give_the_same_draft(
        said in prop::collection::vec((prop::sample::select(vec![Therapist, Client, Role::Other, Unknown]), lines()), 1..24),
    ) {
        let pairs: Vec<(Role, &str)> = said.iter().map(|(role, text)| (*role, text.as_str())).collect();
        let turns = turns(&pairs);
        for (format, _) in FORMATS {
            let request = DraftRequest { format, turns: turns.clone(), names: Vec::new() };
            let Ok(draft) = Extract::compose(&request) else { continue };
            grounded(&turns, &draft);
            prop_assert_eq!(&draft, &Extract::compose(&request).unwrap());
            for section in &draft.sections {
                prop_assert_eq!(section.prompt.is_some(), section.sentences.is_empty());
            }
            // Every turn that touches risk on its own is cited in the risk section.
            let cited: BTreeSet<Uuid> =
                section(&draft, "risk").sentences.iter().flat_map(|sentence| sentence.evidence.to_vec()).collect();
            for turn in turns.iter().filter(|turn| turn.text.split_whitespace().count() < 40) {
                if !llm::risk_topics(&turn.text).is_empty() && turn.text.matches(['.', '?', '!']).count() <= 1 {
                    prop_assert!(cited.contains(&turn.id), "not listed: {}", turn.text);
                }
            }
        }
    }
}
