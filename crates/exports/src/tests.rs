//! Claims about what is written, whoever gathered it.

use std::process::Command;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::Value;
use shared::{
    AddendumId, AmendmentId, ClientId, ConsentId, DisclosureId, EncounterId, NoteId, Phi, PracticeId,
    SegmentId, SpeakerId, TranscriptId, UserId,
    amendments::{Acceptance, AmendmentDenial, AmendmentGround, AmendmentState, AmendmentView, Paper},
    clients::ClientView,
    consents::{ConsentKind, ConsentMethod, ConsentView},
    disclosures::{DisclosurePurpose, DisclosureView},
    encounters::{EncounterView, Modality, Setting},
    notes::{AddendumView, NoteKind, NoteStatus, NoteView, Origin, Section, Sentence, Signature},
    record_requests::ExportFormat,
    templates::NoteFormat,
    transcripts::{SegmentView, SpeakerCertainty, SpeakerRole, SpeakerView, TranscriptView},
};
use uuid::Uuid;

use crate::{Head, Part, Scope, WriteError, write};

fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + number)
}

fn at(day: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).expect("a moment") + TimeDelta::days(day)
}

fn phi(text: &str) -> Phi<String> {
    Phi::from(text)
}

fn head(scope: Scope, family_name: &str) -> Part {
    Part::Head(Box::new(Head {
        practice_id: PracticeId(id(1)),
        practice_name: phi("Lindenhof Practice"),
        language: "en-US".to_owned(),
        client: ClientView {
            id: ClientId(id(2)),
            given_name: phi("Zoë"),
            family_name: phi(family_name),
            date_of_birth: Some(Phi::new("1987-05-04".parse().expect("a day"))),
            email: Some(phi("zoe@client.example")),
            phone: Some(phi("+1 555 0100")),
            pronouns: Some(phi("she/her")),
            external_id: Some(phi("EX-1")),
            jurisdiction: "US-CA".to_owned(),
            created_at: at(0),
            updated_at: at(0),
        },
        scope,
        part2: true,
        made_at: at(500),
    }))
}

fn session(number: u128, day: i64) -> EncounterView {
    EncounterView {
        id: EncounterId(id(1_000 + number)),
        client_ids: vec![ClientId(id(2))],
        modality: Modality::Individual,
        setting: Setting::Video,
        scheduled_start: None,
        started_at: Some(at(day)),
        ended_at: Some(at(day) + TimeDelta::minutes(50)),
        cpt_code: Some("90834".to_owned()),
        participants: Vec::new(),
        created_at: at(day),
        recording: None,
        arriving: None,
        locked: true,
    }
}

fn signature(name: &str, day: i64) -> Signature {
    Signature {
        signer_id: UserId(id(name.len() as u128)),
        signer_name: phi(name),
        signed_at: at(day),
        sha256: "0f".repeat(32),
    }
}

fn note(number: u128, day: i64, text: &str) -> NoteView {
    let sentence =
        |text: &str| Sentence { id: None, text: phi(text), origin: Origin::Clinician, evidence: Vec::new() };
    NoteView {
        id: NoteId(id(2_000 + number)),
        encounter_id: EncounterId(id(1_000 + number)),
        client_id: ClientId(id(2)),
        kind: NoteKind::Progress,
        template_id: NoteFormat::Soap,
        status: NoteStatus::Signed,
        revision: 3,
        sections: vec![
            Section { key: "risk".to_owned(), title: "Risk".to_owned(), sentences: Vec::new() },
            Section {
                key: "subjective".to_owned(),
                title: "Subjective".to_owned(),
                sentences: vec![sentence(text), sentence("The next one <stands> & beside it.")],
            },
        ],
        ai_call_id: None,
        draft_label: None,
        signature: Some(signature("Vera Winter", day)),
        co_signature: Some(signature("Otto Supervisor", day + 1)),
        given_back: None,
        addenda: vec![AddendumView {
            id: AddendumId(id(3_000 + number)),
            text: phi("Called back the next day."),
            author_id: UserId(id(11)),
            author_name: phi("Vera Winter"),
            created_at: at(day + 2),
        }],
        dismissals: Vec::new(),
        created_at: at(day),
        updated_at: at(day + 1),
    }
}

