//! Incidents: what people know of them, and what the software keeps of that.

use chrono::{DateTime, TimeDelta, Utc};
use clock::Clock as _;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answer, Answered as _, Person, TestApp, new_client};

tests::on_both! {
    the_clocks_follow_what_is_known_until_it_can_be_closed,
    it_was_discovered_when_the_first_of_them_knew_and_never_later,
    days_are_those_of_the_practices_time_zone,
    a_decision_that_is_reversed_keeps_its_first_version,
    a_low_probability_is_shown_by_all_four_factors,
    a_decision_and_the_end_ask_for_a_second_factor_shown_a_moment_ago,
    clients_who_are_counted_are_those_one_sees,
    an_incident_is_seen_by_whoever_answers_for_it_and_opened_once,
    what_two_people_add_at_once_is_all_there,
    the_file_of_an_incident_is_for_whoever_answers_for_it_and_recorded,
}

fn incident(app: &TestApp) -> Value {
    json!({ "kind": "wrong_recipient", "severity": "medium", "what": "A letter of Mara Quint went to a neighbour.",
        "happened_at": app.clock.now() - TimeDelta::days(10), "discovered_at": app.clock.now(),
        "acts_as": "covered_entity" })
}

/// A new one; its path.
async fn opened(by: &Person, new: &Value) -> String {
    let incident = by.post("/governance/incidents", new).await.created();
    format!("/governance/incidents/{}", incident["id"].as_str().expect("an id"))
}

async fn add(by: &Person, incident: &str, entry: Value) -> Answer {
    by.post(&format!("{incident}/entries"), &entry).await
}

async fn decide(by: &Person, incident: &str, decision: &str) -> Answer {
    let entry = json!({ "entry": "assessed", "decision": decision, "reasons": "As we see it." });
    add(by, incident, entry).await
}

fn told(app: &TestApp, duty: &str) -> Value {
    json!({ "entry": "told", "duty": duty, "on": app.clock.now().date_naive(), "words": "By first-class mail." })
}

/// Who has to be told, with the last day and whether it is done.
fn duties(incident: &Value) -> Vec<(String, String, bool)> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let duties = incident["duties"].as_array().expect("duties").iter();
    duties.map(|it| (word(&it["duty"]), word(&it["due_on"]), !it["done_on"].is_null())).collect()
}

fn day_after(at: DateTime<Utc>, days: i64) -> String {
    (at + TimeDelta::days(days)).date_naive().to_string()
}

async fn the_clocks_follow_what_is_known_until_it_can_be_closed(app: &TestApp) {
    let owner = app.therapist().await;
    let officer = app.beside(&owner, Role::GovernanceOfficer).await;
    let path = opened(&officer, &incident(app)).await;
    let now = app.clock.now();
    let sixty = day_after(now, 60);
    let first = officer.get(&path).await.ok();
    assert_eq!(first["state"], "open");
    assert_eq!(
        duties(&first),
        [("individuals".into(), sixty.clone(), false), ("hhs_at_once".into(), sixty.clone(), false)],
        "a breach is presumed, and who is not counted is many"
    );
    assert_eq!(first["duties"][1]["assumed"], true);
    let counted = json!({ "entry": "counted", "residents": { "US-CA": 3 } });
    let after = add(&officer, &path, counted).await.ok();
    let kinds: Vec<_> = duties(&after).into_iter().map(|it| it.0).collect();
    assert_eq!(kinds, ["individuals", "hhs_yearly"]);
    let end = json!({ "entry": "closed", "cause": "Two envelopes.", "correction": "One at a time." });
    add(&officer, &path, end.clone()).await.refused(409, "incident_unassessed");
    decide(&officer, &path, "breach").await.ok();
    add(&officer, &path, end.clone()).await.refused(409, "duties_open");
    add(&officer, &path, told(app, "media")).await.refused(422, "validation");
    add(&officer, &path, told(app, "individuals")).await.ok();
    let after = add(&officer, &path, told(app, "hhs_yearly")).await.ok();
    assert!(duties(&after).iter().all(|it| it.2), "{after}");
    // Another one is found: they are told too.
    let more = json!({ "entry": "counted", "residents": { "US-CA": 4 } });
    let after = add(&officer, &path, more).await.ok();
    assert!(duties(&after).iter().all(|it| !it.2), "{after}");
    add(&officer, &path, told(app, "individuals")).await.ok();
    add(&officer, &path, told(app, "hhs_yearly")).await.ok();
    let closed = add(&officer, &path, end.clone()).await.ok();
    assert_eq!((&closed["state"], &closed["closing"]["cause"]), (&json!("closed"), &json!("Two envelopes.")));
    add(&officer, &path, end).await.refused(409, "incident_closed");
    let words = ["counted", "assessed", "told", "told", "counted", "told", "told", "closed"];
    let timeline = officer.get(&path).await.ok()["timeline"].clone();
    let timeline: Vec<_> =
        timeline.as_array().expect("a list").iter().map(|it| it["entry"]["entry"].clone()).collect();
    assert_eq!(timeline, words);
    let trail = app
        .query("SELECT detail FROM audit_events WHERE action = 'incident_continued' AND outcome = 'done' ORDER BY id")
        .await;
    assert_eq!(trail.len(), words.len(), "{trail:?}");
}

