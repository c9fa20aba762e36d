//! Access reviews: who has what, who is due, keep or remove.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answer, Answered as _, Person, TestApp};

tests::on_both! {
    a_review_tells_who_has_what,
    whoever_was_not_looked_at_for_as_long_as_the_practice_has_set_is_due,
    to_remove_somebody_is_to_deactivate_them,
    to_remove_somebody_asks_for_the_second_factor_again,
    nobody_decides_about_themselves_but_an_only_owner,
    an_administrator_ends_no_owners_access,
    the_list_can_be_kept_outside,
}

async fn id_of(person: &Person) -> String {
    person.get("/me").await.ok()["user"]["id"].as_str().expect("an id").to_owned()
}

async fn seen(by: &Person, who: &str) -> Option<Value> {
    let page = by.get("/access-reviews").await.ok();
    page["items"].as_array().expect("a list").iter().find(|it| it["id"] == who).cloned()
}

async fn decide(by: &Person, who: &str, decision: &str) -> Answer {
    by.post(&format!("/access-reviews/{who}"), &json!({ "decision": decision, "note": "As before." })).await
}

async fn a_review_tells_who_has_what(app: &TestApp) {
    let owner = app.therapist().await;
    let biller = app.beside(&owner, Role::Biller).await;
    let id = id_of(&biller).await;
    let row = seen(&owner, &id).await.expect("they are there");
    assert_eq!(
        (&row["role"], &row["opens"], &row["second_factor"]),
        (&json!("biller"), &json!(["codes.read"]), &json!(false))
    );
    assert!(row["last_used_at"].is_string() && row["last"].is_null());
    let own = seen(&owner, &id_of(&owner).await).await.expect("the owner is there");
    assert_eq!(own["second_factor"], true);
    decide(&owner, &id, "keep").await.expect(204);
    let row = seen(&owner, &id).await.expect("they are there");
    assert_eq!((&row["last"]["decision"], &row["last"]["note"]), (&json!("keep"), &json!("As before.")));
    assert_eq!(row["last"]["reviewed_by"], own["id"]);
    biller.get("/clients").await.ok();
}

async fn whoever_was_not_looked_at_for_as_long_as_the_practice_has_set_is_due(app: &TestApp) {
    let owner = app.therapist().await;
    let biller = app.beside(&owner, Role::Biller).await;
    let id = id_of(&biller).await;
    let due = async || seen(&owner, &id).await.expect("they are there")["due"].clone();
    assert_eq!(due().await, false);
    let tag = owner.get("/practice").await.etag();
    owner.patch("/practice", Some(&tag), &json!({ "review_months": 1 })).await.ok();
    app.clock.advance(TimeDelta::days(32));
    owner.sign_in().await.ok();
    assert_eq!(due().await, true);
    decide(&owner, &id, "keep").await.expect(204);
    assert_eq!(due().await, false);
}

async fn to_remove_somebody_is_to_deactivate_them(app: &TestApp) {
    let owner = app.therapist().await;
    let biller = app.beside(&owner, Role::Biller).await;
    let id = id_of(&biller).await;
    decide(&owner, &id, "remove").await.expect(204);
    biller.get("/clients").await.refused(401, "unauthenticated");
    assert!(seen(&owner, &id).await.is_none());
    decide(&owner, &id, "keep").await.refused(404, "not_found");
    let select = "SELECT action FROM audit_events WHERE outcome = 'done' AND action IN";
    let events = app.query(&format!("{select} ('access_reviewed', 'person_deactivated') ORDER BY 1")).await;
    assert_eq!(events, ["access_reviewed", "person_deactivated"]);
}

async fn to_remove_somebody_asks_for_the_second_factor_again(app: &TestApp) {
    let owner = app.therapist().await;
    let biller = app.beside(&owner, Role::Biller).await;
    let id = id_of(&biller).await;
    app.clock.advance(TimeDelta::minutes(6));
    decide(&owner, &id, "remove").await.refused(403, "step_up_required");
    biller.get("/me").await.ok();
    decide(&owner, &id, "keep").await.expect(204);
}

async fn nobody_decides_about_themselves_but_an_only_owner(app: &TestApp) {
    let owner = app.therapist().await;
    let id = id_of(&owner).await;
    decide(&owner, &id, "remove").await.refused(409, "last_owner");
    decide(&owner, &id, "keep").await.expect(204);
    let administrator = app.beside(&owner, Role::Administrator).await;
    decide(&administrator, &id_of(&administrator).await, "keep").await.refused(409, "own_role");
    app.beside(&owner, Role::Owner).await;
    decide(&owner, &id, "keep").await.refused(409, "own_role");
}

async fn an_administrator_ends_no_owners_access(app: &TestApp) {
    let owner = app.therapist().await;
    app.beside(&owner, Role::Owner).await;
    let administrator = app.beside(&owner, Role::Administrator).await;
    let id = id_of(&owner).await;
    decide(&administrator, &id, "remove").await.refused(403, "forbidden");
    decide(&administrator, &id, "keep").await.expect(204);
}

async fn the_list_can_be_kept_outside(app: &TestApp) {
    let owner = app.therapist().await;
    app.beside(&owner, Role::Biller).await;
    let invite = json!({ "email": "=cmd@practice.example", "role": "clinician" });
    owner.post("/invitations", &invite).await.created();
    let answer = owner.call(Method::GET, "/access-reviews?format=csv").answer().await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8"));
    let csv = answer.text();
    assert_eq!(csv.lines().count(), 4, "{csv}");
    assert!(csv.contains("\"biller@practice.example\",\"biller\",\"codes.read\""), "{csv}");
    assert!(csv.contains("\"'=cmd@practice.example\",\"clinician\""), "{csv}");
    app.beside(&owner, Role::Clinician)
        .await
        .get("/access-reviews?format=csv")
        .await
        .refused(403, "forbidden");
}
