//! From a recording to a signed note: transcribed, told apart, drafted with evidence; killed and
//! started again; told about by events.

use std::{collections::BTreeSet, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Answered as _, Binary, Events, Mark, PASSWORD, Person, Session, TestApp, excerpt, new_session, noise,
    silence, wait_for_job,
};

use crate::SERVER;

tests::on_both! {
    where_nobody_speaks_no_model_is_called,
    a_draft_is_made_of_a_typed_transcript,
    a_session_without_words_has_no_draft,
}

tests::on_both_with_models! {
    a_recording_becomes_a_signed_note,
    a_system_that_is_switched_off_is_not_called,
}

pub async fn upload(person: &Person, session: &Session, kind: &str, bytes: Vec<u8>) -> Value {
    person.send(&format!("/encounters/{}/recordings", session.encounter), kind, bytes).await.created()
}

pub fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

fn section<'a>(note: &'a Value, key: &str) -> &'a [Value] {
    let sections = note["sections"].as_array().expect("sections");
    let section = sections.iter().find(|it| it["key"] == key).expect("the section");
    section["sentences"].as_array().expect("sentences")
}

fn words(sentences: &[Value]) -> String {
    sentences.iter().map(|it| text(it, "text")).collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Every sentence of a draft cites lines that are in the transcript.
fn assert_evidence(note: &Value, transcript: &Value) -> usize {
    let lines: BTreeSet<&str> =
        transcript["segments"].as_array().expect("segments").iter().map(|it| text(it, "id")).collect();
    let mut count = 0;
    for section in note["sections"].as_array().expect("sections") {
        for sentence in section["sentences"].as_array().expect("sentences") {
            let evidence = sentence["evidence"].as_array().expect("evidence");
            assert_eq!(sentence["origin"], "ai");
            assert!(!evidence.is_empty(), "without evidence: {sentence}");
            assert!(evidence.iter().all(|it| lines.contains(it.as_str().unwrap_or_default())), "{sentence}");
            count += 1;
        }
    }
    count
}

/// Every call of a provider has its row, and every row has ended.
async fn assert_ledger(person: &Person, purposes: &[&str]) {
    let page = person.get("/governance/calls?limit=200").await.ok();
    let calls = page["items"].as_array().expect("a list");
    for call in calls {
        assert!(["succeeded", "timeout", "refused"].contains(&text(call, "outcome")), "{call}");
        assert_eq!(text(call, "input_hash").len(), 64, "{call}");
    }
    let made: BTreeSet<&str> =
        calls.iter().filter(|it| it["outcome"] == "succeeded").map(|it| text(it, "purpose")).collect();
    assert_eq!(made, purposes.iter().copied().collect::<BTreeSet<_>>());
}

async fn a_recording_becomes_a_signed_note(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let mut events = Events::open(&person, None).await;
    let recording = upload(&person, &session, "audio/ogg", excerpt()).await;
    let job = text(&recording, "job_id").to_owned();

    // --- progress arrives by itself, stage by stage, and never goes back
    let mut stages = Vec::new();
    let mut progress = 0;
    let ended = loop {
        let (name, view) = events.next().await;
        if name != "job" || text(&view, "id") != job {
            continue;
        }
        let now = view["progress"].as_u64().expect("percent");
        assert!((progress..=100).contains(&now), "{now} after {progress}");
        progress = now;
        let stage = text(&view, "stage").to_owned();
        if !stage.is_empty() && stages.last() != Some(&stage) {
            stages.push(stage);
        }
        if !["queued", "running"].contains(&text(&view, "state")) {
            break view;
        }
    };
    assert_eq!(ended["state"], "succeeded", "{ended}");
    assert_eq!(ended["progress"], 100);
    let order = ["decode", "voice_activity", "transcription", "speakers", "draft"];
    let places: Vec<usize> = stages.iter().filter_map(|it| order.iter().position(|one| one == it)).collect();
    assert!(places.is_sorted() && places.len() >= 3, "{stages:?}");
    assert_eq!(person.get(&format!("/jobs/{job}")).await.ok(), ended);

    // --- the transcript: two voices, in order, within the recording
    let view = person.get(&format!("/recordings/{}", text(&recording, "id"))).await.ok();
    assert_eq!(view["state"], "transcribed");
    let length = view["duration_ms"].as_u64().expect("a length");
    assert!((34_000..37_000).contains(&length), "{length}");
    assert!(view["speech_ms"].as_u64().is_some_and(|speech| speech > 15_000 && speech < length));
    let transcript = person.get(&format!("/encounters/{}/transcript", session.encounter)).await.ok();
    assert_eq!(transcript["speakers"].as_array().map(Vec::len), Some(2), "{}", transcript["speakers"]);
    let lines = transcript["segments"].as_array().expect("segments");
    let times: Vec<u64> = lines.iter().filter_map(|it| it["start_ms"].as_u64()).collect();
    assert!(times.is_sorted() && times.len() >= 5, "{times:?}");
    assert!(lines.iter().all(|it| it["end_ms"].as_u64().is_some_and(|end| end <= length + 100)));
    let voices: BTreeSet<&str> = lines.iter().map(|it| text(it, "speaker_id")).collect();
    assert_eq!(voices.len(), 2, "both voices say something");

    // --- the draft: evidence or silence
    let path = format!("/notes/{}", text(&ended, "note_id"));
    let answer = person.get(&path).await;
    let note = answer.ok();
    assert_eq!(note["draft_label"], "extract");
    assert!(note["ai_call_id"].is_string());
    assert!(assert_evidence(&note, &transcript) >= 2);
    let medication = words(section(&note, "medication"));
    assert!(medication.contains("sertral") && medication.contains("every morning"), "{medication}");
    let risk = words(section(&note, "risk"));
    assert!(risk.contains("hurting yourself") && risk.contains("nothing like that"), "{risk}");
    assert!(risk.contains("crisis line"), "{risk}");
    for word in ["denie", "appropriate", "oriented", "stable"] {
        assert!(!answer.text().to_lowercase().contains(word), "nobody said {word}");
    }
    assert_eq!(section(&note, "mental_status"), &[] as &[Value]);
    assert_ledger(&person, &["drafting", "speakers", "transcription"]).await;

    // --- one sentence is changed: it becomes the clinician's own and keeps its evidence
    let mut sections = note["sections"].clone();
    let changed = sections.as_array_mut().and_then(|all| all.iter_mut().find(|it| it["key"] == "medication"));
    let changed = changed.expect("the section");
    changed["sentences"][0]["text"] = json!("Takes sertraline, fifty milligrams, every morning.");
    let edited = person.patch(&path, Some(&answer.etag()), &json!({ "sections": [changed] })).await;
    let after = section(&edited.ok(), "medication")[0].clone();
    assert_eq!(after["origin"], "clinician");
    assert_eq!(after["evidence"], section(&note, "medication")[0]["evidence"]);
    assert_eq!(section(&edited.ok(), "risk"), section(&note, "risk"), "the rest is as it was");

    // --- signed, and from then on nothing changes any more
    let sign = async |tag: &str| {
        let request = person.call(Method::POST, &format!("{path}/sign")).header("if-match", tag);
        request.json(&json!({ "password": PASSWORD })).answer().await
    };
    let signed = sign(&edited.etag()).await;
    signed.ok();
    let tag = signed.etag();
    sign(&tag).await.refused(409, "already_signed");
    person.patch(&path, Some(&tag), &json!({ "sections": [] })).await.refused(409, "already_signed");
    let encounter = format!("/encounters/{}", session.encounter);
    let read = person.get(&format!("{encounter}/transcript")).await;
    let edit = json!({ "segments": [{ "id": lines[0]["id"], "text": "Something else." }] });
    person
        .patch(&format!("{encounter}/transcript"), Some(&read.etag()), &edit)
        .await
        .refused(409, "already_signed");
    person.patch(&encounter, None, &json!({ "modality": "group" })).await.refused(409, "already_signed");
    let draft = json!({ "template_id": "dap", "source": "transcript" });
    person.post(&format!("{encounter}/drafts"), &draft).await.refused(409, "already_signed");
    let again = person.send(&format!("{encounter}/recordings"), "audio/wav", silence(1)).await;
    assert_eq!(again.status, 409, "{}", again.text());
    person.post(&format!("{path}/addenda"), &json!({ "text": "Called back." })).await.created();
    let last = person.get(&path).await.ok();
    assert_eq!(last["signature"], signed.ok()["signature"]);
    assert_eq!(last["sections"], signed.ok()["sections"]);

    // --- nothing of what was said stands readable anywhere, neither as words nor as sound
    let finds = app.find_marks(&said(&transcript)).await;
    assert!(finds.is_empty(), "{} places: {:#?}", finds.len(), &finds[..finds.len().min(5)]);
    let sound = excerpt();
    assert_eq!(app.files_holding(&sound[70_000..70_064]), Vec::<std::path::PathBuf>::new());
}

/// The lines of a transcript as marks: what was really said.
fn said(transcript: &Value) -> Vec<Mark> {
    let lines = transcript["segments"].as_array().expect("segments").iter().map(|it| text(it, "text").trim());
    let marks: Vec<Mark> = lines.filter(|it| it.len() > 15).map(|it| Mark(it.to_owned())).collect();
    assert!(marks.len() >= 3);
    marks
}

async fn where_nobody_speaks_no_model_is_called(app: &TestApp) {
    let person = app.therapist().await;
    for (kind, bytes) in [("audio/wav", silence(3)), ("audio/wav", noise(5))] {
        let session = new_session(&person).await;
        let recording = upload(&person, &session, kind, bytes).await;
        let job = wait_for_job(&person, text(&recording, "job_id")).await;
        assert!(["succeeded", "failed"].contains(&text(&job, "state")), "{job}");
        assert_eq!(job["note_id"], Value::Null);
        let view = person.get(&format!("/recordings/{}", text(&recording, "id"))).await.ok();
        assert_eq!(view["state"], "no_speech_captured");
        let encounter = format!("/encounters/{}", session.encounter);
        assert_eq!(person.get(&format!("{encounter}/transcript")).await.status, 404);
        let draft = json!({ "template_id": "soap", "source": "transcript" });
        assert_eq!(person.post(&format!("{encounter}/drafts"), &draft).await.status, 409);
        // The note can still be written by hand.
        let note = json!({ "encounter_id": session.encounter, "template_id": "soap" });
        person.post("/notes", &note).await.created();
    }
    assert_eq!(app.count("ai_calls").await, 0);
    assert_eq!(app.count("transcripts").await, 0);
}

pub async fn typed(person: &Person) -> Session {
    let session = new_session(person).await;
    let lines = json!({ "lines": [
        { "role": "therapist", "text": "Are you still taking the sertraline, fifty milligrams?" },
        { "role": "client", "text": "Yes, every morning." },
        { "role": "therapist", "text": "Have you had any thoughts of hurting yourself?" },
        { "role": "client", "text": "No, nothing like that." },
    ] });
    let path = format!("/encounters/{}/transcript", session.encounter);
    person.call(Method::PUT, &path).header("if-none-match", "*").json(&lines).answer().await.created();
    session
}

pub async fn draft(person: &Person, session: &Session, format: &str) -> Value {
    let form = json!({ "template_id": format, "source": "transcript" });
    let accepted = person.post(&format!("/encounters/{}/drafts", session.encounter), &form).await.expect(202);
    wait_for_job(person, text(&accepted, "job_id")).await
}

async fn a_draft_is_made_of_a_typed_transcript(app: &TestApp) {
    let person = app.therapist().await;
    let session = typed(&person).await;
    let transcript = person.get(&format!("/encounters/{}/transcript", session.encounter)).await.ok();
    for format in ["soap", "dap", "birp"] {
        let job = draft(&person, &session, format).await;
        assert_eq!(job["state"], "succeeded", "{job}");
        let note = person.get(&format!("/notes/{}", text(&job, "note_id"))).await.ok();
        assert_eq!(note["template_id"], format);
        assert!(assert_evidence(&note, &transcript) >= 2);
        assert!(words(section(&note, "risk")).contains("no, nothing like that"));
        assert!(words(section(&note, "medication")).contains("fifty milligrams"));
        // A question and its answer are one unit: both are cited.
        assert_eq!(section(&note, "risk")[0]["evidence"].as_array().map(Vec::len), Some(2));
    }
    assert_ledger(&person, &["drafting"]).await;
    assert_eq!(app.count("ai_calls").await, 3);
    assert_eq!(app.count("notes").await, 3);
}

async fn a_session_without_words_has_no_draft(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let form = json!({ "template_id": "soap", "source": "transcript" });
    let path = format!("/encounters/{}/drafts", session.encounter);
    person.post(&path, &form).await.refused(409, "no_transcript");
    assert_eq!(app.count("ai_calls").await, 0);
}

async fn a_system_that_is_switched_off_is_not_called(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    // Systems are registered by the first call, or before: this practice's are listed after a draft.
    let warm = typed(&person).await;
    draft(&person, &warm, "soap").await;
    let switch = async |purpose: &str, state: &str| {
        let page = person.get("/governance/systems").await.ok();
        let systems = page["items"].as_array().expect("systems").clone();
        let system = systems.iter().find(|it| it["purpose"] == purpose).expect("the system is registered");
        let path = format!("/governance/systems/{}", text(system, "id"));
        person.patch(&path, None, &json!({ "state": state })).await.ok();
    };
    let calls = app.count("ai_calls").await;
    switch("drafting", "off").await;
    let form = json!({ "template_id": "soap", "source": "transcript" });
    let asked = person.post(&format!("/encounters/{}/drafts", warm.encounter), &form).await;
    let code = if asked.status == 202 {
        let job = wait_for_job(&person, text(&asked.json(), "job_id")).await;
        assert_eq!(job["state"], "failed");
        text(&job, "error").to_owned()
    } else {
        asked.code()
    };
    assert_eq!(code, "ai_system_off");
    assert_eq!(app.count("ai_calls").await, calls + 1, "the refusal has its row");
    let refused = person.get("/governance/calls?limit=1").await.ok()["items"][0].clone();
    assert_eq!(refused["outcome"], "refused");
    assert_eq!(refused["output_hash"], Value::Null);
    assert!(refused["reasons"].as_array().is_some_and(|it| !it.is_empty()));

    switch("transcription", "off").await;
    let recording = upload(&person, &session, "audio/ogg", excerpt()).await;
    let job = wait_for_job(&person, text(&recording, "job_id")).await;
    assert_eq!((text(&job, "state"), text(&job, "error")), ("failed", "ai_system_off"));
    assert_eq!(app.count("transcripts").await, 1, "only the typed one");

    // Switched on again, the job can be tried again and finishes.
    switch("transcription", "live").await;
    switch("drafting", "live").await;
    person.post_nothing(&format!("/jobs/{}/retry", text(&job, "id"))).await.ok();
    let job = wait_for_job(&person, text(&job, "id")).await;
    assert_eq!(job["state"], "succeeded", "{job}");
}

/// What there is after the story must be there once.
async fn assert_once(person: &Person, session: &Session, job: &str) {
    let view = wait_for_job(person, job).await;
    assert_eq!(view["state"], "succeeded", "{view}");
    let transcript = person.get(&format!("/encounters/{}/transcript", session.encounter)).await.ok();
    let lines = transcript["segments"].as_array().expect("segments");
    let spans: BTreeSet<String> =
        lines.iter().map(|it| format!("{}-{} {}", it["start_ms"], it["end_ms"], it["text"])).collect();
    assert_eq!(spans.len(), lines.len(), "no line is there twice");
    assert!(lines.len() >= 5, "no line was lost: {lines:?}");
    assert_eq!(transcript["speakers"].as_array().map(Vec::len), Some(2));
    let notes = person.get(&format!("/notes?encounter_id={}", session.encounter)).await.ok();
    assert_eq!(notes["items"].as_array().map(Vec::len), Some(1), "one note");
    let note = person.get(&format!("/notes/{}", text(&view, "note_id"))).await.ok();
    assert!(assert_evidence(&note, &transcript) >= 2);
    assert_ledger(person, &["drafting", "speakers", "transcription"]).await;
}

#[tokio::test]
async fn killed_at_any_stage_a_job_finishes_once_after_the_restart() {
    if tests::models().is_none() {
        return;
    }
    let mut server = Binary::start(SERVER, &[]);
    let person = server.therapist().await;
    for stage in ["queued", "decode", "transcription", "speakers", "draft"] {
        let session = new_session(&person).await;
        let mut events = Events::open(&person, None).await;
        let recording = upload(&person, &session, "audio/ogg", excerpt()).await;
        let job = text(&recording, "job_id").to_owned();
        let reached = async {
            if stage == "queued" {
                return;
            }
            loop {
                let (name, view) = events.next().await;
                let here = name == "job" && text(&view, "id") == job && text(&view, "stage") == stage;
                if here || text(&view, "state") == "succeeded" {
                    break;
                }
            }
        };
        tokio::time::timeout(Duration::from_mins(2), reached).await.expect("the stage is reached");
        server.kill();
        server.restart();
        assert_once(&person, &session, &job).await;
        // Neither what was on its way in memory nor a temporary file stands readable after the kill.
        let transcript = person.get(&format!("/encounters/{}/transcript", session.encounter)).await.ok();
        assert_eq!(server.find_marks(&said(&transcript)), Vec::new());
    }
    // Told to stop while a job is under way: it is parked, and goes on after the next start.
    let session = new_session(&person).await;
    let mut events = Events::open(&person, None).await;
    let recording = upload(&person, &session, "audio/ogg", excerpt()).await;
    let job = text(&recording, "job_id").to_owned();
    while text(&events.next().await.1, "stage") != "transcription" {}
    drop(events);
    server.tell_to_stop();
    assert!(server.ended().success(), "{}", server.logged());
    server.restart();
    assert_once(&person, &session, &job).await;
}
