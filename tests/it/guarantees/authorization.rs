//! Who may do what: every operation by every role, and by nobody.

use std::fmt::Write as _;

use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answered as _, Backend, Person, TestApp, new_session};

use super::{catalogue::catalogue, operations::operations, tenancy::lived_in, world::World};

/// What an answer says about the permission, whatever it says otherwise.
async fn verdict(step: &super::catalogue::Step, person: &Person) -> String {
    let answer = World::of_nothing().send(step, person, person).await;
    match answer.status {
        401 if step.operation.contains("/auth/") && answer.code() != "unauthenticated" => "yes".to_owned(),
        401 if answer.code() == "invalid_code" => "yes".to_owned(),
        // Allowed, once the second factor has been shown again.
        403 if answer.code() == "step_up_required" => "yes".to_owned(),
        401 | 403 => answer.status.to_string(),
        // A lock would hide what the matrix is about.
        423 | 500.. => panic!("{}: {}", step.operation, answer.text()),
        _ => "yes".to_owned(),
    }
}

/// Whether an operation is on something in a client's chart.
fn is_of_a_chart(step: &super::catalogue::Step) -> bool {
    const CHART: [&str; 12] = [
        "amendments",
        "disclosures",
        "clients",
        "consents",
        "encounters",
        "uploads",
        "recordings",
        "jobs",
        "notes",
        "record-requests",
        "legal-holds",
        "client-deletions",
    ];
    let path = step.operation.split_once("/api/v1/").map(|(_, path)| path).unwrap_or_default();
    let (noun, rest) = path.split_once('/').unwrap_or((path, ""));
    let refers = ["POST /api/v1/encounters", "POST /api/v1/notes", "POST /api/v1/uploads"];
    (CHART.contains(&noun) && rest.starts_with('{')) || refers.contains(&step.operation)
}

/// Whose charts somebody who may do it reaches: `all` of the practice, or their `own` alone.
async fn reach(
    world: &World,
    step: &super::catalogue::Step,
    person: &Person,
    owner: &Person,
) -> &'static str {
    // What one role removes is gone for the next: so the chart is asked for instead.
    let answer = if step.operation.starts_with("DELETE") {
        person.get(&format!("/clients/{}", world.id("clients"))).await
    } else {
        world.send(step, person, owner).await
    };
    if answer.status == 404 { "own" } else { "all" }
}

#[tokio::test]
async fn each_role_may_do_what_the_matrix_says_and_nothing_else() {
    let app = TestApp::start(Backend::Sqlite).await.expect("SQLite is always there");
    let owner = app.therapist().await;
    // What there is of a client, whom only the owner is in care of.
    let world = lived_in(&owner).await;
    let mut people = Vec::new();
    for role in Role::ALL.iter().copied().filter(|role| *role != Role::Owner) {
        people.push((role.as_str(), app.beside(&owner, role).await));
    }
    people.insert(0, ("owner", owner));
    people.push(("nobody", app.nobody()));
    let mut matrix = format!("{:58}", "");
    for (name, _) in &people {
        let _ = write!(matrix, " {name:8.8}");
    }
    for operation in operations() {
        let steps = catalogue();
        let step = steps.iter().find(|it| it.operation == operation.name()).expect("it has a step");
        let permission = operation.permission.clone().unwrap_or_default();
        let line = format!("{} [{permission}]", operation.name().replace("/api/v1", ""));
        let _ = write!(matrix, "\n{line:58}");
        for (name, person) in &people {
            let mut verdict = verdict(step, person).await;
            if verdict == "yes" && is_of_a_chart(step) && *name != "nobody" {
                verdict = reach(&world, step, person, &people[0].1).await.to_owned();
            }
            let _ = write!(matrix, " {verdict:8}");
            if step.operation.ends_with("/logout") && verdict == "yes" {
                person.sign_in().await.ok();
            }
        }
    }
    let lines: Vec<&str> = matrix.lines().map(str::trim_end).collect();
    insta::assert_snapshot!("authorization_matrix", lines.join("\n"));
    app.stop().await;
}

#[tokio::test]
async fn of_a_session_each_role_sees_what_it_needs() {
    let app = TestApp::start(Backend::Sqlite).await.expect("SQLite is always there");
    let owner = app.therapist().await;
    let session = new_session(&owner).await;
    let path = format!("/encounters/{}", session.encounter);
    owner.patch(&path, None, &json!({ "cpt_code": "90834", "participants": ["a partner"] })).await.ok();
    let sound = tests::silence(1);
    owner.send(&format!("{path}/recordings"), "audio/wav", sound).await.created();
    let seen = async |role: Role| -> (Value, Value, bool) {
        let person = app.beside(&owner, role).await;
        tests::share(&owner, &session.client, &person).await;
        let one = person.get(&path).await.ok();
        let all = person.get("/encounters").await.ok();
        let of =
            |it: &Value| (it["cpt_code"].clone(), it["participants"].clone(), it["recording"].is_object());
        assert_eq!(of(&one), of(&all["items"][0]), "{role:?}");
        of(&one)
    };
    assert_eq!(seen(Role::Clinician).await, (json!("90834"), json!(["a partner"]), true));
    assert_eq!(seen(Role::Biller).await, (json!("90834"), json!([]), false));
    assert_eq!(seen(Role::FrontDesk).await, (Value::Null, json!(["a partner"]), false));
    assert_eq!(seen(Role::Administrator).await, (json!("90834"), json!(["a partner"]), false));
    app.stop().await;
}

#[tokio::test]
async fn who_sees_no_codes_sets_none() {
    let app = TestApp::start(Backend::Sqlite).await.expect("SQLite is always there");
    let owner = app.therapist().await;
    let session = new_session(&owner).await;
    let front_desk = app.beside(&owner, Role::FrontDesk).await;
    let path = format!("/encounters/{}", session.encounter);
    front_desk.patch(&path, None, &json!({ "setting": "video" })).await.ok();
    front_desk.patch(&path, None, &json!({ "cpt_code": "90837" })).await.refused(403, "forbidden");
    let new = json!({ "client_ids": [session.client], "modality": "individual", "setting": "video",
        "cpt_code": "90837" });
    front_desk.post("/encounters", &new).await.refused(403, "forbidden");
    app.stop().await;
}

#[tokio::test]
async fn an_intern_writes_a_note_and_cannot_sign_it_alone() {
    let app = TestApp::start(Backend::Sqlite).await.expect("SQLite is always there");
    let owner = app.therapist().await;
    let session = new_session(&owner).await;
    let intern = app.beside(&owner, Role::Intern).await;
    tests::share(&owner, &session.client, &intern).await;
    let new = json!({ "encounter_id": session.encounter, "template_id": "soap" });
    let answer = intern.post("/notes", &new).await;
    let path = format!("/notes/{}", answer.created()["id"].as_str().expect("an id"));
    let sections = json!({ "sections": [World::of_nothing().section()] });
    let edited = intern.patch(&path, Some(&answer.etag()), &sections).await;
    edited.ok();
    let sign = async |person: &Person| {
        let request = person.call(reqwest::Method::POST, &format!("{path}/sign"));
        request.header("if-match", edited.etag()).json(&json!({ "password": tests::PASSWORD })).answer().await
    };
    assert_eq!(sign(&intern).await.ok()["status"], "awaiting_co_signature");
    sign(&owner).await.refused(409, "already_signed");
    let addendum = json!({ "text": "Called back." });
    intern.post(&format!("{path}/addenda"), &addendum).await.refused(403, "forbidden");
    app.stop().await;
}
