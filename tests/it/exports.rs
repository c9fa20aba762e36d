//! Everything of a practice, taken away as an archive.

use std::io::{Cursor, Read as _};

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answer, Answered as _, Person, TestApp, new_session, noise, wait_for_job};
use zip::ZipArchive;

use crate::{pipeline::typed, uploads::in_one};

tests::on_both! {
    everything_of_the_practice_is_in_it_and_nothing_of_another,
    it_asks_for_a_factor_shown_a_moment_ago_and_everything_that_is_read,
    a_ticket_opens_it_to_one_sign_in_for_five_minutes,
    one_that_was_cut_off_does_not_open,
}

const PATH: &str = "/practice/export";

/// The files of an archive, by name.
struct Archive(ZipArchive<Cursor<Vec<u8>>>);

impl Archive {
    fn of(answer: &Answer) -> Self {
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/zip"));
        Self(ZipArchive::new(Cursor::new(answer.body.to_vec())).expect("an archive"))
    }

    fn bytes(&mut self, name: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.0.by_name(name).expect(name).read_to_end(&mut bytes).expect(name);
        bytes
    }

    fn json(&mut self, name: &str) -> Value {
        serde_json::from_slice(&self.bytes(name)).expect(name)
    }

    fn lines(&mut self, name: &str) -> Vec<Value> {
        let text = String::from_utf8(self.bytes(name)).expect(name);
        text.lines().map(|line| serde_json::from_str(line).expect(name)).collect()
    }

    fn names(&self) -> Vec<String> {
        self.0.file_names().map(|name| name.expect("a name").into_owned()).collect()
    }

    /// Everything that can be read in it.
    fn text(&mut self) -> String {
        self.names().iter().map(|name| String::from_utf8_lossy(&self.bytes(name)).into_owned()).collect()
    }
}

async fn everything_of_the_practice_is_in_it_and_nothing_of_another(app: &TestApp) {
    let owner = app.therapist().await;
    if let Some(stranger) = app.stranger_from_another_practice().await {
        let foreign = json!({ "given_name": "Foreign", "family_name": "Quillfeather" });
        stranger.post("/clients", &foreign).await.created();
    }
    let session = typed(&owner).await;
    let recorded = new_session(&owner).await;
    let sound = noise(2);
    let made = in_one(&owner, &recorded, "audio/wav", sound.clone()).await.created();
    wait_for_job(&owner, made["job_id"].as_str().expect("a job")).await;
    let form = json!({ "encounter_id": session.encounter, "template_id": "soap" });
    let note = owner.post("/notes", &form).await.created()["id"].clone();
    let change = json!({ "change": "The name.", "reason": "It is another.", "received_on": "2026-01-02" });
    owner.post(&format!("/clients/{}/amendments", session.client), &change).await.created();
    let disclosed = json!({ "disclosed_on": "2026-01-02", "recipient": "County court", "what": "Dates.",
        "purpose": "court" });
    owner.post(&format!("/clients/{}/disclosures", session.client), &disclosed).await.created();
    // More than one page of a list.
    for number in 0..205 {
        let client = json!({ "given_name": format!("Client {number}"), "family_name": "Many" });
        owner.post("/clients", &client).await.created();
    }

    let mut archive = Archive::of(&owner.get(PATH).await);
    assert_eq!(archive.json("practice.json"), owner.get("/practice").await.ok());
    let people = archive.lines("people.ndjson");
    assert_eq!((people.len(), &people[0]["email"]), (1, &json!(owner.email)));
    let client = archive.json(&format!("clients/{}/client.json", session.client));
    assert_eq!(client, owner.get(&format!("/clients/{}", session.client)).await.ok());
    assert!(!archive.lines(&format!("clients/{}/consents.ndjson", session.client)).is_empty());
    for (file, field, words) in
        [("amendments", "change", "The name."), ("disclosures", "recipient", "County court")]
    {
        let lines = archive.lines(&format!("clients/{}/{file}.ndjson", session.client));
        assert_eq!((lines.len(), &lines[0][field]), (1, &json!(words)));
    }
    let folder = format!("sessions/{}", session.encounter);
    let kept = owner.get(&format!("/encounters/{}", session.encounter)).await.ok();
    assert_eq!(archive.json(&format!("{folder}/session.json")), kept);
    let transcript = owner.get(&format!("/encounters/{}/transcript", session.encounter)).await.ok();
    assert_eq!(archive.json(&format!("{folder}/transcript.json")), transcript);
    assert_eq!(archive.bytes(&format!("sessions/{}/recording.wav", recorded.encounter)), sound);
    let note = note.as_str().expect("an id");
    assert_eq!(archive.json(&format!("notes/{note}.json")), owner.get(&format!("/notes/{note}")).await.ok());
    let clients = archive.names().iter().filter(|name| name.ends_with("/client.json")).count();
    assert_eq!(clients, 207);
    let audit = archive.lines("audit.ndjson");
    assert!(audit.len() > 400 && audit.iter().any(|event| event["action"] == "practice_exported"));
    assert!(!archive.text().contains("Quillfeather"));
    let read =
        "SELECT action FROM audit_events WHERE action IN ('practice_exported', 'recording_heard') ORDER BY 1";
    let read = app.query(read).await;
    assert_eq!(read.iter().filter(|it| *it == "practice_exported").count(), 1);
    assert!(read.contains(&"recording_heard".to_owned()), "what was taken is named");
}