fn transcript(number: u128, lines: usize) -> TranscriptView {
    let speaker = |number: u128, role| SpeakerView { id: SpeakerId(id(number)), label: phi("Speaker"), role };
    let segment = |at: usize| SegmentView {
        id: SegmentId(id(10_000 + at as u128)),
        speaker_id: Some(SpeakerId(id(20 + (at % 2) as u128))),
        start_ms: at as u64 * 7_000,
        end_ms: at as u64 * 7_000 + 6_000,
        text: phi(&format!("Line {at} of what was said, about sleep and work and a sister in another town.")),
        confidence: Some(0.9),
        edited: false,
    };
    TranscriptView {
        id: TranscriptId(id(4_000 + number)),
        encounter_id: EncounterId(id(1_000 + number)),
        revision: 1,
        certainty: SpeakerCertainty::Clear,
        speakers: vec![speaker(20, SpeakerRole::Therapist), speaker(21, SpeakerRole::Client)],
        segments: (0..lines).map(segment).collect(),
        removal: None,
        locked: true,
    }
}

fn consent() -> ConsentView {
    ConsentView {
        id: ConsentId(id(5)),
        client_id: ClientId(id(2)),
        kind: ConsentKind::Recording,
        text_version: "2026-11".to_owned(),
        method: ConsentMethod::Verbal,
        participants: vec![phi("Somebody Else")],
        granted_at: at(0),
        revoked_at: Some(at(30)),
    }
}

/// Of a note denied, with what followed; of the record accepted.
fn amendment(number: u128, note_id: Option<NoteId>, change: &str) -> AmendmentView {
    let paper = |words: &str, day: i64| Some(Paper { words: phi(words), on: at(day).date_naive() });
    let denied = note_id.is_some();
    AmendmentView {
        id: AmendmentId(id(5_000 + number)),
        client_id: ClientId(id(2)),
        client_name: phi("Zoë"),
        note_id,
        state: if denied { AmendmentState::Denied } else { AmendmentState::Accepted },
        change: phi(change),
        reason: phi("It was six.\nI counted."),
        received_on: at(10).date_naive(),
        due_on: at(70).date_naive(),
        days_left: None,
        extension: None,
        acceptance: (!denied).then(|| Acceptance {
            words: phi("The telephone number was changed."),
            told_on: at(11).date_naive(),
            addendum_id: None,
        }),
        denial: denied.then(|| AmendmentDenial {
            ground: AmendmentGround::AccurateAndComplete,
            words: phi("It is what was said. You may disagree."),
            told_on: at(11).date_naive(),
        }),
        statement: denied.then(|| paper("I was there.", 12)).flatten(),
        rebuttal: denied.then(|| paper("The recording says four.", 13)).flatten(),
        others_told: (!denied).then(|| paper("Dr Lund.", 12)).flatten(),
        settled_at: Some(at(11)),
        settled_by: Some(UserId(id(11))),
    }
}

const WHOLE: Scope = Scope::Record { from: None, to: None };

fn record(text: &str) -> Vec<Part> {
    vec![
        head(WHOLE, "Łukasiewicz-Παπαδοπούλου"),
        Part::Consent(consent()),
        Part::Session(Box::new(session(1, 1))),
        Part::Note(Box::new(note(1, 1, text))),
        Part::Amendment(Box::new(amendment(1, Some(NoteId(id(2_001))), text))),
        Part::Transcript(Box::new(transcript(1, 6))),
        Part::Session(Box::new(session(2, 8))),
        Part::TranscriptWithheld(EncounterId(id(1_002))),
        Part::Amendment(Box::new(amendment(2, None, "The telephone number."))),
        Part::Amendment(Box::new(amendment(3, None, "The pronouns."))),
        Part::End,
    ]
}

/// The text of a PDF, by poppler; `None` where it is not installed.
fn read(pdf: &[u8]) -> Option<String> {
    let folder = std::env::temp_dir().join(format!("exports-{}-{}", std::process::id(), pdf.len()));
    std::fs::write(&folder, pdf).expect("a file");
    let output = Command::new("pdftotext").arg("-layout").arg(&folder).arg("-").output();
    std::fs::remove_file(&folder).expect("it is removed");
    let Ok(output) = output else {
        println!("skipped: poppler-utils is not installed");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).expect("text"))
}

