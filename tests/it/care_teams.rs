//! Who sees which client: those in care of them, those who supervise these, and those who see everybody.

use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answered as _, Person, TestApp, new_session};

use crate::guarantees::{catalogue::catalogue, operations::operations, tenancy::lived_in};

tests::on_both! {
    a_colleague_finds_nothing_of_a_client_they_are_not_in_care_of,
    lists_hold_only_what_one_may_see,
    a_shared_client_is_seen_at_once_and_no_longer_when_that_ends,
    a_supervisor_sees_the_clients_of_whom_they_supervise,
    a_supervision_needs_somebody_whose_role_answers_for_others,
    everybody_who_treats_sees_a_new_client_where_the_practice_wants_that,
    the_front_desk_says_who_is_in_care_of_a_new_client,
    a_client_is_not_shared_with_somebody_who_has_left,
}

async fn id_of(person: &Person) -> String {
    person.get("/me").await.ok()["user"]["id"].as_str().expect("an id").to_owned()
}

async fn a_colleague_finds_nothing_of_a_client_they_are_not_in_care_of(app: &TestApp) {
    let therapist = app.therapist().await;
    let world = lived_in(&therapist).await;
    let colleague = app.beside(&therapist, Role::Supervisor).await;
    let mut asked = 0;
    for step in catalogue().iter().filter(|step| step.operation.contains('{')) {
        let operation = operations().into_iter().find(|it| it.name() == step.operation).expect("described");
        let permission = operation.permission.unwrap_or_default();
        let may = Role::Supervisor.permissions().iter().any(|it| it.as_str() == permission);
        // An emergency is the one way to such a client (`emergencies`); an AI system is nobody's chart.
        if !may || permission == "clients.break_glass" || step.operation.contains("/governance/systems/") {
            continue;
        }
        let answer = world.send(step, &colleague, &therapist).await;
        let code = if step.operation.starts_with("HEAD") { "" } else { "not_found" };
        assert_eq!((answer.status, answer.code()), (404, code.to_owned()), "{}", step.operation);
        asked += 1;
    }
    assert!(asked > 25, "only {asked}");
    let encounter =
        json!({ "client_ids": [world.id("clients")], "modality": "individual", "setting": "video" });
    colleague.post("/encounters", &encounter).await.refused(404, "not_found");
    let note = json!({ "encounter_id": world.id("encounters"), "template_id": "soap" });
    colleague.post("/notes", &note).await.refused(404, "not_found");
}

async fn lists_hold_only_what_one_may_see(app: &TestApp) {
    let therapist = app.therapist().await;
    let world = lived_in(&therapist).await;
    let colleague = app.colleague_of(&therapist).await;
    let lists = ["/clients", "/encounters", "/notes"].map(str::to_owned);
    let filtered =
        ["/encounters?client_id=", "/notes?client_id="].map(|it| it.to_owned() + &world.id("clients"));
    for list in lists.iter().chain(&filtered) {
        assert_ne!(therapist.get(list).await.ok()["items"], json!([]), "{list}");
        assert_eq!(colleague.get(list).await.ok()["items"], json!([]), "{list}");
    }
}

async fn a_shared_client_is_seen_at_once_and_no_longer_when_that_ends(app: &TestApp) {
    let owner = app.therapist().await;
    let (robin, other) = (app.colleague_of(&owner).await, app.beside(&owner, Role::Supervisor).await);
    let session = new_session(&robin).await;
    let path = format!("/clients/{}", session.client);
    other.get(&path).await.refused(404, "not_found");
    let names = robin.get("/colleagues").await.ok();
    assert_eq!(names["items"].as_array().map(Vec::len), Some(3));
    assert!(names["items"][0]["email"].is_null(), "names to choose from, and no more");
    let member = format!("{path}/care-team/{}", id_of(&other).await);
    let put = async |by: &Person| by.call(reqwest::Method::PUT, &member).answer().await;
    put(&other).await.refused(404, "not_found");
    put(&robin).await.expect(204);
    put(&robin).await.expect(204);
    other.get(&path).await.ok();
    other.get(&format!("/encounters/{}", session.encounter)).await.ok();
    let team = robin.get(&format!("{path}/care-team")).await.ok();
    let roles: Vec<_> =
        team["items"].as_array().expect("a list").iter().map(|it| it["role"].clone()).collect();
    assert_eq!(roles, ["clinician", "supervisor"]);
    let remove = async |by: &Person| by.call(reqwest::Method::DELETE, &member).answer().await;
    remove(&robin).await.expect(204);
    remove(&robin).await.refused(404, "not_found");
    other.get(&path).await.refused(404, "not_found");
    other.get(&format!("/encounters/{}", session.encounter)).await.refused(404, "not_found");
}