async fn it_asks_for_a_factor_shown_a_moment_ago_and_everything_that_is_read(app: &TestApp) {
    let owner = app.therapist().await;
    let robin = app.beside(&owner, Role::Administrator).await;
    let (clinician, auditor) =
        (app.beside(&owner, Role::Clinician).await, app.beside(&owner, Role::Auditor).await);
    for person in [&robin, &clinician, &auditor] {
        person.get(PATH).await.refused(403, "forbidden");
        person.post_nothing(PATH).await.refused(403, "forbidden");
    }
    // A role of the practice's own that may export and not read would make an archive with holes.
    let role = json!({ "name": "Archivist", "base": "administrator", "permissions": ["practice.export", "clients.read"] });
    let role = owner.post("/roles", &role).await.created()["id"].clone();
    let id = robin.get("/me").await.ok()["user"]["id"].as_str().expect("an id").to_owned();
    owner.patch(&format!("/users/{id}"), None, &json!({ "role_id": role })).await.ok();
    robin.get(PATH).await.refused(403, "forbidden");
    robin.post_nothing(PATH).await.refused(403, "forbidden");
    app.clock.advance(TimeDelta::minutes(6));
    owner.get(PATH).await.refused(403, "step_up_required");
    owner.post_nothing(PATH).await.refused(403, "step_up_required");
}

async fn with(app: &TestApp, ticket: &str) -> Answer {
    app.nobody().call(Method::GET, PATH).header("cookie", ticket).answer().await
}

async fn a_ticket_opens_it_to_one_sign_in_for_five_minutes(app: &TestApp) {
    let owner = app.therapist().await;
    let ticket = async |person: &Person| {
        let answer = person.post_nothing(PATH).await;
        let cookie = answer.cookie("export-ticket").expect("a ticket");
        assert_eq!(answer.ok()["expires_in"], 300);
        format!("export-ticket={cookie}")
    };
    let own = ticket(&owner).await;
    Archive::of(&with(app, &own).await);
    app.nobody().get(PATH).await.refused(401, "unauthenticated");
    let altered = own.replace('.', ".1");
    with(app, &altered).await.refused(401, "unauthenticated");
    app.clock.advance(TimeDelta::minutes(6));
    with(app, &own).await.refused(401, "unauthenticated");
    // It ends with the sign-in as well.
    owner.sign_in().await.ok();
    let own = ticket(&owner).await;
    owner.post_nothing("/auth/logout").await.expect(204);
    with(app, &own).await.refused(401, "unauthenticated");
}

async fn one_that_was_cut_off_does_not_open(app: &TestApp) {
    let owner = app.therapist().await;
    typed(&owner).await;
    let whole = owner.get(PATH).await.body;
    for cut in [whole.len() / 2, whole.len() - 30] {
        assert!(ZipArchive::new(Cursor::new(whole[..cut].to_vec())).is_err(), "{cut}");
    }
}
