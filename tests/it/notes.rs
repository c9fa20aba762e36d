//! Notes: written, changed with `If-Match`, signed, and then never changed again.

use reqwest::Method;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answer, Answered as _, PASSWORD, Person, TestApp, new_session};

tests::on_both! {
    a_change_names_the_version_it_is_meant_for,
    of_two_who_change_one_version_the_second_is_told,
    an_empty_note_cannot_be_signed,
    signing_takes_the_signers_password,
    nothing_of_a_signed_note_can_be_changed,
    an_addendum_needs_a_signed_note,
    the_signature_is_of_what_was_signed,
    a_clinicians_sentence_never_counts_as_ai,
    evidence_must_be_in_the_transcript,
    speakers_can_be_renamed_and_merged,
    what_an_intern_signs_waits_for_the_supervisor_who_signs_or_gives_it_back,
}

/// A session with typed words and an empty note: their paths, and the transcript.
async fn written(person: &Person) -> (String, String, Value) {
    let session = new_session(person).await;
    let encounter = format!("/encounters/{}", session.encounter);
    let lines = json!({ "lines": [
        { "role": "therapist", "text": "Did you sleep at all last week?" },
        { "role": "client", "text": "About four hours a night." },
    ] });
    let request = person.call(Method::PUT, &format!("{encounter}/transcript")).header("if-none-match", "*");
    let transcript = request.json(&lines).answer().await.created();
    let form = json!({ "encounter_id": session.encounter, "template_id": "soap" });
    let note = person.post("/notes", &form).await.created();
    (format!("/notes/{}", note["id"].as_str().expect("an id")), encounter, transcript)
}

fn section(text: &str, evidence: Value) -> Value {
    json!({ "sections": [{ "key": "subjective", "title": "Subjective",
        "sentences": [{ "text": text, "origin": "clinician", "evidence": evidence }] }] })
}

async fn write(person: &Person, note: &str, text: &str) -> Answer {
    let tag = person.get(note).await.etag();
    person.patch(note, Some(&tag), &section(text, json!([]))).await
}

async fn sign(person: &Person, note: &str, password: &str) -> Answer {
    let tag = person.get(note).await.etag();
    let request = person.call(Method::POST, &format!("{note}/sign")).header("if-match", tag);
    request.json(&json!({ "password": password })).answer().await
}

async fn a_change_names_the_version_it_is_meant_for(app: &TestApp) {
    let therapist = app.therapist().await;
    let (note, encounter, _) = written(&therapist).await;
    let edit = section("Slept badly.", json!([]));
    therapist.patch(&note, None, &edit).await.refused(428, "precondition_required");
    therapist.patch(&note, Some("\"99\""), &edit).await.refused(412, "precondition_failed");
    therapist.patch(&note, Some("nonsense"), &edit).await.refused(412, "precondition_failed");
    let sign = therapist.post(&format!("{note}/sign"), &json!({ "password": PASSWORD })).await;
    sign.refused(428, "precondition_required");
    let transcript = format!("{encounter}/transcript");
    therapist.patch(&transcript, None, &json!({})).await.refused(428, "precondition_required");
    therapist.patch(&transcript, Some("\"99\""), &json!({})).await.refused(412, "precondition_failed");
    let again = json!({ "lines": [{ "role": "client", "text": "Replaced." }] });
    therapist.put(&transcript, &again).await.refused(428, "precondition_required");
    let replace = therapist.call(Method::PUT, &transcript).header("if-none-match", "*").json(&again);
    replace.answer().await.refused(412, "precondition_failed");
}

async fn of_two_who_change_one_version_the_second_is_told(app: &TestApp) {
    let therapist = app.therapist().await;
    let (note, ..) = written(&therapist).await;
    let tag = therapist.get(&note).await.etag();
    let (one, other) = (section("One.", json!([])), section("Other.", json!([])));
    let (one, other) =
        tokio::join!(therapist.patch(&note, Some(&tag), &one), therapist.patch(&note, Some(&tag), &other),);
    let (won, lost) = if one.status == 200 { (one, other) } else { (other, one) };
    won.ok();
    lost.refused(412, "precondition_failed");
    let kept = therapist.get(&note).await;
    assert_eq!(kept.etag(), won.etag());
    assert_eq!(kept.ok()["sections"], won.ok()["sections"]);
    assert_ne!(won.etag(), tag);
}

async fn an_empty_note_cannot_be_signed(app: &TestApp) {
    let therapist = app.therapist().await;
    let (note, ..) = written(&therapist).await;
    sign(&therapist, &note, PASSWORD).await.refused(409, "note_incomplete");
}