#[test]
fn a_pdf_says_everything_in_order_and_can_be_copied() {
    let pdf = write(ExportFormat::Pdf, record("She slept four hours a night.")).expect("a PDF");
    assert!(pdf.starts_with(b"%PDF-1.7"));
    let Some(text) = read(&pdf) else { return };
    let mut rest = text.as_str();
    for next in [
        "Record of Zoë Łukasiewicz-Παπαδοπούλου",
        "Lindenhof Practice",
        "4 May 1987",
        "psychotherapy notes",
        "42 CFR part 2",
        "Consents",
        "Recording of sessions",
        "taken back",
        "Session of 15 November 2023, 22:13 UTC",
        "90834",
        "Progress note (SOAP)",
        "Risk",
        "Not discussed",
        "She slept four hours a night. The next one <stands> & beside it.",
        "Vera Winter",
        "Otto Supervisor",
        "Called back the next day.",
        "Asked on 24 November 2023 to change this note",
        "She slept four hours a night.",
        "I counted.",
        "it is accurate and complete",
        "You may disagree.",
        "I was there.",
        "The recording says four.",
        "Transcript",
        "Therapist, 0:00",
        "Line 0 of what was said",
        "Session of 22 November 2023",
        "holds the words of others",
        "Changes that were asked for",
        "The telephone number.",
        "Dr Lund.",
        "The pronouns.",
        "End.",
        "Page",
    ] {
        let (_, after) = rest.split_once(next).unwrap_or_else(|| panic!("{next:?} is missing in {rest}"));
        rest = after;
    }
    assert!(!text.contains("Somebody Else"), "who else agreed is theirs to know");
}

fn disclosure(number: u128, day: i64, several: bool) -> DisclosureView {
    DisclosureView {
        id: DisclosureId(id(6_000 + number)),
        client_id: ClientId(id(2)),
        disclosed_on: at(day).date_naive(),
        recipient: phi("County court"),
        address: Some(phi("1 Harbour Street\nSpringfield")),
        what: phi("The dates of sessions."),
        purpose: DisclosurePurpose::Court,
        words: Some(phi("Subpoena 12/2023.")),
        frequency: several.then(|| phi("weekly")),
        last_on: several.then(|| at(day + 28).date_naive()),
        suspended_until: None,
        suspended_words: None,
        corrects: None,
        corrected_by: None,
        struck: false,
        recorded_at: at(day),
        recorded_by: UserId(id(11)),
    }
}

fn accounting(disclosures: Vec<DisclosureView>) -> Vec<Part> {
    let head = head(Scope::Accounting { from: at(0).date_naive(), to: at(500).date_naive() }, "Quint");
    let disclosures = disclosures.into_iter().map(|one| Part::Disclosure(Box::new(one)));
    std::iter::once(head).chain(disclosures).chain([Part::End]).collect()
}

#[test]
fn an_accounting_says_when_to_whom_what_and_why() {
    let both = accounting(vec![disclosure(1, 3, false), disclosure(2, 9, true)]);
    let text = write(ExportFormat::Text, both.clone()).expect("a text");
    let mut rest = std::str::from_utf8(&text).expect("text");
    for next in [
        "Accounting of disclosures about Zoë Quint",
        "14 November 2023 to 28 March 2025",
        "not hold what was given to others for treatment",
        "17 November 2023",
        "Given to: County court",
        "1 Harbour Street",
        "Springfield",
        "The dates of sessions.",
        "164.512(e)",
        "Subpoena 12/2023.",
        "23 November 2023",
        "Several times: weekly, the last on 21 December 2023",
        "End.",
    ] {
        let (_, after) = rest.split_once(next).unwrap_or_else(|| panic!("{next:?} is missing in {rest}"));
        rest = after;
    }
    assert!(write(ExportFormat::Pdf, both.clone()).expect("a PDF").starts_with(b"%PDF-1.7"));
    assert!(matches!(write(ExportFormat::Fhir, both), Err(WriteError::NotInFhir)));
    let none = write(ExportFormat::Text, accounting(Vec::new())).expect("a text");
    assert!(
        String::from_utf8(none).expect("text").contains("nothing was disclosed that has to be accounted for")
    );
}

