//! One person in several practices. The embedded database keeps one, so all of this is on PostgreSQL.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answer, Backend, PASSWORD, Person, TestApp};

/// Vera owns Lindenhof Practice; Otto owns Another Practice, and has invited her as a clinician.
struct Two {
    vera: Person,
    otto: Person,
    token: String,
}

impl Two {
    async fn new(app: &TestApp) -> Self {
        let vera = app.therapist().await;
        let otto = app.stranger_from_another_practice().await.expect("PostgreSQL keeps many practices");
        let token = app.invite(&otto, &vera.email, Role::Clinician).await;
        Self { vera, otto, token }
    }

    async fn joined(app: &TestApp) -> Self {
        let two = Self::new(app).await;
        two.join(&two.vera).await.ok();
        two
    }

    async fn join(&self, who: &Person) -> Answer {
        who.post("/me/practices", &json!({ "token": self.token, "password": PASSWORD })).await
    }
}

async fn id_of_practice(person: &Person) -> String {
    person.get("/me").await.ok()["practice"]["id"].as_str().expect("an id").to_owned()
}

/// Goes to another practice; from now on the person acts there.
async fn switch(person: &Person, to: &str) -> Answer {
    let answer = person.post("/auth/switch", &json!({ "practice_id": to })).await;
    if let Some(token) = answer.json()["access_token"].as_str() {
        person.hold(token);
    }
    answer
}

#[tokio::test]
async fn who_has_an_account_joins_signed_in_and_with_their_password() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let two = Two::new(&app).await;
    let greeting = app.nobody().post("/auth/invitations/read", &json!({ "token": two.token })).await.ok();
    assert_eq!(greeting["has_account"], true);
    app.nobody().accept(&two.token, "Vera").await.refused(409, "invitation_account_exists");
    let wrong = json!({ "token": two.token, "password": "not the password of anybody here" });
    two.vera.post("/me/practices", &wrong).await.refused(401, "invalid_credentials");
    two.join(&app.nobody()).await.refused(401, "unauthenticated");
    // Nobody else joins by it, whatever they know.
    let colleague = app.colleague_of(&two.vera).await;
    two.join(&colleague).await.refused(403, "invitation_for_another");
    let practices = two.join(&two.vera).await.ok();
    let names: Vec<_> = practices["items"].as_array().expect("a list").iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["Lindenhof Practice", "Another Practice"]);
    two.join(&two.vera).await.refused(410, "invitation_ended");
    let people = two.otto.get("/users").await.ok();
    assert_eq!(
        (&people["items"][0]["email"], &people["items"][0]["role"]),
        (&json!(two.vera.email), &json!("clinician"))
    );
    app.stop().await;
}

#[tokio::test]
async fn whoever_has_a_second_factor_shows_it_to_join() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let two = Two::new(&app).await;
    app.clock.advance(TimeDelta::minutes(6));
    two.join(&two.vera).await.refused(403, "step_up_required");
    let code = two.vera.recovery_code();
    two.vera.post("/auth/step-up", &json!({ "method": "recovery_code", "code": code })).await.ok();
    two.join(&two.vera).await.ok();
    app.stop().await;
}

#[tokio::test]
async fn of_one_practice_nothing_is_seen_from_another() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let two = Two::joined(&app).await;
    let client = tests::new_client(&two.vera).await;
    let theirs = tests::new_client(&two.otto).await;
    let there = id_of_practice(&two.otto).await;
    let here = id_of_practice(&two.vera).await;
    let answer = switch(&two.vera, &there).await;
    answer.ok();
    assert!(answer.cookie("refresh").is_some());
    let me = two.vera.get("/me").await.ok();
    assert_eq!((&me["practice"]["id"], &me["role"]), (&json!(there), &json!("clinician")));
    two.vera.get(&format!("/clients/{client}")).await.refused(404, "not_found");
    two.vera.get("/users").await.refused(403, "forbidden");
    let seen = two.vera.get("/clients").await.text();
    assert!(!seen.contains(&client), "{seen}");
    let people = two.otto.get("/audit/events").await.text();
    assert!(!people.contains(&here), "the other practice is named");
    switch(&two.vera, &here).await.ok();
    two.vera.get(&format!("/clients/{client}")).await.ok();
    two.vera.get(&format!("/clients/{theirs}")).await.refused(404, "not_found");
    app.stop().await;
}

#[tokio::test]
async fn switching_ends_the_one_sign_in_and_lasts_no_longer_than_it() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let two = Two::joined(&app).await;
    let there = id_of_practice(&two.otto).await;
    let old = two.vera.token();
    let time = |me: &Value| -> DateTime<Utc> {
        me["session_expires_at"].as_str().expect("a time").parse().expect("a time")
    };
    let before = time(&two.vera.get("/me").await.ok());
    app.clock.advance(TimeDelta::minutes(30));
    let answer = switch(&two.vera, &there).await;
    answer.ok();
    assert_eq!(time(&two.vera.get("/me").await.ok()), before);
    let tab = app.nobody();
    tab.hold(&old);
    tab.get("/me").await.refused(401, "unauthenticated");
    tab.post("/auth/switch", &json!({ "practice_id": there })).await.refused(401, "unauthenticated");
    let request = answer.header("x-request-id");
    let events = app
        .query(&format!("SELECT action FROM audit_events WHERE request_id = '{request}' ORDER BY action"))
        .await;
    assert_eq!(events, ["practice_left", "signed_in"]);
    app.stop().await;
}