async fn signing_takes_the_signers_password(app: &TestApp) {
    let therapist = app.therapist().await;
    let (note, ..) = written(&therapist).await;
    write(&therapist, &note, "Slept badly.").await.ok();
    sign(&therapist, &note, "not the password of the signer").await.refused(401, "invalid_credentials");
    assert_eq!(therapist.get(&note).await.ok()["status"], "draft");
    sign(&therapist, &note, PASSWORD).await.ok();
}

async fn nothing_of_a_signed_note_can_be_changed(app: &TestApp) {
    let therapist = app.therapist().await;
    let (note, encounter, transcript) = written(&therapist).await;
    write(&therapist, &note, "Slept badly.").await.ok();
    let before = sign(&therapist, &note, PASSWORD).await.ok();
    write(&therapist, &note, "Slept well.").await.refused(409, "already_signed");
    sign(&therapist, &note, PASSWORD).await.refused(409, "already_signed");
    let path = format!("{encounter}/transcript");
    let read = therapist.get(&path).await;
    assert_eq!(read.ok()["locked"], true);
    let edit = json!({ "segments": [{ "id": transcript["segments"][0]["id"], "text": "Changed." }] });
    therapist.patch(&path, Some(&read.etag()), &edit).await.refused(409, "already_signed");
    let typed = json!({ "lines": [{ "role": "client", "text": "Changed." }] });
    let put = therapist.call(Method::PUT, &path).header("if-none-match", "*").json(&typed).answer().await;
    assert_eq!(put.status / 100, 4, "{}", put.text());
    let moved = json!({ "started_at": "2026-01-01T10:00:00Z" });
    therapist.patch(&encounter, None, &moved).await.refused(409, "already_signed");
    assert_eq!(therapist.get(&encounter).await.ok()["locked"], true);
    let after = therapist.get(&note).await.ok();
    assert_eq!(after, before);
    assert_eq!(therapist.get(&path).await.ok()["segments"], transcript["segments"]);
}

async fn an_addendum_needs_a_signed_note(app: &TestApp) {
    let therapist = app.therapist().await;
    let (note, ..) = written(&therapist).await;
    let addendum = json!({ "text": "Called back the next day." });
    let path = format!("{note}/addenda");
    therapist.post(&path, &addendum).await.refused(409, "not_signed");
    write(&therapist, &note, "Slept badly.").await.ok();
    let signed = sign(&therapist, &note, PASSWORD).await.ok();
    therapist.post(&path, &json!({ "text": "" })).await.refused(422, "validation");
    therapist.post(&path, &addendum).await.created();
    let read = therapist.get(&note).await.ok();
    assert_eq!(read["addenda"][0]["text"], "Called back the next day.");
    assert_eq!(read["addenda"][0]["author_name"], "Vera Winter");
    assert_eq!(read["sections"], signed["sections"]);
    assert_eq!(read["signature"], signed["signature"]);
}

async fn the_signature_is_of_what_was_signed(app: &TestApp) {
    let therapist = app.therapist().await;
    let mut hashes = Vec::new();
    for text in ["Slept badly.", "Slept well."] {
        let (note, ..) = written(&therapist).await;
        write(&therapist, &note, text).await.ok();
        let signed = sign(&therapist, &note, PASSWORD).await.ok();
        assert_eq!(signed["status"], "signed");
        assert_eq!(signed["signature"]["signer_name"], "Vera Winter");
        assert!(signed["signature"]["signed_at"].is_string());
        let hash = signed["signature"]["sha256"].as_str().expect("a hash").to_owned();
        assert_eq!(hash.len(), 64);
        hashes.push(hash);
    }
    assert_ne!(hashes[0], hashes[1]);
}

async fn a_clinicians_sentence_never_counts_as_ai(app: &TestApp) {
    let therapist = app.therapist().await;
    let (note, _, transcript) = written(&therapist).await;
    let tag = therapist.get(&note).await.etag();
    let mut edit = section("Claims to be drafted.", json!([transcript["segments"][1]["id"]]));
    edit["sections"][0]["sentences"][0]["origin"] = json!("ai");
    let answer = therapist.patch(&note, Some(&tag), &edit).await;
    if answer.status == 200 {
        let sections = answer.json()["sections"].clone();
        let subjective = sections.as_array().and_then(|all| all.iter().find(|it| it["key"] == "subjective"));
        assert_eq!(subjective.expect("the section")["sentences"][0]["origin"], "clinician");
    } else {
        answer.refused(422, "validation");
    }
}

