//! What is handed over about one client: all of it, nothing of anybody else, and only to whoever may.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answer, Answered as _, PASSWORD, Person, Session, TestApp, new_client, new_session};

tests::on_both! {
    everything_that_is_owed_is_in_it_and_nothing_else,
    only_the_days_that_were_asked_for_are_in_it,
    it_asks_for_a_second_factor_and_for_everything_that_is_read,
    it_is_made_as_often_as_one_likes_until_it_was_denied,
    a_note_is_saved_by_whoever_reads_it,
    nothing_readable_is_left_on_the_server,
}

/// A note of a session with one sentence.
pub async fn written(by: &Person, session: &Session, text: &str) -> String {
    let form = json!({ "encounter_id": session.encounter, "template_id": "soap" });
    let note = by.post("/notes", &form).await;
    let path = format!("/notes/{}", note.created()["id"].as_str().expect("an id"));
    let sentence = json!({ "text": text, "origin": "clinician", "evidence": [] });
    let sections =
        json!({ "sections": [{ "key": "subjective", "title": "Subjective", "sentences": [sentence] }] });
    by.patch(&path, Some(&note.etag()), &sections).await.ok();
    path
}

pub async fn signed(by: &Person, session: &Session, text: &str) -> String {
    let path = written(by, session, text).await;
    let tag = by.get(&path).await.etag();
    let sign = by.call(Method::POST, &format!("{path}/sign")).header("if-match", tag);
    sign.json(&json!({ "password": PASSWORD })).answer().await.ok();
    path
}

async fn said(by: &Person, session: &Session, words: &str) {
    let lines = json!({ "lines": [{ "role": "therapist", "text": "How are you?" }, { "role": "client", "text": words }] });
    let path = format!("/encounters/{}/transcript", session.encounter);
    by.call(Method::PUT, &path).header("if-none-match", "*").json(&lines).answer().await.created();
}

pub async fn another_session(by: &Person, clients: &[&str], started_at: &str) -> Session {
    let form = json!({ "client_ids": clients, "modality": if clients.len() > 1 { "couple" } else { "individual" },
        "setting": "video", "started_at": started_at });
    let encounter = by.post("/encounters", &form).await.created();
    Session { client: clients[0].to_owned(), encounter: encounter["id"].as_str().expect("an id").to_owned() }
}

pub async fn asked(app: &TestApp, by: &Person, client: &str, span: Value) -> String {
    let today = clock::Clock::now(app.clock.as_ref()).date_naive();
    let mut new = json!({ "asker": "client", "received_on": today, "form": "both" });
    new.as_object_mut().expect("fields").extend(span.as_object().expect("fields").clone());
    let made = by.post(&format!("/clients/{client}/record-requests"), &new).await.created();
    format!("/record-requests/{}", made["id"].as_str().expect("an id"))
}

pub async fn exported(by: &Person, path: &str, format: &str) -> Answer {
    by.get(&format!("{path}/export?format={format}")).await
}

/// The record as text and as FHIR; what one says, the other has to say too.
pub async fn record(by: &Person, request: &str) -> (String, Value) {
    let text = exported(by, request, "text").await;
    text.expect(200);
    let fhir = exported(by, request, "fhir").await;
    assert_eq!(fhir.header("content-type"), "application/fhir+json");
    let pdf = exported(by, request, "pdf").await;
    assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));
    assert!(pdf.body.starts_with(b"%PDF-"));
    assert!(pdf.header("content-disposition").starts_with("attachment; filename=\"record-"));
    assert_eq!(pdf.header("cache-control"), "no-store");
    (text.text(), fhir.expect(200))
}

fn count(bundle: &Value, kind: &str) -> usize {
    let entries = bundle["entry"].as_array().expect("entries");
    entries.iter().filter(|entry| entry["resource"]["resourceType"] == kind).count()
}

