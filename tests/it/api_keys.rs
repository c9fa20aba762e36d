//! Keys of other programs: what they open, what they never open, and how they end.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use shared::permissions::{Permission, Permissions, Role};
use tests::{Answer, Answered as _, Events, Mark, Person, TestApp};

use crate::guarantees::{catalogue, operations, world::World};

tests::on_both! {
    a_key_opens_what_it_was_given_and_nothing_else,
    a_key_ends_when_it_is_revoked_renewed_or_old,
    nobody_makes_a_key_without_the_right_and_a_fresh_second_factor,
    nobody_gives_a_key_more_than_they_have_or_what_is_for_people_alone,
    whatever_a_key_does_is_recorded_as_that_key,
    the_secret_is_told_once_and_kept_nowhere,
    a_wrong_key_opens_nothing_however_nearly_right,
    a_key_of_one_practice_sees_nothing_of_another,
    what_a_key_makes_once_it_makes_once,
    a_revoked_key_hears_no_more_events,
}

async fn ask(by: &Person, name: &str, permissions: &[Permission], days: u16) -> Answer {
    by.post("/api-keys", &json!({ "name": name, "permissions": permissions, "days": days })).await
}

/// A program with a new key; with the key's id.
async fn program(app: &TestApp, by: &Person, permissions: &[Permission]) -> (Person, String) {
    let made = ask(by, "the calendar", permissions, 30).await.created();
    let program = Person::new(&app.address, "program@nowhere.example");
    program.hold(made["secret"].as_str().expect("a secret"));
    (program, made["api_key"]["id"].as_str().expect("an id").to_owned())
}

fn all_of_keys() -> Vec<Permission> {
    Permissions::of_keys().iter().collect()
}

async fn delete(by: &Person, path: &str) -> Answer {
    by.call(Method::DELETE, path).answer().await
}