async fn it_was_discovered_when_the_first_of_them_knew_and_never_later(app: &TestApp) {
    let owner = app.therapist().await;
    let new = incident(app);
    let now: DateTime<Utc> = new["discovered_at"].as_str().and_then(|it| it.parse().ok()).expect("a time");
    let path = opened(&owner, &new).await;
    let knew = |at: DateTime<Utc>| json!({ "entry": "discovered", "discovered_at": at, "words": "Robin had heard of it." });
    let earlier = now - TimeDelta::days(4);
    let after = add(&owner, &path, knew(earlier)).await.ok();
    assert_eq!(duties(&after)[0].1, day_after(earlier, 60));
    assert_eq!(
        after["opened"]["discovered_at"].as_str().map(str::parse::<DateTime<Utc>>),
        Some(Ok(now)),
        "and it stands"
    );
    for refused in
        [earlier, earlier + TimeDelta::seconds(1), now + TimeDelta::days(1), now - TimeDelta::days(11)]
    {
        add(&owner, &path, knew(refused)).await.refused(422, "validation");
    }
    for wrong in [now + TimeDelta::hours(1), now - TimeDelta::days(11)] {
        let mut new = incident(app);
        new["discovered_at"] = json!(wrong);
        owner.post("/governance/incidents", &new).await.refused(422, "validation");
    }
}

async fn days_are_those_of_the_practices_time_zone(app: &TestApp) {
    let owner = app.therapist().await;
    let mut new = incident(app);
    new["happened_at"] = Value::Null;
    // In Honolulu it was still 9 January.
    new["discovered_at"] = json!("2026-01-10T09:30:00Z");
    let path = opened(&owner, &new).await;
    assert_eq!(owner.get(&path).await.ok()["duties"][0]["due_on"], "2026-03-11");
    let tag = owner.get("/practice").await.etag();
    owner.patch("/practice", Some(&tag), &json!({ "time_zone": "Pacific/Honolulu" })).await.ok();
    let there = owner.get(&path).await.ok();
    assert_eq!(
        (&there["duties"][0]["due_on"], &there["time_zone"]),
        (&json!("2026-03-10"), &json!("Pacific/Honolulu"))
    );
}

async fn a_decision_that_is_reversed_keeps_its_first_version(app: &TestApp) {
    let owner = app.therapist().await;
    let path = opened(&owner, &incident(app)).await;
    let first = decide(&owner, &path, "not_retained").await.ok();
    assert_eq!((&first["state"], duties(&first).len()), (&json!("assessed"), 0));
    let second = decide(&owner, &path, "breach").await.ok();
    assert_eq!((&second["assessment"]["decision"], duties(&second).len()), (&json!("breach"), 2));
    let decisions: Vec<_> =
        second["timeline"].as_array().expect("a list").iter().map(|it| &it["entry"]["decision"]).collect();
    assert_eq!(decisions, ["not_retained", "breach"]);
}

async fn a_low_probability_is_shown_by_all_four_factors(app: &TestApp) {
    let owner = app.therapist().await;
    let path = opened(&owner, &incident(app)).await;
    let all = ["nature_and_extent", "recipient", "acquired_or_viewed", "mitigation"];
    let assessed = |factors: &[&str]| {
        let factors: Vec<_> = factors
            .iter()
            .map(|it| json!({ "factor": it, "finding": "Unopened.", "rating": "low" }))
            .collect();
        json!({ "entry": "assessed", "decision": "low_probability", "reasons": "It came back.", "factors": factors })
    };
    for too_few in [&all[..0], &all[..3], &[all[0], all[1], all[2], all[2]]] {
        add(&owner, &path, assessed(too_few)).await.refused(422, "validation");
    }
    assert_eq!(duties(&add(&owner, &path, assessed(&all)).await.ok()), []);
}

