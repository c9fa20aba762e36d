//! Roles that a practice makes for itself.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answer, Answered as _, Person, TestApp};

tests::on_both! {
    a_role_of_the_practices_own_allows_what_it_says_and_nothing_else,
    a_change_of_a_role_holds_from_the_next_request_of_everybody_who_has_it,
    nobody_but_an_owner_gives_what_they_do_not_have,
    whoever_may_change_people_by_a_role_of_the_practices_own_raises_nobody,
    a_role_that_is_in_use_stays,
    an_invitation_can_name_a_role_of_the_practices_own,
    a_role_that_opens_much_needs_a_second_factor,
    roles_are_changed_with_a_fresh_second_factor,
    what_no_role_can_be_is_refused,
}

async fn make(by: &Person, name: &str, base: &str, permissions: &[&str]) -> Answer {
    by.post("/roles", &json!({ "name": name, "base": base, "permissions": permissions })).await
}

async fn made(by: &Person, name: &str, base: &str, permissions: &[&str]) -> String {
    make(by, name, base, permissions).await.created()["id"].as_str().expect("an id").to_owned()
}

async fn id_of(person: &Person) -> String {
    person.get("/me").await.ok()["user"]["id"].as_str().expect("an id").to_owned()
}

async fn give(by: &Person, whom: &str, role: &str) -> Answer {
    by.patch(&format!("/users/{whom}"), None, &json!({ "role_id": role })).await
}

async fn change(by: &Person, role: &str, what: Value) -> Answer {
    by.patch(&format!("/roles/{role}"), None, &what).await
}

async fn a_role_of_the_practices_own_allows_what_it_says_and_nothing_else(app: &TestApp) {
    let owner = app.therapist().await;
    let role = made(&owner, "Intake", "front_desk", &["clients.read", "clients.all", "consents.read"]).await;
    let robin = app.beside(&owner, Role::FrontDesk).await;
    let id = id_of(&robin).await;
    let person = give(&owner, &id, &role).await.ok();
    assert_eq!((&person["role"], &person["own_role"]["name"]), (&json!("front_desk"), &json!("Intake")));
    let me = robin.get("/me").await.ok();
    assert_eq!(me["permissions"], json!(["clients.read", "clients.all", "consents.read"]));
    let client = tests::new_client(&owner).await;
    robin.get(&format!("/clients/{client}/consents")).await.ok();
    robin.get("/encounters").await.refused(403, "forbidden");
    robin.post("/clients", &json!({ "given_name": "A", "family_name": "B" })).await.refused(403, "forbidden");
    // A built-in one again.
    let back = owner.patch(&format!("/users/{id}"), None, &json!({ "role": "front_desk" })).await.ok();
    assert_eq!(back["own_role"], Value::Null);
    robin.get("/encounters").await.ok();
    robin.get(&format!("/clients/{client}/consents")).await.refused(403, "forbidden");
}

async fn a_change_of_a_role_holds_from_the_next_request_of_everybody_who_has_it(app: &TestApp) {
    let owner = app.therapist().await;
    let role = made(&owner, "Reader", "clinician", &["clients.read", "notes.read"]).await;
    let (one, other) =
        (app.beside(&owner, Role::Clinician).await, app.beside(&owner, Role::Supervisor).await);
    for person in [&one, &other] {
        give(&owner, &id_of(person).await, &role).await.ok();
        person.get("/notes").await.ok();
    }
    change(&owner, &role, json!({ "permissions": ["clients.read"] })).await.ok();
    for person in [&one, &other] {
        person.get("/notes").await.refused(403, "forbidden");
        person.get("/clients").await.ok();
    }
    let renamed = change(&owner, &role, json!({ "name": "Sees clients" })).await.ok();
    assert_eq!(renamed["permissions"], json!(["clients.read"]));
}

async fn nobody_but_an_owner_gives_what_they_do_not_have(app: &TestApp) {
    let owner = app.therapist().await;
    let administrator = app.beside(&owner, Role::Administrator).await;
    let more = ["clients.read", "notes.read"];
    make(&administrator, "Reader", "clinician", &more).await.refused(403, "forbidden");
    let reader = made(&owner, "Reader", "clinician", &more).await;
    let desk = made(&administrator, "Desk", "front_desk", &["clients.read"]).await;
    change(&administrator, &desk, json!({ "permissions": more })).await.refused(403, "forbidden");
    // Nor may they take away what they could not give, or hand it out.
    change(&administrator, &reader, json!({ "permissions": [] })).await.refused(403, "forbidden");
    let remove = administrator.call(Method::DELETE, &format!("/roles/{reader}"));
    remove.answer().await.refused(403, "forbidden");
    let robin = app.beside(&owner, Role::FrontDesk).await;
    let id = id_of(&robin).await;
    give(&administrator, &id, &reader).await.refused(403, "forbidden");
    let invite = json!({ "email": "new@practice.example", "role_id": reader });
    administrator.post("/invitations", &invite).await.refused(403, "forbidden");
    give(&administrator, &id, &desk).await.ok();
    // The built-in roles stay theirs to give.
    administrator.patch(&format!("/users/{id}"), None, &json!({ "role": "clinician" })).await.ok();
}