#[tokio::test]
async fn of_two_switches_at_once_one_opens_a_sign_in() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let two = Two::joined(&app).await;
    let body = json!({ "practice_id": id_of_practice(&two.otto).await });
    let (first, second) =
        tokio::join!(two.vera.post("/auth/switch", &body), two.vera.post("/auth/switch", &body));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
    app.stop().await;
}

#[tokio::test]
async fn nobody_switches_to_where_they_do_not_work() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let two = Two::new(&app).await;
    let there = id_of_practice(&two.otto).await;
    for to in [there.as_str(), "01990000-0000-7000-8000-00000000dead"] {
        switch(&two.vera, to).await.refused(404, "not_found");
    }
    two.vera.get("/clients").await.ok();
    app.stop().await;
}

#[tokio::test]
async fn a_factor_shown_in_this_sign_in_counts_in_the_other_practice_and_grows_no_fresher() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let two = Two::joined(&app).await;
    want_of_everybody(&two.otto).await;
    app.clock.advance(TimeDelta::minutes(6));
    switch(&two.vera, &id_of_practice(&two.otto).await).await.ok();
    two.vera.get("/clients").await.ok();
    let renew = two.vera.post_nothing("/me/second-factors/recovery-codes").await;
    renew.refused(403, "step_up_required");
    app.stop().await;
}

#[tokio::test]
async fn whoever_has_shown_no_factor_owes_it_where_it_is_wanted() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let vera = app.therapist().await;
    let otto = app.stranger_from_another_practice().await.expect("PostgreSQL keeps many practices");
    let colleague = app.colleague_of(&vera).await;
    let token = app.invite(&otto, &colleague.email, Role::Biller).await;
    want_of_everybody(&otto).await;
    colleague.post("/me/practices", &json!({ "token": token, "password": PASSWORD })).await.ok();
    let (home, there) = (id_of_practice(&vera).await, id_of_practice(&otto).await);
    switch(&colleague, &there).await.ok();
    colleague.get("/clients").await.refused(403, "second_factor_required");
    switch(&colleague, &home).await.ok();
    colleague.get("/clients").await.ok();
    app.stop().await;
}

/// From now on everybody in this practice needs a second factor.
async fn want_of_everybody(owner: &Person) {
    let tag = owner.get("/practice").await.etag();
    owner.patch("/practice", Some(&tag), &json!({ "second_factor_for_all": true })).await.ok();
}

#[tokio::test]
async fn signing_in_leads_to_where_one_was_last() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let two = Two::joined(&app).await;
    let (here, there) = (id_of_practice(&two.vera).await, id_of_practice(&two.otto).await);
    two.vera.sign_in().await.ok();
    assert_eq!(id_of_practice(&two.vera).await, here);
    switch(&two.vera, &there).await.ok();
    two.vera.sign_in().await.ok();
    assert_eq!(id_of_practice(&two.vera).await, there);
    app.stop().await;
}

#[tokio::test]
async fn leaving_one_practice_leaves_the_other() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let two = Two::joined(&app).await;
    let (here, there) = (id_of_practice(&two.vera).await, id_of_practice(&two.otto).await);
    switch(&two.vera, &there).await.ok();
    let id = two.vera.get("/me").await.ok()["user"]["id"].as_str().expect("an id").to_owned();
    two.otto.patch(&format!("/users/{id}"), None, &json!({ "active": false })).await.ok();
    two.vera.get("/clients").await.refused(401, "unauthenticated");
    two.vera.sign_in().await.ok();
    assert_eq!(id_of_practice(&two.vera).await, here);
    switch(&two.vera, &there).await.refused(404, "not_found");
    assert_eq!(two.vera.get("/me/practices").await.ok()["items"].as_array().map(Vec::len), Some(1));
    app.stop().await;
}

#[tokio::test]
async fn a_new_password_ends_the_sign_ins_in_every_practice() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let two = Two::joined(&app).await;
    let phone = two.vera.elsewhere();
    phone.sign_in().await.ok();
    switch(&phone, &id_of_practice(&two.otto).await).await.ok();
    phone.get("/clients").await.ok();
    let change = json!({ "password": PASSWORD, "new_password": "another quiet sentence of hers" });
    two.vera.put("/me/password", &change).await.expect(204);
    phone.get("/clients").await.refused(401, "unauthenticated");
    two.vera.get("/clients").await.ok();
    app.stop().await;
}
