//! Requests for a client's records: their clock, their answer, and who is reminded.

use chrono::{NaiveDate, TimeDelta};
use clock::Clock as _;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answer, Person, TestApp, new_client};

tests::on_both! {
    a_request_is_due_in_thirty_days_and_the_first_due_stands_first,
    it_is_extended_once_and_only_if_they_were_told_in_time,
    what_was_answered_stays,
    of_two_answers_at_once_one_counts,
    fulfilling_asks_for_a_second_factor_and_keeps_nothing_without,
    what_cannot_be_kept_is_refused,
    who_does_not_see_the_client_sees_no_request,
    whoever_answers_for_privacy_is_told_and_nothing_about_the_client,
    each_step_is_told_once_and_a_longer_time_anew,
}

/// The day on the server's clock, and days from there.
pub fn day(app: &TestApp, from_now: i64) -> NaiveDate {
    app.clock.now().date_naive() + TimeDelta::days(from_now)
}

async fn ask(by: &Person, client: &str, on: NaiveDate) -> Answer {
    let new = json!({ "asker": "client", "received_on": on, "form": "pdf" });
    by.post(&format!("/clients/{client}/record-requests"), &new).await
}

/// A new one; its path.
async fn asked(by: &Person, client: &str, on: NaiveDate) -> String {
    let request = ask(by, client, on).await.created();
    format!("/record-requests/{}", request["id"].as_str().expect("an id"))
}

async fn extend(by: &Person, request: &str, told_on: NaiveDate) -> Answer {
    let given = json!({ "reason": "The chart is in the archive.", "told_on": told_on });
    by.post(&format!("{request}/extend"), &given).await
}

async fn deny(by: &Person, request: &str, told_on: NaiveDate) -> Answer {
    let given = json!({ "ground": "endangerment", "told_on": told_on,
        "words": "It would endanger your life. You may have this reviewed." });
    by.post(&format!("{request}/deny"), &given).await
}

async fn fulfil(by: &Person, request: &str) -> Answer {
    by.post(&format!("{request}/fulfil"), &json!({ "words": "Given to them in person." })).await
}