async fn a_key_opens_what_it_was_given_and_nothing_else(app: &TestApp) {
    let owner = app.therapist().await;
    let (everything, _) = program(app, &owner, &all_of_keys()).await;
    let (clients, _) = program(app, &owner, &[Permission::ReadClients, Permission::AllClients]).await;
    let (blind, _) = program(app, &owner, &[Permission::ReadClients]).await;
    let tickets = ["/audio-ticket", "POST /api/v1/audit/export", "POST /api/v1/governance/report"];
    for operation in operations::operations() {
        let permission = operation.permission.clone().unwrap_or_default();
        let Some(steps) = catalogue::catalogue().into_iter().find(|it| it.operation == operation.name())
        else {
            continue;
        };
        let of_keys = Permission::from_word(&permission).map(|it| Permissions::of_keys().contains(it));
        for (key, may) in [(&everything, of_keys), (&clients, of_keys.map(|_| permission == "clients.read"))]
        {
            let answer = World::of_nothing().send(&steps, key, key).await;
            match (permission.as_str(), may) {
                // A ticket is for a browser with a sign-in behind it: a program shows its key instead.
                _ if tickets.iter().any(|end| operation.name().ends_with(end)) => {}
                // A program has no second factor to show.
                (_, Some(true)) if answer.code() == "step_up_required" => {}
                (_, Some(true)) => assert!(![401, 403].contains(&answer.status), "{}", operation.name()),
                // An answer to HEAD has no body.
                ("anyone", _) | (_, Some(false)) => {
                    assert_eq!(answer.status, 403, "{}", operation.name());
                    assert!(["", "forbidden"].contains(&answer.code().as_str()));
                }
                _ => {}
            }
        }
    }
    let form = json!({ "given_name": "Ada", "family_name": "Byron" });
    clients.post("/clients", &form).await.refused(403, "forbidden");
    everything.post("/clients", &form).await.created();
    assert_eq!(clients.get("/clients").await.ok()["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(blind.get("/clients").await.ok()["items"], json!([]), "a program is in care of nobody");
}

async fn a_key_ends_when_it_is_revoked_renewed_or_old(app: &TestApp) {
    let owner = app.therapist().await;
    let read = [Permission::ReadClients];
    let (revoked, id) = program(app, &owner, &read).await;
    revoked.get("/clients").await.ok();
    delete(&owner, &format!("/api-keys/{id}")).await.expect(204);
    revoked.get("/clients").await.refused(401, "unauthenticated");
    delete(&owner, &format!("/api-keys/{id}")).await.refused(404, "not_found");
    owner.post_nothing(&format!("/api-keys/{id}/renew")).await.refused(404, "not_found");

    let (renewed, id) = program(app, &owner, &read).await;
    let secret = owner.post_nothing(&format!("/api-keys/{id}/renew")).await.ok()["secret"].clone();
    renewed.get("/clients").await.refused(401, "unauthenticated");
    renewed.hold(secret.as_str().expect("a secret"));
    renewed.get("/clients").await.ok();

    app.clock.advance(TimeDelta::days(31));
    renewed.get("/clients").await.refused(401, "session_expired");
    owner.sign_in().await.ok();
    assert_eq!(owner.get("/api-keys").await.ok()["items"][0]["expired"], true);
}

async fn nobody_makes_a_key_without_the_right_and_a_fresh_second_factor(app: &TestApp) {
    let owner = app.therapist().await;
    let clinician = app.beside(&owner, Role::Clinician).await;
    ask(&clinician, "mine", &[Permission::ReadClients], 30).await.refused(403, "forbidden");
    clinician.get("/api-keys").await.refused(403, "forbidden");
    let (_, id) = program(app, &owner, &[Permission::ReadClients]).await;
    app.clock.advance(TimeDelta::minutes(6));
    ask(&owner, "later", &[Permission::ReadClients], 30).await.refused(403, "step_up_required");
    owner.post_nothing(&format!("/api-keys/{id}/renew")).await.refused(403, "step_up_required");
    // Ending one is never held up.
    delete(&owner, &format!("/api-keys/{id}")).await.expect(204);
}

async fn nobody_gives_a_key_more_than_they_have_or_what_is_for_people_alone(app: &TestApp) {
    let owner = app.therapist().await;
    for own in ["notes.sign", "users.write", "governance.write", "api_keys.write"] {
        let permission = Permission::from_word(own).expect("a permission");
        let refused = ask(&owner, "too much", &[Permission::ReadClients, permission], 30).await;
        assert_eq!(refused.refused(422, "validation")["errors"][0]["field"], "permissions");
    }
    let administrator = app.beside(&owner, Role::Administrator).await;
    let notes = [Permission::ReadClients, Permission::ReadNotes];
    ask(&administrator, "too much", &notes, 30).await.refused(403, "forbidden");
    ask(&administrator, "enough", &notes[..1], 30).await.created();
    for (name, permissions, days, field) in [
        ("", &notes[..], 30, "name"),
        ("none", &notes[..0], 30, "permissions"),
        ("endless", &notes[..], 0, "days"),
        ("endless", &notes[..], 366, "days"),
    ] {
        let refused = ask(&owner, name, permissions, days).await.refused(422, "validation");
        assert_eq!(refused["errors"][0]["field"], field);
    }
}

async fn whatever_a_key_does_is_recorded_as_that_key(app: &TestApp) {
    let owner = app.therapist().await;
    let (key, id) = program(app, &owner, &[Permission::ReadClients]).await;
    assert_eq!(owner.get("/api-keys").await.ok()["items"][0]["last_used_at"], Value::Null);
    key.get("/clients").await.ok();
    key.get("/notes").await.refused(403, "forbidden");
    key.get("/me").await.refused(403, "forbidden");
    let events = owner.get("/audit/events").await.ok();
    let of_key = |action: &str, outcome: &str| {
        let events = events["items"].as_array().into_iter().flatten();
        let actor = format!("api_key:{id}");
        events
            .filter(|it| it["actor"] == actor.as_str() && it["action"] == action)
            .filter(|it| it["outcome"] == outcome && it["user_id"].is_null())
            .count()
    };
    assert_eq!((of_key("clients_listed", "done"), of_key("access_refused", "forbidden")), (1, 2), "{events}");
    let view = owner.get("/api-keys").await.ok()["items"][0].clone();
    assert!(view["last_used_at"].is_string() && view["secret"].is_null(), "{view}");
}

async fn the_secret_is_told_once_and_kept_nowhere(app: &TestApp) {
    let owner = app.therapist().await;
    let (key, _) = program(app, &owner, &[Permission::ReadClients]).await;
    key.get("/clients").await.ok();
    key.hold(&format!("{}0", key.token()));
    key.get("/clients").await.refused(401, "unauthenticated");
    let secret = key.token();
    let marks = [Mark(secret[36..100].to_owned()), Mark("the calendar".to_owned())];
    assert_eq!(app.find_marks(&marks).await, Vec::new());
}

async fn a_wrong_key_opens_nothing_however_nearly_right(app: &TestApp) {
    let owner = app.therapist().await;
    let (key, id) = program(app, &owner, &[Permission::ReadClients]).await;
    let right = key.token();
    // The same key with other random digits and a right checksum.
    let body = format!("msk_{}{}", id.replace('-', ""), "0".repeat(64));
    let checksum = hex::encode(&crypto::token_hash(&body)[..4]);
    for wrong in [
        body.clone() + &checksum,
        body,
        right[..107].to_owned(),
        right.to_uppercase(),
        right.replace("msk_", "Msk_"),
        format!("msk_{}", "0".repeat(104)),
        "msk_".to_owned(),
    ] {
        key.hold(&wrong);
        key.get("/clients").await.refused(401, "unauthenticated");
    }
    key.hold(&right);
    key.get("/clients").await.ok();
}

async fn a_key_of_one_practice_sees_nothing_of_another(app: &TestApp) {
    let owner = app.therapist().await;
    let client = tests::new_client(&owner).await;
    let Some(stranger) = app.stranger_from_another_practice().await else { return };
    let (key, id) = program(app, &stranger, &[Permission::ReadClients]).await;
    assert_eq!(key.get("/clients").await.ok()["items"], json!([]));
    key.get(&format!("/clients/{client}")).await.refused(404, "not_found");
    delete(&owner, &format!("/api-keys/{id}")).await.refused(404, "not_found");
    owner.post_nothing(&format!("/api-keys/{id}/renew")).await.refused(404, "not_found");
    assert_eq!(owner.get("/api-keys").await.ok()["items"], json!([]));
}

async fn what_a_key_makes_once_it_makes_once(app: &TestApp) {
    let owner = app.therapist().await;
    let (key, _) =
        program(app, &owner, &[Permission::ReadClients, Permission::WriteClients, Permission::AllClients])
            .await;
    let form = json!({ "given_name": "Ada", "family_name": "Byron" });
    let make = async |by: &Person| {
        let request = by.call(Method::POST, "/clients").header("idempotency-key", "one").json(&form);
        let answer = request.answer().await;
        answer.created()["id"].clone()
    };
    let first = make(&key).await;
    assert_eq!(make(&key).await, first);
    assert_ne!(make(&owner).await, first, "the owner's own key of that name");
    // Making a key again under one Idempotency-Key makes none, and tells nothing.
    let again = async || {
        let form = json!({ "name": "once", "permissions": ["clients.read"], "days": 1 });
        owner.call(Method::POST, "/api-keys").header("idempotency-key", "two").json(&form).answer().await
    };
    again().await.created();
    again().await.refused(409, "conflict");
}

async fn a_revoked_key_hears_no_more_events(app: &TestApp) {
    let owner = app.therapist().await;
    let (key, id) = program(app, &owner, &[Permission::ReadJobs]).await;
    let mut events = Events::open(&key, None).await;
    delete(&owner, &format!("/api-keys/{id}")).await.expect(204);
    let patience = std::time::Duration::from_secs(5);
    tokio::time::timeout(patience, events.ended()).await.expect("the stream is cut off");
}