async fn evidence_must_be_in_the_transcript(app: &TestApp) {
    let therapist = app.therapist().await;
    let (note, _, transcript) = written(&therapist).await;
    let (_, _, elsewhere) = written(&therapist).await;
    let tag = therapist.get(&note).await.etag();
    for id in [json!("01990000-0000-7000-8000-00000000dead"), elsewhere["segments"][0]["id"].clone()] {
        let edit = section("Slept badly.", json!([id]));
        therapist.patch(&note, Some(&tag), &edit).await.refused(422, "validation");
    }
    let edit = section("Slept badly.", json!([transcript["segments"][1]["id"]]));
    therapist.patch(&note, Some(&tag), &edit).await.ok();
}

async fn speakers_can_be_renamed_and_merged(app: &TestApp) {
    let therapist = app.therapist().await;
    let (_, encounter, transcript) = written(&therapist).await;
    let path = format!("{encounter}/transcript");
    let tag = therapist.get(&path).await.etag();
    let [one, other] = [0, 1].map(|it| transcript["speakers"][it]["id"].clone());
    let edit = json!({
        "speakers": [{ "id": one, "label": "Dr. Winter", "role": "therapist" }],
        "segments": [{ "id": transcript["segments"][1]["id"], "text": "About five hours a night." }],
        "merge": [{ "from": other, "into": one }],
    });
    let answer = therapist.patch(&path, Some(&tag), &edit).await;
    let edited = answer.ok();
    assert_eq!(edited["speakers"].as_array().map(Vec::len), Some(1));
    assert_eq!(edited["speakers"][0]["label"], "Dr. Winter");
    let segments = edited["segments"].as_array().expect("segments");
    assert!(segments.iter().all(|it| it["speaker_id"] == one));
    assert_eq!(segments[1]["text"], "About five hours a night.");
    assert_eq!((segments[0]["edited"].clone(), segments[1]["edited"].clone()), (json!(false), json!(true)));
    assert_eq!(therapist.get(&path).await.ok(), edited);
}

async fn what_an_intern_signs_waits_for_the_supervisor_who_signs_or_gives_it_back(app: &TestApp) {
    let owner = app.therapist().await;
    let (intern, supervisor) =
        (app.beside(&owner, Role::Intern).await, app.beside(&owner, Role::Supervisor).await);
    let (note, ..) = written(&intern).await;
    write(&intern, &note, "Slept badly.").await.ok();
    assert_eq!(sign(&intern, &note, PASSWORD).await.ok()["status"], "awaiting_co_signature");
    supervisor.get(&note).await.refused(404, "not_found");
    let id = async |person: &Person| {
        person.get("/me").await.ok()["user"]["id"].as_str().expect("an id").to_owned()
    };
    let path = format!("/users/{}/supervisors/{}", id(&intern).await, id(&supervisor).await);
    owner.call(Method::PUT, &path).answer().await.expect(204);
    let waiting = supervisor.get("/notes?status=awaiting_co_signature").await.ok();
    assert_eq!(waiting["items"].as_array().map(Vec::len), Some(1));

    let give_back = async |reason: &str| {
        let tag = supervisor.get(&note).await.etag();
        let request = supervisor.call(Method::POST, &format!("{note}/give-back")).header("if-match", tag);
        request.json(&json!({ "reason": reason })).answer().await
    };
    give_back(" ").await.refused(422, "validation");
    assert_eq!(give_back("The plan is missing.").await.ok()["status"], "draft");
    assert_eq!(intern.get(&note).await.ok()["given_back"], "The plan is missing.");
    write(&intern, &note, "Slept badly. Meet again.").await.ok();
    sign(&intern, &note, PASSWORD).await.ok();

    let co_sign = async |person: &Person, password: &str| {
        let tag = supervisor.get(&note).await.etag();
        let request = person.call(Method::POST, &format!("{note}/co-sign")).header("if-match", tag);
        request.json(&json!({ "password": password })).answer().await
    };
    co_sign(&intern, PASSWORD).await.refused(403, "forbidden");
    co_sign(&supervisor, "not the password of anybody here").await.refused(401, "invalid_credentials");
    let signed = co_sign(&supervisor, PASSWORD).await.ok();
    assert_eq!(signed["status"], "signed");
    assert_ne!(signed["co_signature"]["signer_id"], signed["signature"]["signer_id"]);
    co_sign(&supervisor, PASSWORD).await.refused(409, "not_awaiting_co_signature");
    give_back("Too late.").await.refused(409, "not_awaiting_co_signature");
}
