//! Another practice's things are not there: not by path, not by reference, not in lists.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answered as _, Backend, Person, TestApp};

use super::{catalogue::catalogue, operations::description, world::World};

/// Goes through the story up to where everything exists.
pub async fn lived_in(person: &Person) -> World {
    let mut world = World::new(person).await;
    for step in catalogue() {
        // What ends something is left out, so that everything is still there to be asked for.
        let ends = step.operation.ends_with("/logout") || step.operation.starts_with("DELETE");
        let own = step.operation.contains("/auth/") || step.operation.contains("/me/second-factors");
        if own || ends {
            continue;
        }
        let answer = world.send(&step, person, person).await;
        assert_eq!(answer.status, step.status, "{}: {}", step.operation, answer.text());
        world.keep(&step, &answer, person).await;
    }
    world
}

#[tokio::test]
async fn another_practices_id_is_not_found_by_any_operation() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    crawl(&app).await;
    app.stop().await;
}

/// Asks for every thing of one practice as somebody of another.
pub async fn crawl(app: &TestApp) {
    let therapist = app.therapist().await;
    let stranger = app.stranger_from_another_practice().await.expect("PostgreSQL keeps many practices");
    let world = lived_in(&therapist).await;
    let mut asked = 0;
    // Whoever has the link to a deletion may be anybody: it is about nobody. And the keys of laws are everybody's.
    let public = |operation: &str| operation == "GET /api/v1/deletions/{id}" || operation.contains("/{key}/");
    for step in catalogue().iter().filter(|step| step.operation.contains('{') && !public(step.operation)) {
        let answer = world.send(step, &stranger, &therapist).await;
        let code = if step.operation.starts_with("HEAD") { "" } else { "not_found" };
        let told = (answer.status, answer.code());
        assert_eq!(told, (404, code.to_owned()), "{}: {}", step.operation, answer.text());
        asked += 1;
    }
    assert!(asked > 10, "only {asked}");
}

#[tokio::test]
async fn another_practices_id_in_a_body_is_not_found() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let therapist = app.therapist().await;
    let stranger = app.stranger_from_another_practice().await.expect("PostgreSQL keeps many practices");
    let world = lived_in(&therapist).await;
    let own = lived_in(&stranger).await;
    let encounter = json!({ "client_ids": [own.id("clients"), world.id("clients")], "modality": "couple",
        "setting": "video" });
    stranger.post("/encounters", &encounter).await.refused(404, "not_found");
    let note = json!({ "encounter_id": world.id("encounters"), "template_id": "soap" });
    stranger.post("/notes", &note).await.refused(404, "not_found");
    let change =
        json!({ "note_id": world.id("notes"), "change": "X", "reason": "X", "received_on": "2026-01-01" });
    stranger
        .post(&format!("/clients/{}/amendments", own.id("clients")), &change)
        .await
        .refused(404, "not_found");
    let role = json!({ "role_id": world.id("roles") });
    let person = format!("/users/{}", own.id("users"));
    stranger.patch(&person, None, &role).await.refused(404, "not_found");
    let system = json!({ "purpose": "transcription", "system_id": world.id("systems") });
    let session = format!("/encounters/{}/ai-systems", own.id("encounters"));
    stranger.put(&session, &system).await.refused(422, "validation");
    let invite = json!({ "email": "robin@elsewhere.example", "role_id": world.id("roles") });
    stranger.post("/invitations", &invite).await.refused(404, "not_found");

    // A note of their own may not cite somebody else's transcript, nor a transcript hold their voices.
    let encounter =
        json!({ "client_ids": [own.id("clients")], "modality": "individual", "setting": "video" });
    let encounter = stranger.post("/encounters", &encounter).await.created();
    let encounter = encounter["id"].as_str().expect("an id");
    let lines = json!({ "lines": [{ "role": "client", "text": "I sleep badly." }] });
    let path = format!("/encounters/{encounter}/transcript");
    let typed = stranger.call(Method::PUT, &path).header("if-none-match", "*").json(&lines).answer().await;
    let transcript = typed.created();
    let edits = [
        json!({ "speakers": [{ "id": world.id("speakers"), "label": "X" }] }),
        json!({ "segments": [{ "id": world.id("segments"), "text": "X" }] }),
        json!({ "segments": [{ "id": transcript["segments"][0]["id"], "speaker_id": world.id("speakers") }] }),
        json!({ "split": [{ "id": world.id("segments"), "from": 1 }] }),
        json!({ "split": [{ "id": transcript["segments"][0]["id"], "from": 1, "speaker_id": world.id("speakers") }] }),
        json!({ "join": [{ "id": world.id("segments") }] }),
        json!({ "merge": [{ "from": world.id("speakers"), "into": transcript["speakers"][0]["id"] }] }),
    ];
    for edit in edits {
        let answer = stranger.patch(&path, Some(&typed.etag()), &edit).await;
        assert!([404, 422].contains(&answer.status), "{edit}: {}", answer.text());
    }
    let note = json!({ "encounter_id": encounter, "template_id": "soap" });
    let note = stranger.post("/notes", &note).await;
    let path = format!("/notes/{}", note.created()["id"].as_str().expect("an id"));
    let mut section = own.section();
    section["sentences"][0]["evidence"] = json!([world.id("segments")]);
    let answer = stranger.patch(&path, Some(&note.etag()), &json!({ "sections": [section] })).await;
    assert!([404, 422].contains(&answer.status), "{}", answer.text());
    app.stop().await;
}

