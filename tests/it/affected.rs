//! Whose data was touched, by whom and how near: what a breach has to be told to.

use chrono::{DateTime, TimeDelta, Utc};
use clock::Clock as _;
use serde_json::{Value, json};
use tests::{Answered as _, Person, TestApp, new_client, share};

use crate::pipeline::typed;

tests::on_both! {
    whoever_was_touched_is_told_with_what_and_how_near,
    a_span_of_time_a_sign_in_and_a_key_are_told_apart,
    everybody_in_a_session_is_affected,
    it_asks_for_a_factor_shown_a_moment_ago_and_names_nobody_to_whoever_sees_no_chart,
}

async fn affected(by: &Person, asked: &str) -> Value {
    by.get(&format!("/audit/affected?{asked}")).await.ok()
}

async fn id_of(person: &Person) -> String {
    person.get("/me").await.ok()["user"]["id"].as_str().expect("an id").to_owned()
}

fn of<'a>(affected: &'a Value, client: &str) -> Option<&'a Value> {
    affected["clients"].as_array().expect("a list").iter().find(|it| it["client_id"] == client)
}

/// The classes of data, each with how near it came.
fn data(client: &Value) -> Vec<(String, String)> {
    let word = |value: &Value| value.as_str().expect("a word").to_owned();
    client["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| (word(&it["class"]), word(&it["touch"])))
        .collect()
}

fn words(words: &[(&str, &str)]) -> Vec<(String, String)> {
    words.iter().map(|(class, touch)| ((*class).to_owned(), (*touch).to_owned())).collect()
}

async fn whoever_was_touched_is_told_with_what_and_how_near(app: &TestApp) {
    let owner = app.therapist().await;
    let clinician = app.colleague_of(&owner).await;
    let session = typed(&owner).await;
    let other = new_client(&owner).await;
    share(&owner, &session.client, &clinician).await;
    let me = id_of(&clinician).await;
    clinician.get("/clients").await.ok();
    clinician.get(&format!("/clients/{}", session.client)).await.ok();
    clinician.get(&format!("/notes?client_id={}", session.client)).await.ok();
    clinician.get(&format!("/encounters/{}/transcript", session.encounter)).await.ok();
    clinician.get(&format!("/clients/{other}")).await.refused(404, "not_found");

    let found = affected(&owner, &format!("user_id={me}")).await;
    assert_eq!(found["clients"].as_array().map(Vec::len), Some(1), "{found}");
    let client = of(&found, &session.client).expect("they were touched");
    assert_eq!((&client["touch"], &client["name"]), (&json!("viewed"), &json!("Mara Quint")));
    assert_eq!(data(client), words(&[("details", "viewed"), ("transcript", "viewed"), ("notes", "listed")]));
    // Who stood in the list of everybody, nobody knows.
    assert_eq!(found["without_client"], json!([{ "class": "details", "touch": "listed", "times": 1 }]));

    // What is taken away counts most.
    owner.get("/practice/export").await.body.len();
    let found = affected(&owner, &format!("user_id={}", id_of(&owner).await)).await;
    for client in [&session.client, &other] {
        assert_eq!(of(&found, client).expect("they were touched")["touch"], "exported", "{found}");
    }
    let csv = owner.get(&format!("/audit/affected?format=csv&user_id={me}")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let text = csv.text();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines[1].starts_with(&format!("\"{}\",\"Mara Quint\",\"viewed\"", session.client)), "{text}");
    assert!(lines[2].contains("\"1 times of clients not known\",\"listed\""), "{text}");
}

async fn a_span_of_time_a_sign_in_and_a_key_are_told_apart(app: &TestApp) {
    let owner = app.therapist().await;
    let (one, other) = (new_client(&owner).await, new_client(&owner).await);
    let form = json!({ "name": "the calendar", "permissions": ["clients.read", "clients.all"], "days": 30 });
    let key = owner.post("/api-keys", &form).await.created();
    app.clock.advance(TimeDelta::minutes(1));
    let begun = app.clock.now();
    let program = Person::new(&app.address, "");
    program.hold(key["secret"].as_str().expect("a secret"));
    program.get(&format!("/clients/{one}")).await.ok();
    app.clock.advance(TimeDelta::minutes(1));
    let ended = app.clock.now();
    owner.get(&format!("/clients/{other}")).await.ok();
    let moment = |time: DateTime<Utc>| time.to_rfc3339().replace('+', "%2B");
    let found = affected(&owner, &format!("from={}&to={}", moment(begun), moment(ended))).await;
    assert!(of(&found, &one).is_some() && of(&found, &other).is_none(), "{found}");
    let id = key["api_key"]["id"].as_str().expect("an id");
    let found = affected(&owner, &format!("api_key_id={id}")).await;
    assert!(of(&found, &one).is_some() && of(&found, &other).is_none(), "{found}");
    let sessions = owner.get("/sessions").await.ok();
    let session = sessions["items"][0]["id"].as_str().expect("an id");
    let found = affected(&owner, &format!("session_id={session}&from={}", moment(begun))).await;
    assert!(of(&found, &one).is_none() && of(&found, &other).is_some(), "{found}");
    owner.get("/audit/affected?from=yesterday").await.refused(400, "invalid_request");
}

async fn everybody_in_a_session_is_affected(app: &TestApp) {
    let owner = app.therapist().await;
    let clinician = app.colleague_of(&owner).await;
    let (one, other) = (new_client(&owner).await, new_client(&owner).await);
    let form = json!({ "client_ids": [one, other], "modality": "couple", "setting": "video" });
    let encounter = owner.post("/encounters", &form).await.created()["id"].clone();
    let encounter = encounter.as_str().expect("an id");
    let path = format!("/encounters/{encounter}/transcript");
    let lines = json!({ "lines": [{ "role": "client", "text": "We sleep badly." }] });
    let typed = owner.call(reqwest::Method::PUT, &path).header("if-none-match", "*").json(&lines);
    typed.answer().await.created();
    let note = owner.post("/notes", &json!({ "encounter_id": encounter, "template_id": "soap" })).await;
    let note = note.created()["id"].clone();
    for client in [&one, &other] {
        share(&owner, client, &clinician).await;
    }
    clinician.get(&path).await.ok();
    clinician.get(&format!("/encounters/{encounter}")).await.ok();
    clinician.get(&format!("/notes/{}", note.as_str().expect("an id"))).await.ok();
    let found = affected(&owner, &format!("user_id={}", id_of(&clinician).await)).await;
    for client in [&one, &other] {
        let client = of(&found, client).expect("they were in it");
        assert_eq!(
            data(client),
            words(&[("sessions", "viewed"), ("transcript", "viewed"), ("notes", "viewed")])
        );
    }
    let readers = owner.get(&format!("/clients/{other}/readers")).await.ok();
    let seen = readers["items"].as_array().expect("a list").iter().find(|it| it["name"] == "Robin Sommer");
    assert_eq!(seen.expect("they have")["viewed"], 3, "{readers}");
}

async fn it_asks_for_a_factor_shown_a_moment_ago_and_names_nobody_to_whoever_sees_no_chart(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let auditor = app.auditor_beside(&owner).await;
    let found = affected(&auditor, "").await;
    assert_eq!(of(&found, &client).expect("they were touched")["name"], Value::Null);
    app.clock.advance(TimeDelta::minutes(6));
    owner.get("/audit/affected").await.refused(403, "step_up_required");
}