async fn everything_that_is_owed_is_in_it_and_nothing_else(app: &TestApp) {
    let owner = app.therapist().await;
    let alone = new_session(&owner).await;
    said(&owner, &alone, "I sleep badly.").await;
    let note = signed(&owner, &alone, "Slept four hours a night.").await;
    owner.post(&format!("{note}/addenda"), &json!({ "text": "Called back." })).await.created();
    let second = another_session(&owner, &[&alone.client], "2026-02-03T10:00:00Z").await;
    written(&owner, &second, "A draft that nobody has signed.").await;
    let partner =
        owner.post("/clients", &json!({ "given_name": "Nils", "family_name": "Quillfeather" })).await;
    let partner = partner.created()["id"].as_str().expect("an id").to_owned();
    let joint = another_session(&owner, &[&alone.client, &partner], "2026-03-04T10:00:00Z").await;
    said(&owner, &joint, "He never listens.").await;
    signed(&owner, &joint, "Both spoke of the move.").await;
    // A session of the partner's in which the client was too: its note is in the partner's chart.
    let theirs = another_session(&owner, &[&partner, &alone.client], "2026-03-11T10:00:00Z").await;
    signed(&owner, &theirs, "A note about somebody else.").await;

    let request = asked(app, &owner, &alone.client, json!({})).await;
    let (text, fhir) = record(&owner, &request).await;
    let bundle = fhir.to_string();
    for owed in
        ["Slept four hours a night.", "Called back.", "Both spoke of the move.", "Mara", "Vera Winter"]
    {
        assert!(text.contains(owed) && bundle.contains(owed), "{owed} is missing");
    }
    assert!(text.contains("I sleep badly.") && text.contains("holds the words of others"), "{text}");
    for other in ["A draft that", "He never listens.", "A note about somebody else.", "Quillfeather", "Nils"]
    {
        assert!(!text.contains(other) && !bundle.contains(other), "{other} is in it");
    }
    assert!(!bundle.contains(&partner), "not even as an id");
    assert_eq!(
        ["Patient", "Encounter", "Composition", "Consent", "DocumentReference", "OperationOutcome"]
            .map(|kind| count(&fhir, kind)),
        [1, 4, 3, 2, 1, 1]
    );
    let read = "SELECT action FROM audit_events WHERE action IN ('records_exported', 'note_read', 'transcript_read')";
    let read = app.query(read).await;
    let times = |action: &str| read.iter().filter(|it| *it == action).count();
    assert_eq!((times("records_exported"), times("transcript_read")), (3, 3), "what was taken is named");
    assert!(times("note_read") >= 6);
}

async fn only_the_days_that_were_asked_for_are_in_it(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    for (day, text) in [
        ("2026-01-31", "In January."),
        ("2026-02-01", "On the first."),
        ("2026-02-28", "On the last."),
        ("2026-03-01", "In March."),
    ] {
        let session = another_session(&owner, &[&client], &format!("{day}T23:30:00Z")).await;
        signed(&owner, &session, text).await;
    }
    let request = asked(app, &owner, &client, json!({ "from": "2026-02-01", "to": "2026-02-28" })).await;
    let (text, fhir) = record(&owner, &request).await;
    assert_eq!((count(&fhir, "Encounter"), count(&fhir, "Composition")), (2, 2));
    let places = ["On the first.", "On the last."].map(|it| text.find(it).expect("it is there"));
    assert!(places[0] < places[1], "in the order of time");
    assert!(!text.contains("In January.") && !text.contains("In March."));
}

