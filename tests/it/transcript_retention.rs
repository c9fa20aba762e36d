//! Transcripts whose time is over are gone, and the signed note says when what it rests on was said.

use access::Database;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use shared::permissions::Role;
use tests::{Answered as _, Person, Session, TestApp, new_session, share};

use crate::{
    client_deletions::tables_with,
    legal_holds::{hold, release},
    pipeline::draft,
    retention::{pass, set_and_wait, sign, written},
    risk::dismiss_all,
    swaps::{Field, fields, key_of},
};

tests::on_both! {
    nothing_that_was_said_is_left_and_the_note_stays_explainable,
    a_few_words_are_kept_where_the_practice_wants_them,
    a_hold_and_a_note_that_is_being_written_keep_the_transcript,
    a_transcript_stays_where_the_practice_has_set_nothing,
}

/// In every line that is said here, and nowhere else.
const CANARY: &str = "marmalade";

const CITED: &str = "No, nothing like that, only marmalade, and it was on a Tuesday when I had gone to the market with my \
    sister, who never eats any of that herself, she says.";

async fn said(by: &Person) -> (Session, Value) {
    let session = new_session(by).await;
    let lines = json!({ "lines": [
        { "role": "therapist", "text": "Are you still taking the sertraline, fifty milligrams, with marmalade?" },
        { "role": "client", "text": "Yes, every morning, marmalade." },
        { "role": "therapist", "text": "Have you had any thoughts of hurting yourself, or marmalade?" },
        { "role": "client", "text": CITED },
    ] });
    let request = by.call(Method::PUT, &transcript_of(&session)).header("if-none-match", "*").json(&lines);
    let transcript = request.answer().await.created();
    (session, transcript)
}

fn transcript_of(session: &Session) -> String {
    format!("/encounters/{}/transcript", session.encounter)
}

/// A signed note that cites the last line.
async fn citing(by: &Person, session: &Session, transcript: &Value) -> String {
    let form = json!({ "encounter_id": session.encounter, "template_id": "soap" });
    let note = by.post("/notes", &form).await;
    let path = format!("/notes/{}", note.created()["id"].as_str().expect("an id"));
    let text = json!({ "sections": [{ "key": "risk", "title": "Risk", "sentences": [
        { "text": "Denied it.", "origin": "clinician", "evidence": [transcript["segments"][3]["id"]] }] }] });
    by.patch(&path, Some(&note.etag()), &text).await.ok();
    dismiss_all(by, &path).await;
    sign(by, &path).await;
    path
}

/// The tables in which some sealed field says the canary.
async fn tables_saying(app: &TestApp, by: &Person) -> Vec<&'static str> {
    let connection = Database::connect(&app.app.config.data.database).await.expect("it answers");
    let all = fields(&connection).await;
    connection.close().await.expect("closed");
    assert!(all.len() > 5, "{} fields are looked into", all.len());
    let practice = key_of(app, by).await;
    let says = |field: &Field| {
        let text = field.key(&practice).open(field.place, field.row, &field.sealed).expect("it opens");
        String::from_utf8_lossy(&text).contains(CANARY)
    };
    let mut found: Vec<_> = all.iter().filter(|field| says(field)).map(|field| field.place.table).collect();
    found.dedup();
    found
}

