//! What is removed when its time is over, and what stays.

use chrono::{DateTime, TimeDelta, Utc};
use clock::Clock as _;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answered as _, PASSWORD, Person, Session, TestApp, new_session, silence, wait_for_job};

use crate::uploads::in_one;

tests::on_both! {
    sound_is_removed_so_long_after_the_signature_as_the_practice_has_set,
    sound_stays_where_the_practice_has_set_nothing,
    a_rule_that_removes_more_waits_a_week_and_can_be_taken_back,
}

/// A session with a recording that has gone through the pipeline.
pub async fn recorded(person: &Person) -> (Session, String) {
    let session = new_session(person).await;
    let made = in_one(person, &session, "audio/wav", silence(1)).await.created();
    wait_for_job(person, made["job_id"].as_str().expect("a job")).await;
    let recording = format!("/recordings/{}", made["id"].as_str().expect("an id"));
    (session, recording)
}

/// A note of the session with something in it.
pub async fn written(person: &Person, session: &Session) -> String {
    let form = json!({ "encounter_id": session.encounter, "template_id": "soap" });
    let note = person.post("/notes", &form).await;
    let path = format!("/notes/{}", note.created()["id"].as_str().expect("an id"));
    let text = json!({ "sections": [{ "key": "subjective", "title": "Subjective",
        "sentences": [{ "text": "Said nothing.", "origin": "clinician", "evidence": [] }] }] });
    person.patch(&path, Some(&note.etag()), &text).await.ok();
    path
}

pub async fn sign(person: &Person, note: &str) {
    let tag = person.get(note).await.etag();
    let request = person.call(Method::POST, &format!("{note}/sign")).header("if-match", tag);
    request.json(&json!({ "password": PASSWORD })).answer().await.ok();
}

pub async fn set(owner: &Person, what: Value) {
    let tag = owner.get("/practice").await.etag();
    owner.patch("/practice", Some(&tag), &what).await.ok();
}

/// Sets what removes more than before, and lets the week pass for which it waits.
pub async fn set_and_wait(app: &TestApp, owner: &Person, what: Value) {
    set(owner, what).await;
    // A week ago, so that the clock still agrees with the queue's: jobs are to run afterwards.
    let a_week_ago = "UPDATE practices SET recording_days_from = NULL, transcript_days_from = NULL";
    app.attack(a_week_ago).await.expect("done");
}

/// How many days pass, and the upkeep that goes on all the time.
pub async fn pass(app: &TestApp, person: &Person, days: i64) {
    app.clock.advance(TimeDelta::days(days));
    // As in two processes at once.
    let (one, other) = tokio::join!(api::work::keep_up(&app.app), api::work::keep_up(&app.app));
    one.and(other).expect("the upkeep");
    person.sign_in().await.ok();
}

fn stored(app: &TestApp) -> usize {
    let mut files = 0;
    let mut folders = vec![app.data().join("blobs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            if entry.file_type().expect("a type").is_dir() {
                folders.push(entry.path());
            } else {
                files += 1;
            }
        }
    }
    files
}

async fn sound_is_removed_so_long_after_the_signature_as_the_practice_has_set(app: &TestApp) {
    let owner = app.therapist().await;
    set_and_wait(app, &owner, json!({ "recording_days": 30 })).await;
    let (session, recording) = recorded(&owner).await;
    let alone = stored(app);
    assert!(alone > 0);
    let (_, unsigned) = recorded(&owner).await;
    let note = written(&owner, &session).await;
    // It is the signature that counts, not the day of the session.
    pass(app, &owner, 40).await;
    owner.get(&format!("{recording}/audio")).await.expect(200);
    sign(&owner, &note).await;
    pass(app, &owner, 29).await;
    owner.get(&format!("{recording}/audio")).await.expect(200);
    pass(app, &owner, 1).await;
    owner.get(&format!("{recording}/audio")).await.refused(410, "sound_removed");
    let left = owner.get(&recording).await.ok();
    assert!(left["sound_removed_at"].is_string(), "{left}");
    assert_eq!(left["peaks"], json!([]));
    owner.get(&note).await.ok();
    owner.get(&format!("{unsigned}/audio")).await.expect(200);
    assert_eq!(stored(app), alone, "the one that is left is as large");
    let removed = "SELECT action FROM audit_events WHERE action = 'sound_removed' AND outcome = 'done'";
    assert_eq!(app.query(removed).await.len(), 1);
    pass(app, &owner, 1).await;
    assert_eq!(app.query(removed).await.len(), 1, "once");
}

async fn a_rule_that_removes_more_waits_a_week_and_can_be_taken_back(app: &TestApp) {
    let owner = app.therapist().await;
    let (session, recording) = recorded(&owner).await;
    let note = written(&owner, &session).await;
    sign(&owner, &note).await;
    pass(app, &owner, 1).await;
    set(&owner, json!({ "recording_days": 0 })).await;
    let waiting = owner.get("/practice").await.ok();
    assert_eq!(
        (&waiting["recording_days"], &waiting["recording_days_wait"]["until_then"]),
        (&json!(0), &Value::Null)
    );
    let from = waiting["recording_days_wait"]["from"].as_str().expect("a time").parse::<DateTime<Utc>>();
    assert_eq!(from.expect("a time").date_naive(), (app.clock.now() + TimeDelta::days(7)).date_naive());
    pass(app, &owner, 6).await;
    owner.get(&format!("{recording}/audio")).await.expect(200);
    // Thinking better of it holds at once; what keeps longer never waits.
    set(&owner, json!({ "recording_days": 90 })).await;
    set(&owner, json!({ "recording_days": null })).await;
    pass(app, &owner, 30).await;
    owner.get(&format!("{recording}/audio")).await.expect(200);
    set(&owner, json!({ "recording_days": 0 })).await;
    pass(app, &owner, 7).await;
    owner.get(&format!("{recording}/audio")).await.refused(410, "sound_removed");
    assert_eq!(owner.get("/practice").await.ok()["recording_days_wait"], Value::Null);
}

async fn sound_stays_where_the_practice_has_set_nothing(app: &TestApp) {
    let owner = app.therapist().await;
    let (session, recording) = recorded(&owner).await;
    let note = written(&owner, &session).await;
    sign(&owner, &note).await;
    pass(app, &owner, 4_000).await;
    owner.get(&format!("{recording}/audio")).await.expect(200);
}