async fn it_asks_for_a_second_factor_and_for_everything_that_is_read(app: &TestApp) {
    let owner = app.therapist().await;
    let session = new_session(&owner).await;
    let request = asked(app, &owner, &session.client, json!({})).await;
    // An administrator keeps the clock, and reads no chart.
    let administrator = app.beside(&owner, Role::Administrator).await;
    administrator.get("/record-requests").await.ok();
    exported(&administrator, &request, "pdf").await.refused(403, "forbidden");
    let clinician = app.beside(&owner, Role::Clinician).await;
    clinician.enrol(clock::Clock::now(app.clock.as_ref())).await;
    exported(&clinician, &request, "pdf").await.refused(404, "not_found");
    tests::share(&owner, &session.client, &clinician).await;
    exported(&clinician, &request, "pdf").await.expect(200);
    // A role of the practice's own that reads notes and no transcripts would make a record with holes.
    let permissions = ["clients.read", "clients.all", "records.release", "notes.read", "encounters.read"];
    let role = json!({ "name": "Archivist", "base": "supervisor", "permissions": permissions });
    let role = owner.post("/roles", &role).await.created()["id"].clone();
    let id = clinician.get("/me").await.ok()["user"]["id"].as_str().expect("an id").to_owned();
    owner.patch(&format!("/users/{id}"), None, &json!({ "role_id": role })).await.ok();
    exported(&clinician, &request, "pdf").await.refused(403, "forbidden");
    app.clock.advance(TimeDelta::minutes(6));
    exported(&owner, &request, "pdf").await.refused(403, "step_up_required");
    owner.get(&format!("{request}/export?format=docx")).await.expect(400);
}

async fn it_is_made_as_often_as_one_likes_until_it_was_denied(app: &TestApp) {
    let owner = app.therapist().await;
    let session = new_session(&owner).await;
    let request = asked(app, &owner, &session.client, json!({})).await;
    exported(&owner, &request, "pdf").await.expect(200);
    assert_eq!(
        owner.get("/record-requests").await.ok()["items"][0]["state"],
        "received",
        "making it answers nothing"
    );
    owner.post(&format!("{request}/fulfil"), &json!({ "words": "By post." })).await.ok();
    exported(&owner, &request, "pdf").await.expect(200);
    let withdrawn = asked(app, &owner, &session.client, json!({})).await;
    owner.post_nothing(&format!("{withdrawn}/withdraw")).await.ok();
    exported(&owner, &withdrawn, "pdf").await.refused(409, "request_settled");
}

async fn a_note_is_saved_by_whoever_reads_it(app: &TestApp) {
    let owner = app.therapist().await;
    let session = new_session(&owner).await;
    let note = written(&owner, &session, "Slept four hours a night.").await;
    let text = exported(&owner, &note, "text").await;
    text.expect(200);
    assert!(
        text.text().contains("A draft, not signed.") && text.text().contains("Slept four hours a night.")
    );
    let bundle = exported(&owner, &note, "fhir").await.expect(200);
    assert_eq!(
        (&bundle["type"], &bundle["entry"][0]["resource"]["status"]),
        (&json!("document"), &json!("preliminary"))
    );
    assert!(exported(&owner, &note, "pdf").await.body.starts_with(b"%PDF-"));
    let biller = app.beside(&owner, Role::Biller).await;
    exported(&biller, &note, "pdf").await.refused(403, "forbidden");
    let clinician = app.beside(&owner, Role::Clinician).await;
    exported(&clinician, &note, "pdf").await.refused(404, "not_found");
    let recorded = "SELECT outcome FROM audit_events WHERE action = 'note_exported' ORDER BY outcome";
    assert_eq!(app.query(recorded).await, ["done", "done", "done", "not_found"]);
}

async fn nothing_readable_is_left_on_the_server(app: &TestApp) {
    let owner = app.therapist().await;
    let session = new_session(&owner).await;
    let mark = tests::Mark::of("record");
    signed(&owner, &session, &mark.0).await;
    let request = asked(app, &owner, &session.client, json!({})).await;
    let (text, _) = record(&owner, &request).await;
    assert!(text.contains(&mark.0));
    let finds = app.find_marks(&[mark, tests::Mark("%PDF-1.7".to_owned())]).await;
    assert!(finds.is_empty(), "{finds:#?}");
}