async fn a_request_is_due_in_thirty_days_and_the_first_due_stands_first(app: &TestApp) {
    let owner = app.therapist().await;
    let (client, other) = (new_client(&owner).await, new_client(&owner).await);
    for (client, days_ago) in [(&client, 3), (&other, 40), (&client, 10)] {
        ask(&owner, client, day(app, -days_ago)).await.created();
    }
    let listed = owner.get("/record-requests").await.ok();
    let left: Vec<_> =
        listed["items"].as_array().expect("a list").iter().map(|one| one["days_left"].clone()).collect();
    assert_eq!(left, [json!(-10), json!(20), json!(27)], "the overdue one first");
    assert_eq!(listed["items"][1]["due_on"], json!(day(app, 20)));
    assert_eq!(listed["items"][0]["client_name"], "Mara Quint");
    // The same, one by one.
    let mut cursor = String::new();
    for days_left in left {
        let page = owner.get(&format!("/record-requests?limit=1{cursor}")).await.ok();
        assert_eq!(page["items"][0]["days_left"], days_left);
        cursor = page["next_cursor"].as_str().map(|id| format!("&cursor={id}")).unwrap_or_default();
    }
    assert_eq!(cursor, "");
    let own = owner.get(&format!("/record-requests?client_id={client}")).await.ok();
    assert_eq!(own["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(owner.get("/record-requests?settled=true").await.ok()["items"], json!([]));
}

async fn it_is_extended_once_and_only_if_they_were_told_in_time(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let request = asked(&owner, &client, day(app, -20)).await;
    let extended = extend(&owner, &request, day(app, 0)).await.ok();
    assert_eq!((&extended["due_on"], &extended["days_left"]), (&json!(day(app, 40)), &json!(40)));
    assert_eq!(extended["extension"]["reason"], "The chart is in the archive.");
    extend(&owner, &request, day(app, 0)).await.refused(409, "request_extended");
    let late = asked(&owner, &client, day(app, -31)).await;
    extend(&owner, &late, day(app, 0)).await.refused(422, "validation");
    // They were told on the last day, and it is written down a day later.
    extend(&owner, &late, day(app, -1)).await.ok();
}

async fn what_was_answered_stays(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let today = day(app, 0);
    let [fulfilled, denied, withdrawn] = [
        asked(&owner, &client, today).await,
        asked(&owner, &client, today).await,
        asked(&owner, &client, today).await,
    ];
    assert_eq!(fulfil(&owner, &fulfilled).await.ok()["handed_over"], "Given to them in person.");
    let denial = deny(&owner, &denied, today).await.ok()["denial"].clone();
    assert_eq!((&denial["ground"], &denial["reviewable"]), (&json!("endangerment"), &json!(true)));
    owner.post_nothing(&format!("{withdrawn}/withdraw")).await.ok();
    for request in [&fulfilled, &denied, &withdrawn] {
        fulfil(&owner, request).await.refused(409, "request_settled");
        deny(&owner, request, today).await.refused(409, "request_settled");
        extend(&owner, request, today).await.refused(409, "request_settled");
        owner.post_nothing(&format!("{request}/withdraw")).await.refused(409, "request_settled");
    }
    assert_eq!(owner.get("/record-requests").await.ok()["items"], json!([]));
    let settled = owner.get("/record-requests?settled=true").await.ok();
    let states: Vec<_> =
        settled["items"].as_array().expect("a list").iter().map(|one| one["state"].clone()).collect();
    assert_eq!(states, [json!("withdrawn"), json!("denied"), json!("fulfilled")]);
    assert!(settled["items"].as_array().is_some_and(|all| all.iter().all(|one| one["days_left"].is_null())));
}

async fn of_two_answers_at_once_one_counts(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    for _ in 0..5 {
        let request = asked(&owner, &client, day(app, 0)).await;
        let (one, other) = tokio::join!(fulfil(&owner, &request), deny(&owner, &request, day(app, 0)));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", one.text(), other.text());
    }
}

async fn fulfilling_asks_for_a_second_factor_and_keeps_nothing_without(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let request = asked(&owner, &client, day(app, 0)).await;
    app.clock.advance(TimeDelta::minutes(6));
    fulfil(&owner, &request).await.refused(403, "step_up_required");
    assert_eq!(owner.get("/record-requests").await.ok()["items"][0]["state"], "received");
    owner.sign_in().await.ok();
    fulfil(&owner, &request).await.ok();
}

async fn what_cannot_be_kept_is_refused(app: &TestApp) {
    let owner = app.therapist().await;
    let path = format!("/clients/{}/record-requests", new_client(&owner).await);
    let new = |change: Value| {
        let mut new = json!({ "asker": "client", "received_on": day(app, 0), "form": "pdf" });
        let fields = change.as_object().expect("fields").clone();
        new.as_object_mut().expect("fields").extend(fields);
        new
    };
    for (field, change) in [
        ("received_on", json!({ "received_on": day(app, 2) })),
        ("asker_words", json!({ "asker": "third_party" })),
        ("asker_words", json!({ "asker_words": "x".repeat(1_001) })),
        ("to", json!({ "from": "2026-02-01", "to": "2026-01-31" })),
    ] {
        let refused = owner.post(&path, &new(change)).await.refused(422, "validation");
        assert_eq!(refused["errors"][0]["field"], field);
    }
    // East of the server it may be tomorrow already.
    owner.post(&path, &new(json!({ "received_on": day(app, 1) }))).await.created();
    let request = asked(&owner, &new_client(&owner).await, day(app, 0)).await;
    let no_words = json!({ "ground": "endangerment", "told_on": day(app, 0), "words": " " });
    owner.post(&format!("{request}/deny"), &no_words).await.refused(422, "validation");
    let no_ground = json!({ "ground": "because", "told_on": day(app, 0), "words": "No." });
    owner.post(&format!("{request}/deny"), &no_ground).await.refused(400, "invalid_request");
}

async fn who_does_not_see_the_client_sees_no_request(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let request = asked(&owner, &client, day(app, 0)).await;
    let clinician = app.beside(&owner, Role::Clinician).await;
    assert_eq!(clinician.get("/record-requests").await.ok()["items"], json!([]));
    ask(&clinician, &client, day(app, 0)).await.refused(404, "not_found");
    fulfil(&clinician, &request).await.refused(404, "not_found");
    tests::share(&owner, &client, &clinician).await;
    assert_eq!(clinician.get("/record-requests").await.ok()["items"].as_array().map(Vec::len), Some(1));
    for role in [Role::Intern, Role::FrontDesk, Role::Biller, Role::Auditor] {
        let person = app.beside(&owner, role).await;
        person.get("/record-requests").await.refused(403, "forbidden");
        ask(&person, &client, day(app, 0)).await.refused(403, "forbidden");
    }
}

async fn recorded(app: &TestApp) -> usize {
    app.query("SELECT action FROM audit_events WHERE action = 'record_request_reminded'").await.len()
}

/// Days pass, and the upkeep goes on in two processes.
pub async fn pass(app: &TestApp, days: i64) {
    app.clock.advance(TimeDelta::days(days));
    let (one, other) = tokio::join!(api::work::keep_up(&app.app), api::work::keep_up(&app.app));
    one.and(other).expect("the upkeep");
}

async fn whoever_answers_for_privacy_is_told_and_nothing_about_the_client(app: &TestApp) {
    const CONTACT: &str = "privacy@practice.example";
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    // Nobody is named yet: the owner is told.
    let first = asked(&owner, &client, day(app, -23)).await;
    pass(app, 0).await;
    let tag = owner.get("/practice").await.etag();
    owner.patch("/practice", Some(&tag), &json!({ "privacy_contact": CONTACT })).await.ok();
    let second = asked(&owner, &client, day(app, -29)).await;
    let third = asked(&owner, &client, day(app, -31)).await;
    pass(app, 0).await;
    assert_eq!(recorded(app).await, 3);
    for (to, subject, request, days_left) in [
        (owner.email.as_str(), "due in a week", &first, 7),
        (CONTACT, "due in a day", &second, 1),
        (CONTACT, "overdue", &third, -1),
    ] {
        let mut passed = 0;
        // The end of the audit trail is mailed there too.
        let mail = loop {
            let mail = app.postbox.mail_to(to, passed).await;
            if mail.header("Subject").is_some_and(|it| it.contains(subject)) {
                break mail.text();
            }
            passed += 1;
        };
        assert!(mail.contains(&day(app, days_left).format("%-d %B %Y").to_string()), "{mail}");
        assert!(mail.contains("/requests"), "{mail}");
        for about in ["Mara", "Quint", client.as_str(), request.trim_start_matches("/record-requests/")] {
            assert!(!mail.contains(about), "{mail}");
        }
    }
}

async fn each_step_is_told_once_and_a_longer_time_anew(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    asked(&owner, &client, day(app, 0)).await;
    let withdrawn = asked(&owner, &client, day(app, 0)).await;
    owner.post_nothing(&format!("{withdrawn}/withdraw")).await.ok();
    // A week before, a day before, and when it is over; each once, however often one looks.
    for (days, told) in [(22, 0), (1, 1), (3, 1), (3, 2), (1, 2), (1, 3), (30, 3)] {
        pass(app, days).await;
        assert_eq!(recorded(app).await, told, "after {days} days more");
    }
    owner.sign_in().await.ok();
    let late = asked(&owner, &client, day(app, -25)).await;
    pass(app, 0).await;
    assert_eq!(recorded(app).await, 4);
    extend(&owner, &late, day(app, 0)).await.ok();
    pass(app, 0).await;
    assert_eq!(recorded(app).await, 4);
    pass(app, 28).await;
    assert_eq!(recorded(app).await, 5);
}