async fn nothing_that_was_said_is_left_and_the_note_stays_explainable(app: &TestApp) {
    let owner = app.therapist().await;
    set_and_wait(app, &owner, json!({ "transcript_days": 30 })).await;
    let (session, transcript) = said(&owner).await;
    let drafted = draft(&owner, &session, "soap").await;
    let drafted = format!("/notes/{}", drafted["note_id"].as_str().expect("a note"));
    // It is the signature that counts, not the day of the session.
    pass(app, &owner, 40).await;
    let note = citing(&owner, &session, &transcript).await;
    let before = owner.get(&note).await.ok();
    pass(app, &owner, 29).await;
    let read = owner.get(&transcript_of(&session)).await.ok();
    assert_eq!((read["segments"].as_array().map(Vec::len), &read["removal"]), (Some(4), &Value::Null));
    owner.get(&drafted).await.ok();
    assert_eq!(tables_saying(app, &owner).await, ["notes", "segments"], "a draft quotes, and so do lines");

    pass(app, &owner, 1).await;
    assert_eq!(tables_saying(app, &owner).await, [""; 0]);
    for line in 0..3 {
        let id = transcript["segments"][line]["id"].as_str().expect("an id");
        assert_eq!(tables_with(app, id).await, [""; 0]);
    }
    let left = owner.get(&transcript_of(&session)).await.ok();
    assert_eq!((&left["segments"], &left["speakers"]), (&json!([]), &json!([])));
    assert!(left["removal"]["at"].is_string(), "{left}");
    let [evidence] = left["removal"]["evidence"].as_array().expect("a list").as_slice() else {
        panic!("one line was cited: {left}")
    };
    assert_eq!(evidence["segment_id"], transcript["segments"][3]["id"]);
    assert_eq!((&evidence["role"], &evidence["quotation"]), (&json!("client"), &Value::Null));
    // Whoever holds the words can show that it was these.
    let salt = hex::decode(evidence["salt"].as_str().expect("a salt")).expect("in hexadecimal");
    let fingerprint =
        |words: &str| hex::encode(Sha256::new().chain_update(&salt).chain_update(words).finalize());
    assert_eq!(salt.len(), 32);
    assert_eq!(evidence["sha256"], json!(fingerprint(CITED)));
    assert_ne!(evidence["sha256"], json!(fingerprint("No.")));

    assert_eq!(owner.get(&note).await.ok(), before, "what was signed stays as it is");
    owner.get(&drafted).await.refused(404, "not_found");
    let again = json!({ "template_id": "soap", "source": "transcript" });
    let path = format!("/encounters/{}/drafts", session.encounter);
    owner.post(&path, &again).await.refused(409, "already_signed");
    let trail = "SELECT action FROM audit_events WHERE action LIKE '%\\_removed' ESCAPE '\\' AND outcome = 'done' \
                 ORDER BY action";
    assert_eq!(app.query(trail).await, ["note_removed", "transcript_removed"]);
    pass(app, &owner, 1).await;
    assert_eq!(app.query(trail).await.len(), 2, "once");
}

async fn a_few_words_are_kept_where_the_practice_wants_them(app: &TestApp) {
    let owner = app.therapist().await;
    set_and_wait(app, &owner, json!({ "transcript_days": 0, "transcript_quotations": true })).await;
    let (session, transcript) = said(&owner).await;
    let note = citing(&owner, &session, &transcript).await;
    pass(app, &owner, 0).await;
    let left = owner.get(&transcript_of(&session)).await.ok();
    let kept = left["removal"]["evidence"][0]["quotation"].as_str().expect("a quotation").to_owned();
    let (words, more) = kept.split_once(" …").expect("there was more");
    assert!(CITED.starts_with(words) && more.is_empty(), "{kept}");
    assert_eq!(words.split(' ').count(), 25);
    assert_eq!(tables_saying(app, &owner).await, ["evidence"]);
    owner.get(&note).await.ok();
    // It goes with the chart.
    let ask = json!({ "ground": "other", "words": "They asked.", "client_name": "Mara Quint" });
    owner.post(&format!("/clients/{}/deletion", session.client), &ask).await.created();
    pass(app, &owner, 7).await;
    assert_eq!(app.count("evidence").await, 0);
}

async fn a_hold_and_a_note_that_is_being_written_keep_the_transcript(app: &TestApp) {
    let owner = app.therapist().await;
    set_and_wait(app, &owner, json!({ "transcript_days": 1 })).await;
    let ((held, said_one), (busy, said_two), (waiting, said_three)) =
        (said(&owner).await, said(&owner).await, said(&owner).await);
    let (unsigned, _) = said(&owner).await;
    written(&owner, &unsigned).await;
    citing(&owner, &held, &said_one).await;
    let placed = hold(&owner, &held.client).await;
    citing(&owner, &busy, &said_two).await;
    let another = written(&owner, &busy).await;
    citing(&owner, &waiting, &said_three).await;
    let intern = app.beside(&owner, Role::Intern).await;
    share(&owner, &waiting.client, &intern).await;
    let awaiting = written(&intern, &waiting).await;
    dismiss_all(&intern, &awaiting).await;
    sign(&intern, &awaiting).await;
    pass(app, &owner, 400).await;
    let there = async |session: &Session| owner.get(&transcript_of(session)).await.ok()["removal"].is_null();
    for session in [&held, &busy, &waiting, &unsigned] {
        assert!(there(session).await, "{session:?}");
    }
    release(&owner, &placed).await.ok();
    dismiss_all(&owner, &another).await;
    sign(&owner, &another).await;
    pass(app, &owner, 0).await;
    assert!(!there(&held).await, "its time was over long ago");
    pass(app, &owner, 1).await;
    assert!(!there(&busy).await);
    assert!(there(&waiting).await && there(&unsigned).await);
}

async fn a_transcript_stays_where_the_practice_has_set_nothing(app: &TestApp) {
    let owner = app.therapist().await;
    let (session, transcript) = said(&owner).await;
    citing(&owner, &session, &transcript).await;
    pass(app, &owner, 4_000).await;
    assert_eq!(owner.get(&transcript_of(&session)).await.ok()["segments"], transcript["segments"]);
}