#[test]
fn plain_text_says_the_same() {
    let text = write(ExportFormat::Text, record("She slept.")).expect("a text");
    let text = String::from_utf8(text).expect("text");
    for part in ["Record of Zoë", "Consents", "She slept. The next one", "Signed by: Vera Winter", "0:07"] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

#[test]
fn a_bundle_refers_only_to_what_is_in_it() {
    for (parts, kind) in [
        (record("She slept."), "collection"),
        (
            vec![
                head(Scope::Note, "Quint"),
                Part::Session(Box::new(session(1, 1))),
                Part::Note(Box::new(note(1, 1, "She slept."))),
                Part::End,
            ],
            "document",
        ),
    ] {
        let bundle = write(ExportFormat::Fhir, parts).expect("a bundle");
        let bundle: Value = serde_json::from_slice(&bundle).expect("JSON");
        assert_eq!((&bundle["resourceType"], &bundle["type"]), (&"Bundle".into(), &kind.into()));
        let entries = bundle["entry"].as_array().expect("entries");
        let urls: Vec<_> = entries.iter().map(|entry| entry["fullUrl"].to_string()).collect();
        let text = bundle.to_string();
        for reference in text.split("\"reference\":").skip(1) {
            let url = reference.split([',', '}']).next().expect("a reference");
            assert!(urls.iter().any(|it| it == url), "{url} is not in it");
        }
        assert_eq!(urls.len(), urls.iter().collect::<std::collections::HashSet<_>>().len());
        assert!(!text.contains("null") && !text.contains("Somebody Else"), "{text}");
        if kind == "document" {
            assert_eq!(entries[0]["resource"]["resourceType"], "Composition");
            assert_eq!(entries[0]["resource"]["status"], "amended");
        }
    }
}

#[test]
fn what_was_cut_off_is_no_file() {
    for format in [ExportFormat::Pdf, ExportFormat::Fhir, ExportFormat::Text] {
        let mut parts = record("She slept.");
        parts.pop();
        assert!(matches!(write(format, parts), Err(WriteError::CutOff)), "{format:?}");
        assert!(matches!(write(format, Vec::new()), Err(WriteError::CutOff)), "{format:?}");
    }
}

#[test]
fn the_same_parts_make_the_same_file() {
    for format in [ExportFormat::Pdf, ExportFormat::Fhir, ExportFormat::Text] {
        let make = || write(format, record("She slept.")).expect("a file");
        assert!(make() == make(), "{format:?}");
    }
}

/// The most memory that this process has had, in bytes.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// Ten years of weekly sessions, each with a note and what was said, in a hundred turns.
fn ten_years() -> impl Iterator<Item = Part> {
    let sentence =
        "She slept four hours a night, and was afraid of the exam that stands before her. ".repeat(20);
    let sessions = (0..500_u128).flat_map(move |number| {
        let day = i64::try_from(number).expect("a day") * 7;
        [
            Part::Session(Box::new(session(number, day))),
            Part::Note(Box::new(note(number, day, &sentence))),
            Part::Transcript(Box::new(transcript(number, 100))),
        ]
    });
    std::iter::once(head(WHOLE, "Quint")).chain(sessions).chain([Part::End])
}

#[test]
fn ten_years_take_a_few_tens_of_megabytes() {
    let Some(before) = peak() else { return println!("skipped: there is no /proc here") };
    for format in [ExportFormat::Pdf, ExportFormat::Fhir] {
        let begun = std::time::Instant::now();
        let file = write(format, ten_years()).expect("a file");
        let took = (peak().expect("a peak") - before) / 1_000_000;
        println!("{format:?}: {} MB, {took} MB at most, {:?}", file.len() / 1_000_000, begun.elapsed());
        assert!(took < 64, "{took} MB");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever somebody has written: an export that fails would be one that a client is not given.
    #[test]
    fn whatever_was_written_can_be_exported(text in "\\PC{0,200}|(?s).{0,200}") {
        for format in [ExportFormat::Pdf, ExportFormat::Fhir, ExportFormat::Text] {
            let made = write(format, record(&text));
            prop_assert!(made.is_ok(), "{:?}", made.err());
        }
    }
}