async fn a_decision_and_the_end_ask_for_a_second_factor_shown_a_moment_ago(app: &TestApp) {
    let owner = app.therapist().await;
    let path = opened(&owner, &incident(app)).await;
    app.clock.advance(TimeDelta::minutes(6));
    decide(&owner, &path, "secured").await.refused(403, "step_up_required");
    add(&owner, &path, json!({ "entry": "noted", "words": "The neighbour called." })).await.ok();
    assert_eq!(app.count("incident_entries").await, 1, "nothing of the refused one is kept");
    owner.sign_in().await.ok();
    decide(&owner, &path, "secured").await.ok();
    app.clock.advance(TimeDelta::minutes(6));
    let end = json!({ "entry": "closed", "cause": "A lost laptop.", "correction": "It was encrypted." });
    add(&owner, &path, end.clone()).await.refused(403, "step_up_required");
    owner.sign_in().await.ok();
    add(&owner, &path, end).await.ok();
}

async fn clients_who_are_counted_are_those_one_sees(app: &TestApp) {
    let owner = app.therapist().await;
    let officer = app.beside(&owner, Role::GovernanceOfficer).await;
    let client = new_client(&owner).await;
    let path = opened(&officer, &incident(app)).await;
    let counted =
        |count: u32| json!({ "entry": "counted", "residents": { "US-CA": count }, "clients": [client] });
    add(&officer, &path, counted(1)).await.refused(404, "not_found");
    add(&owner, &path, counted(0)).await.refused(422, "validation");
    assert_eq!(add(&owner, &path, counted(1)).await.ok()["counted"]["clients"], json!([client]));
    if let Some(stranger) = app.stranger_from_another_practice().await {
        let own = opened(&stranger, &incident(app)).await;
        add(&stranger, &own, counted(1)).await.refused(404, "not_found");
        add(&stranger, &path, json!({ "entry": "noted", "words": "X" })).await.refused(404, "not_found");
    }
}

async fn an_incident_is_seen_by_whoever_answers_for_it_and_opened_once(app: &TestApp) {
    let owner = app.therapist().await;
    let new = incident(app);
    let twice = async || {
        let request =
            owner.call(reqwest::Method::POST, "/governance/incidents").header("idempotency-key", "once");
        request.json(&new).answer().await.created()["id"].clone()
    };
    assert_eq!(twice().await, twice().await);
    assert_eq!(app.count("incidents").await, 1);
    for role in [Role::Clinician, Role::Administrator, Role::Auditor] {
        let other = app.beside(&owner, role).await;
        other.get("/governance/incidents").await.refused(403, "forbidden");
    }
    let rows = app.query("SELECT opened FROM incidents").await;
    assert!(!format!("{rows:?}").contains("Quint"), "what happened names people, and is sealed");
}

async fn what_two_people_add_at_once_is_all_there(app: &TestApp) {
    let owner = app.therapist().await;
    let officer = app.beside(&owner, Role::GovernanceOfficer).await;
    let path = opened(&owner, &incident(app)).await;
    let note = |words: &str| json!({ "entry": "noted", "words": words });
    for _ in 0..5 {
        let (one, other) = tokio::join!(add(&owner, &path, note("a")), add(&officer, &path, note("b")));
        one.ok();
        other.ok();
    }
    let timeline = owner.get(&path).await.ok()["timeline"].clone();
    assert_eq!(timeline.as_array().map(Vec::len), Some(10));
}

async fn the_file_of_an_incident_is_for_whoever_answers_for_it_and_recorded(app: &TestApp) {
    let owner = app.therapist().await;
    let path = format!("{}/file", opened(&owner, &incident(app)).await);
    let file = owner.get(&path).await;
    assert_eq!((file.status, file.header("content-type")), (200, "application/pdf"), "{}", file.text());
    assert!(file.body.starts_with(b"%PDF-"));
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"incident-"));
    app.beside(&owner, Role::Auditor).await.get(&path).await.refused(403, "forbidden");
    app.clock.advance(TimeDelta::minutes(6));
    owner.get(&path).await.refused(403, "step_up_required");
    let trail = app
        .query("SELECT purpose FROM audit_events WHERE action = 'incident_exported' AND outcome = 'done'")
        .await;
    assert_eq!(trail.len(), 1, "{trail:?}");
}
