//! The weekly review of what people did: what is found, once, and who decides about it.

use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answer, Person, TestApp, new_client};

tests::on_both! {
    a_week_is_looked_at_once_when_it_is_over,
    somebody_else_decides_and_once,
    a_family_name_that_was_fine_is_not_asked_about_again,
    many_charts_and_many_refusals_in_an_hour_are_found,
}

/// Lets so many days pass, and does what the worker does every ten minutes.
async fn pass(app: &TestApp, days: i64) {
    app.clock.advance(TimeDelta::days(days));
    api::work::keep_up(&app.app).await.expect("the upkeep");
}

async fn found(by: &Person, kind: &str) -> Vec<Value> {
    let page = by.get("/activity-findings?limit=200").await.ok();
    let items = page["items"].as_array().expect("a list").iter();
    items.filter(|it| it["kind"] == kind).cloned().collect()
}

async fn client(by: &Person, given: &str, family: &str) -> String {
    let form = json!({ "given_name": given, "family_name": family });
    let id = by.post("/clients", &form).await.created()["id"].clone();
    id.as_str().expect("an id").to_owned()
}

async fn decide(by: &Person, finding: &Value, decision: &str) -> Answer {
    let path = format!("/activity-findings/{}/decision", finding["id"].as_str().expect("an id"));
    by.post(&path, &json!({ "decision": decision, "note": "They told me before." })).await
}

async fn a_week_is_looked_at_once_when_it_is_over(app: &TestApp) {
    let owner = app.therapist().await;
    let own = client(&owner, "vera", "WINTER").await;
    owner.get(&format!("/clients/{own}")).await.ok();
    api::work::keep_up(&app.app).await.expect("the upkeep");
    assert_eq!(found(&owner, "own_chart").await.len(), 0, "the week goes on");
    for days in [8, 0, 7] {
        pass(app, days).await;
        owner.sign_in().await.ok();
        let found = found(&owner, "own_chart").await;
        assert_eq!(found.len(), 1, "{days}: {found:?}");
        assert_eq!((&found[0]["client_id"], &found[0]["times"]), (&json!(own), &json!(2)));
        assert_eq!((&found[0]["user_name"], &found[0]["decision"]), (&json!("Vera Winter"), &Value::Null));
    }
    assert!(app.count("activity_weeks").await >= 2);
    // Who the client is stands nowhere to be read.
    let readable = match app.backend {
        tests::Backend::Sqlite => "hex(client)",
        tests::Backend::Postgres => "encode(client, 'hex')",
    };
    let kept =
        app.query(&format!("SELECT lower({readable}) FROM activity_findings WHERE client IS NOT NULL")).await;
    let plain = own.replace('-', "");
    assert!(kept.iter().all(|it| !it.contains(&plain) && !it.contains(&hex::encode(&own))), "{kept:?}");
}

async fn somebody_else_decides_and_once(app: &TestApp) {
    let owner = app.therapist().await;
    let administrator = app.beside(&owner, Role::Administrator).await;
    let auditor = app.auditor_beside(&owner).await;
    let own = client(&owner, "Vera", "Winter").await;
    owner.get(&format!("/clients/{own}")).await.ok();
    pass(app, 8).await;
    for person in [&owner, &administrator, &auditor] {
        person.sign_in().await.ok();
    }
    let one = found(&auditor, "own_chart").await.remove(0);
    decide(&auditor, &one, "fine").await.refused(403, "forbidden");
    decide(&owner, &one, "fine").await.refused(403, "own_finding");
    decide(&administrator, &one, "maybe").await.refused(400, "invalid_request");
    decide(&administrator, &one, "needs_explanation").await.expect(204);
    decide(&administrator, &one, "fine").await.refused(409, "conflict");
    let one = found(&auditor, "own_chart").await.remove(0);
    assert_eq!(
        (&one["decision"], &one["note"]),
        (&json!("needs_explanation"), &json!("They told me before."))
    );
    assert!(one["decided_by"].is_string() && one["decided_at"].is_string());
}

async fn a_family_name_that_was_fine_is_not_asked_about_again(app: &TestApp) {
    let owner = app.therapist().await;
    let administrator = app.beside(&owner, Role::Administrator).await;
    let (cousin, other) = (client(&owner, "Jon", "Winter").await, client(&owner, "Ina", "Winter").await);
    for (week, expected) in [(1, 2), (2, 3)] {
        owner.get(&format!("/clients/{cousin}")).await.ok();
        owner.get(&format!("/clients/{other}")).await.ok();
        pass(app, 7).await;
        owner.sign_in().await.ok();
        administrator.sign_in().await.ok();
        let found = found(&administrator, "same_surname").await;
        assert_eq!(found.len(), expected, "{week}: {found:?}");
        if week == 1 {
            let fine = found.iter().find(|it| it["client_id"] == cousin.as_str()).expect("the cousin");
            decide(&administrator, fine, "fine").await.expect(204);
        }
    }
}

async fn many_charts_and_many_refusals_in_an_hour_are_found(app: &TestApp) {
    let owner = app.therapist().await;
    let clinician = app.colleague_of(&owner).await;
    for _ in 0..17 {
        let client = new_client(&clinician).await;
        clinician.get(&format!("/clients/{client}")).await.ok();
        clinician.get("/audit/events").await.refused(403, "forbidden");
    }
    pass(app, 8).await;
    owner.sign_in().await.ok();
    // An hour may have ended in between.
    let many = found(&owner, "bulk_reading").await;
    let refused = found(&owner, "refused_streak").await;
    let times = |found: &[Value]| found.iter().map(|it| it["times"].as_u64().expect("a number")).max();
    assert!(times(&many).is_none_or(|times| times <= 17) && times(&refused).is_none_or(|times| times <= 17));
    assert!(many.len() + refused.len() >= 1, "{many:?} {refused:?}");
}