async fn a_supervisor_sees_the_clients_of_whom_they_supervise(app: &TestApp) {
    let owner = app.therapist().await;
    let (intern, supervisor) =
        (app.beside(&owner, Role::Intern).await, app.beside(&owner, Role::Supervisor).await);
    let (intern_id, supervisor_id) = (id_of(&intern).await, id_of(&supervisor).await);
    let session = new_session(&intern).await;
    let other = new_session(&owner).await;
    let path = format!("/users/{intern_id}/supervisors/{supervisor_id}");
    owner.call(reqwest::Method::PUT, &path).answer().await.expect(204);
    supervisor.get(&format!("/clients/{}", session.client)).await.ok();
    supervisor.get(&format!("/clients/{}", other.client)).await.refused(404, "not_found");
    assert_eq!(supervisor.get("/clients").await.ok()["items"].as_array().map(Vec::len), Some(1));
    let people = owner.get("/users").await.ok();
    let of_intern =
        people["items"].as_array().expect("a list").iter().find(|it| it["id"] == intern_id.as_str());
    assert_eq!(of_intern.expect("the intern")["supervisors"], json!([supervisor_id]));
    owner.call(reqwest::Method::DELETE, &path).answer().await.expect(204);
    supervisor.get(&format!("/clients/{}", session.client)).await.refused(404, "not_found");
}

async fn a_supervision_needs_somebody_whose_role_answers_for_others(app: &TestApp) {
    let owner = app.therapist().await;
    let (intern, robin) = (app.beside(&owner, Role::Intern).await, app.colleague_of(&owner).await);
    let (intern, robin) = (id_of(&intern).await, id_of(&robin).await);
    let put = async |id: &str, by: &str| {
        owner.call(reqwest::Method::PUT, &format!("/users/{id}/supervisors/{by}")).answer().await
    };
    put(&intern, &robin).await.refused(409, "not_a_supervisor");
    put(&intern, "01990000-0000-7000-8000-00000000dead").await.refused(404, "not_found");
    put("01990000-0000-7000-8000-00000000dead", &robin).await.refused(404, "not_found");
    // What counts is what somebody may do, not what their role is based on.
    let role = async |base: &str, permissions: &[&str]| {
        let role = json!({ "name": base, "base": base, "permissions": permissions });
        owner.post("/roles", &role).await.created()["id"].clone()
    };
    let (co_signs, does_not) = (
        role("clinician", &["clients.read", "notes.co_sign"]).await,
        role("supervisor", &["clients.read"]).await,
    );
    let give = async |role: &Value| {
        owner.patch(&format!("/users/{robin}"), None, &json!({ "role_id": role })).await.ok()
    };
    give(&does_not).await;
    put(&intern, &robin).await.refused(409, "not_a_supervisor");
    give(&co_signs).await;
    put(&intern, &robin).await.expect(204);
}

async fn everybody_who_treats_sees_a_new_client_where_the_practice_wants_that(app: &TestApp) {
    let owner = app.therapist().await;
    let (robin, desk) =
        (app.beside(&owner, Role::Clinician).await, app.beside(&owner, Role::FrontDesk).await);
    app.beside(&owner, Role::Biller).await;
    let before = format!("/clients/{}", tests::new_client(&desk).await);
    let tag = owner.get("/practice").await.etag();
    owner.patch("/practice", Some(&tag), &json!({ "share_new_clients": true })).await.ok();
    let client = format!("/clients/{}", tests::new_client(&desk).await);
    robin.get(&client).await.ok();
    robin.get(&before).await.refused(404, "not_found");
    let team = owner.get(&format!("{client}/care-team")).await.ok();
    let team: Vec<_> =
        team["items"].as_array().expect("a list").iter().map(|it| it["role"].clone()).collect();
    assert!(
        team.len() == 2 && team.contains(&json!("owner")) && team.contains(&json!("clinician")),
        "{team:?}"
    );
    // Who comes later is told of a client by whoever is in care of them.
    app.beside(&owner, Role::Supervisor).await.get(&client).await.refused(404, "not_found");
}

async fn the_front_desk_says_who_is_in_care_of_a_new_client(app: &TestApp) {
    let owner = app.therapist().await;
    let (desk, robin) = (app.beside(&owner, Role::FrontDesk).await, app.colleague_of(&owner).await);
    let client = tests::new_client(&desk).await;
    let path = format!("/clients/{client}");
    assert_eq!(desk.get(&format!("{path}/care-team")).await.ok()["items"], json!([]));
    robin.get(&path).await.refused(404, "not_found");
    let member = format!("{path}/care-team/{}", id_of(&robin).await);
    desk.call(reqwest::Method::PUT, &member).answer().await.expect(204);
    robin.get(&path).await.ok();
}

async fn a_client_is_not_shared_with_somebody_who_has_left(app: &TestApp) {
    let owner = app.therapist().await;
    let robin = app.colleague_of(&owner).await;
    let id = id_of(&robin).await;
    owner.patch(&format!("/users/{id}"), None, &json!({ "active": false })).await.ok();
    let client = tests::new_client(&owner).await;
    let put = owner.call(reqwest::Method::PUT, &format!("/clients/{client}/care-team/{id}")).answer().await;
    put.refused(404, "not_found");
    let listed = owner.get("/colleagues").await.ok();
    assert!(
        listed["items"].as_array().expect("a list").iter().all(|it| it["id"] != Value::String(id.clone()))
    );
}