#[tokio::test]
async fn lists_hold_only_what_is_the_practices_own() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let therapist = app.therapist().await;
    let stranger = app.stranger_from_another_practice().await.expect("PostgreSQL keeps many practices");
    let world = lived_in(&therapist).await;
    for list in catalogue().iter().filter_map(|step| step.operation.strip_prefix("GET /api/v1")) {
        if list.contains('{')
            || [
                "/me",
                "/me/second-factors",
                "/me/emergency-access",
                "/me/practices",
                "/practice",
                "/practice/export",
                "/practice/deletion",
                "/retention",
                "/templates",
                "/events",
                "/auth/sso/callback",
                "/audit/affected",
                "/audit/export",
                "/audit/retention",
                "/signing-key",
                // In `own_systems`.
                "/ai/models",
                "/governance/rules",
                "/governance/summary",
                "/governance/report",
            ]
            .contains(&list)
        {
            continue;
        }
        let mine = therapist.get(list).await;
        let theirs = stranger.get(list).await;
        let ids = |page: &Value| -> BTreeSet<String> {
            page["items"].as_array().expect("a list").iter().map(|it| it["id"].to_string()).collect()
        };
        if !["/governance/calls", "/emergency-access", "/activity-findings"].contains(&list) {
            assert!(!ids(&mine.ok()).is_empty(), "{list} is empty");
        }
        assert!(ids(&mine.ok()).is_disjoint(&ids(&theirs.ok())), "{list}");
    }
    // The audit trail first: asking the others with a client's id is itself recorded, as asked.
    let filters = [
        ("/audit/events?client_id=", "clients"),
        ("/encounters?client_id=", "clients"),
        ("/notes?client_id=", "clients"),
        ("/record-requests?settled=true&client_id=", "clients"),
        ("/amendments?client_id=", "clients"),
        ("/legal-holds?client_id=", "clients"),
        ("/client-deletions?client_id=", "clients"),
        ("/notes?encounter_id=", "encounters"),
    ];
    for (list, noun) in filters {
        let list = format!("{list}{}", world.id(noun));
        assert!(
            therapist.get(&list).await.ok()["items"].as_array().is_some_and(|it| !it.is_empty()),
            "{list}"
        );
        assert_eq!(stranger.get(&list).await.ok()["items"], json!([]), "{list}");
    }
    app.stop().await;
}

#[test]
fn every_reference_in_a_body_is_known_here() {
    // Where each is tried with another practice's id: here, in `uploads` or in `transcription`.
    let known = [
        "ChooseForSession.system_id",
        "EditPerson.role_id",
        // Whose provider somebody signs in at: public, and given to nobody signed in.
        "BeginSso.connection_id",
        "EditSegment.id",
        "EditSegment.speaker_id",
        "EditSpeaker.id",
        "SplitSegment.id",
        "SplitSegment.speaker_id",
        "JoinSegments.id",
        "MergeSpeakers.from",
        "MergeSpeakers.into",
        "Invite.role_id",
        "NewEncounter.client_ids",
        // In `incidents`.
        "Counted.clients",
        "NewAmendment.note_id",
        "NewNote.encounter_id",
        "Sentence.evidence",
        // A sentence's own id is made or checked by the server, within the note.
        "Sentence.id",
        // In `several_practices`.
        "SwitchPractice.practice_id",
    ];
    let description = description();
    let schemas = &description["components"]["schemas"];
    let mut wanted: Vec<String> = Vec::new();
    for methods in description["paths"].as_object().expect("paths").values() {
        for operation in methods.as_object().into_iter().flatten().map(|(_, it)| it) {
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            wanted.extend(references(body));
        }
    }
    let mut seen = BTreeSet::new();
    let mut found = BTreeSet::new();
    while let Some(name) = wanted.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        for (property, schema) in schemas[&name]["properties"].as_object().into_iter().flatten() {
            let inner = references(schema);
            if inner.iter().any(|it| it.ends_with("Id")) || schema.to_string().contains("\"uuid\"") {
                found.insert(format!("{name}.{property}"));
            }
            wanted.extend(inner);
        }
    }
    let unknown: Vec<_> = found.iter().filter(|it| !known.contains(&it.as_str())).collect();
    assert!(unknown.is_empty(), "try these with another practice's id: {unknown:?}");
    assert!(found.len() > 5, "{found:?}");
}

/// The schemas that a schema refers to.
fn references(schema: &Value) -> Vec<String> {
    let text = schema.to_string();
    text.split("#/components/schemas/")
        .skip(1)
        .filter_map(|it| it.split('"').next().map(str::to_owned))
        .collect()
}