async fn whoever_may_change_people_by_a_role_of_the_practices_own_raises_nobody(app: &TestApp) {
    let owner = app.therapist().await;
    let personnel =
        made(&owner, "Personnel", "front_desk", &["users.read", "users.write", "clients.read"]).await;
    let robin = app.beside(&owner, Role::Administrator).await;
    let robin_id = id_of(&robin).await;
    give(&owner, &robin_id, &personnel).await.ok();
    robin.get("/users").await.ok();
    for more in ["administrator", "clinician", "owner", "auditor"] {
        let invite = json!({ "email": "friend@practice.example", "role": more });
        robin.post("/invitations", &invite).await.refused(403, "forbidden");
    }
    let clinician = app.beside(&owner, Role::Clinician).await;
    let clinician = id_of(&clinician).await;
    for what in [json!({ "active": false }), json!({ "role": "front_desk" }), json!({ "role_id": personnel })]
    {
        robin.patch(&format!("/users/{clinician}"), None, &what).await.refused(403, "forbidden");
    }
    // Nor themselves: neither by another role, nor by making their own allow more.
    robin
        .patch(&format!("/users/{robin_id}"), None, &json!({ "role": "owner" }))
        .await
        .refused(403, "forbidden");
    let all = json!({ "permissions": ["users.read", "users.write", "clients.read", "notes.read"] });
    change(&robin, &personnel, all).await.refused(403, "forbidden");
    let same = made(&robin, "The same", "front_desk", &["users.read", "clients.read"]).await;
    give(&robin, &robin_id, &same).await.refused(409, "own_role");
}

async fn a_role_that_is_in_use_stays(app: &TestApp) {
    let owner = app.therapist().await;
    let role = made(&owner, "Intake", "front_desk", &["clients.read"]).await;
    let remove = async || owner.call(Method::DELETE, &format!("/roles/{role}")).answer().await;
    let robin = app.beside(&owner, Role::FrontDesk).await;
    let id = id_of(&robin).await;
    give(&owner, &id, &role).await.ok();
    assert_eq!(owner.get("/roles").await.ok()["items"][0]["in_use"], true);
    remove().await.refused(409, "role_in_use");
    // Whoever is deactivated may come back as what they were.
    owner.patch(&format!("/users/{id}"), None, &json!({ "active": false })).await.ok();
    remove().await.refused(409, "role_in_use");
    owner.patch(&format!("/users/{id}"), None, &json!({ "role": "biller" })).await.ok();
    let invite = json!({ "email": "new@practice.example", "role_id": role });
    let invitation = owner.post("/invitations", &invite).await.created();
    remove().await.refused(409, "role_in_use");
    let path = format!("/invitations/{}", invitation["id"].as_str().expect("an id"));
    owner.call(Method::DELETE, &path).answer().await.expect(204);
    remove().await.expect(204);
    remove().await.refused(404, "not_found");
    give(&owner, &id, &role).await.refused(404, "not_found");
}

async fn an_invitation_can_name_a_role_of_the_practices_own(app: &TestApp) {
    let owner = app.therapist().await;
    let role = made(&owner, "Intake", "front_desk", &["clients.read"]).await;
    let both = json!({ "email": "robin@practice.example", "role": "biller", "role_id": role });
    owner.post("/invitations", &both).await.refused(422, "validation");
    let invite = json!({ "email": "robin@practice.example", "role_id": role });
    let invitation = owner.post("/invitations", &invite).await.created();
    assert_eq!(
        (&invitation["role"], &invitation["own_role"]["name"]),
        (&json!("front_desk"), &json!("Intake"))
    );
    let mail = app.postbox.mail_to("robin@practice.example", 0).await;
    let link = mail.link();
    let token = link.split_once("/invitation#").expect("a token").1;
    let greeting = app.nobody().post("/auth/invitations/read", &json!({ "token": token })).await.ok();
    assert_eq!(greeting["own_role"]["name"], "Intake");
    let robin = Person::new(&app.address, "robin@practice.example");
    robin.accept(token, "Robin").await.created();
    assert_eq!(robin.get("/me").await.ok()["permissions"], json!(["clients.read"]));
}

async fn a_role_that_opens_much_needs_a_second_factor(app: &TestApp) {
    let owner = app.therapist().await;
    let role = made(&owner, "Looks after the trail", "front_desk", &["audit.read"]).await;
    let robin = app.beside(&owner, Role::FrontDesk).await;
    give(&owner, &id_of(&robin).await, &role).await.ok();
    robin.get("/audit/events").await.refused(403, "second_factor_required");
    change(&owner, &role, json!({ "permissions": ["clients.read"] })).await.ok();
    robin.get("/clients").await.ok();
}

async fn roles_are_changed_with_a_fresh_second_factor(app: &TestApp) {
    let owner = app.therapist().await;
    let role = made(&owner, "Intake", "front_desk", &["clients.read"]).await;
    app.clock.advance(TimeDelta::minutes(6));
    make(&owner, "Other", "front_desk", &[]).await.refused(403, "step_up_required");
    change(&owner, &role, json!({ "permissions": [] })).await.refused(403, "step_up_required");
    let remove = owner.call(Method::DELETE, &format!("/roles/{role}"));
    remove.answer().await.refused(403, "step_up_required");
}

async fn what_no_role_can_be_is_refused(app: &TestApp) {
    let owner = app.therapist().await;
    make(&owner, " ", "front_desk", &[]).await.refused(422, "validation");
    make(&owner, "Second owner", "owner", &["clients.read"]).await.refused(422, "validation");
    make(&owner, "Wizard", "front_desk", &["magic"]).await.refused(400, "invalid_request");
    let role = made(&owner, "Intake", "front_desk", &[]).await;
    change(&owner, &role, json!({})).await.refused(422, "validation");
    let robin = app.beside(&owner, Role::FrontDesk).await;
    let two = json!({ "role": "biller", "role_id": role });
    owner.patch(&format!("/users/{}", id_of(&robin).await), None, &two).await.refused(422, "validation");
}
