//! The register of disclosures: what is written down, how it is corrected, and what a client is told of it.

use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answer, Answered as _, Person, TestApp, new_client};

use crate::record_requests::day;

tests::on_both! {
    the_register_holds_what_was_disclosed_and_the_last_stands_first,
    what_cannot_be_kept_is_refused,
    an_entry_is_corrected_by_another_and_never_changed,
    of_two_corrections_at_once_one_counts,
    an_accounting_holds_six_years_and_what_counts,
    what_an_agency_suspends_is_in_no_accounting_until_the_day_is_over,
    it_says_when_the_last_accounting_was_made,
    an_accounting_asks_for_a_second_factor,
    who_does_not_see_the_client_sees_no_register,
    sent_twice_it_is_written_down_once,
}

fn path(client: &str) -> String {
    format!("/clients/{client}/disclosures")
}

/// An entry with some fields of one's own.
fn entry(app: &TestApp, change: Value) -> Value {
    let mut new = json!({ "disclosed_on": day(app, -3), "recipient": "County court", "address": "1 Harbour Street",
        "what": "The dates of sessions.", "purpose": "court", "words": "Subpoena 12/2026." });
    let fields = change.as_object().expect("fields").clone();
    new.as_object_mut().expect("fields").extend(fields);
    new
}

/// A new one; its id.
async fn recorded(app: &TestApp, by: &Person, client: &str, change: Value) -> String {
    let made = by.post(&path(client), &entry(app, change)).await.created();
    made["id"].as_str().expect("an id").to_owned()
}

async fn correct(by: &Person, id: &str, instead: Value) -> Answer {
    by.post(&format!("/disclosures/{id}/correct"), &json!({ "instead": instead })).await
}

async fn register(by: &Person, client: &str) -> Vec<Value> {
    by.get(&path(client)).await.ok()["items"].as_array().expect("a list").clone()
}

async fn accounting(by: &Person, client: &str, query: &str) -> Answer {
    by.get(&format!("{}/accounting?format=text{query}", path(client))).await
}

async fn told(by: &Person, client: &str, query: &str) -> String {
    let answer = accounting(by, client, query).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.text()
}

async fn the_register_holds_what_was_disclosed_and_the_last_stands_first(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    for (days_ago, to) in [(3, "Of the third"), (40, "Of the fortieth"), (10, "Of the tenth")] {
        let change = json!({ "disclosed_on": day(app, -days_ago), "recipient": to });
        recorded(app, &owner, &client, change).await;
    }
    let several = json!({ "disclosed_on": day(app, -60), "recipient": "Several", "frequency": "weekly",
        "last_on": day(app, -20) });
    recorded(app, &owner, &client, several).await;
    recorded(app, &owner, &new_client(&owner).await, json!({ "recipient": "About somebody else" })).await;
    let recipients = |items: &[Value]| items.iter().map(|it| it["recipient"].clone()).collect::<Vec<_>>();
    let all = register(&owner, &client).await;
    assert_eq!(recipients(&all), ["Of the third", "Of the tenth", "Of the fortieth", "Several"]);
    assert_eq!((&all[3]["frequency"], &all[3]["last_on"]), (&json!("weekly"), &json!(day(app, -20))));
    assert_eq!((&all[0]["frequency"], &all[0]["last_on"]), (&Value::Null, &Value::Null));
    // The same, one by one.
    let (mut cursor, mut seen) = (String::new(), Vec::new());
    loop {
        let page = owner.get(&format!("{}?limit=1{cursor}", path(&client))).await.ok();
        seen.push(page["items"][0].clone());
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, all);
    // What went on into the span is in it.
    let span = format!("{}?from={}&to={}", path(&client), day(app, -30), day(app, -9));
    let within = owner.get(&span).await.ok()["items"].as_array().expect("a list").clone();
    assert_eq!(recipients(&within), ["Of the tenth", "Several"]);
}

async fn what_cannot_be_kept_is_refused(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    for (field, change) in [
        ("disclosed_on", json!({ "disclosed_on": day(app, 2) })),
        ("recipient", json!({ "recipient": " " })),
        ("recipient", json!({ "recipient": "x".repeat(501) })),
        ("what", json!({ "what": "x".repeat(1_001) })),
        ("words", json!({ "purpose": "other", "words": null })),
        ("last_on", json!({ "frequency": "weekly" })),
        ("frequency", json!({ "last_on": day(app, 0) })),
        ("last_on", json!({ "frequency": "weekly", "last_on": day(app, -4) })),
        // Only an agency of oversight or law enforcement can ask for it.
        ("suspended_until", json!({ "suspended_until": day(app, 9), "suspended_words": "The judge." })),
        ("suspended_words", json!({ "suspended_until": day(app, 9), "purpose": "law_enforcement" })),
        ("suspended_until", json!({ "suspended_words": "Detective Lund.", "purpose": "law_enforcement" })),
    ] {
        let refused = owner.post(&path(&client), &entry(app, change)).await.refused(422, "validation");
        assert_eq!(refused["errors"][0]["field"], field, "{refused}");
    }
    let treatment = entry(app, json!({ "purpose": "treatment" }));
    owner.post(&path(&client), &treatment).await.refused(400, "invalid_request");
    owner.get(&format!("{}/accounting?format=fhir", path(&client))).await.expect(400);
    assert!(register(&owner, &client).await.is_empty());
}

async fn an_entry_is_corrected_by_another_and_never_changed(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let first = recorded(app, &owner, &client, json!({ "recipient": "Couny court" })).await;
    let before = register(&owner, &client).await;
    let second = correct(&owner, &first, entry(app, json!({}))).await.created();
    assert_eq!((&second["corrects"], &second["struck"]), (&json!(first), &json!(false)));
    let after = register(&owner, &client).await;
    assert_eq!(after.len(), 2);
    let mut kept = after.iter().find(|it| it["id"] == json!(first)).expect("it stays").clone();
    assert_eq!(kept["corrected_by"], second["id"]);
    kept["corrected_by"] = Value::Null;
    assert_eq!(kept, before[0]);
    correct(&owner, &first, entry(app, json!({}))).await.refused(409, "entry_corrected");
    let text = told(&owner, &client, "").await;
    assert!(text.contains("County court") && !text.contains("Couny court"), "{text}");
    // There was no such disclosure: what was said stays to be read in the register.
    let second = second["id"].as_str().expect("an id").to_owned();
    let struck = correct(&owner, &second, Value::Null).await.created();
    assert_eq!((&struck["struck"], &struck["recipient"]), (&json!(true), &json!("County court")));
    let text = told(&owner, &client, "").await;
    assert!(!text.contains("court") && text.contains("nothing was disclosed"), "{text}");
    assert_eq!(register(&owner, &client).await.len(), 3);
    // Struck by mistake, it is put right as everything is.
    let again = struck["id"].as_str().expect("an id");
    correct(&owner, again, entry(app, json!({ "recipient": "The county court" }))).await.created();
    assert!(told(&owner, &client, "").await.contains("The county court"));
    let events = "SELECT action FROM audit_events WHERE action LIKE 'disclosure%' AND outcome = 'done'";
    let events = app.query(events).await;
    let times = |action: &str| events.iter().filter(|it| *it == action).count();
    assert_eq!((times("disclosure_recorded"), times("disclosure_corrected")), (1, 3));
    assert_eq!(times("disclosures_accounted"), 3);
}

async fn of_two_corrections_at_once_one_counts(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    for _ in 0..5 {
        let id = recorded(app, &owner, &client, json!({})).await;
        let (one, other) =
            tokio::join!(correct(&owner, &id, entry(app, json!({}))), correct(&owner, &id, Value::Null));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{} {}", one.text(), other.text());
    }
    assert_eq!(register(&owner, &client).await.len(), 10);
}

async fn an_accounting_holds_six_years_and_what_counts(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let six_years = 6 * 365 + 3;
    for (days_ago, to) in
        [(six_years, "Too long ago"), (six_years - 10, "Within six years"), (1, "Yesterday")]
    {
        let change = json!({ "disclosed_on": day(app, -days_ago), "recipient": to });
        recorded(app, &owner, &client, change).await;
    }
    let since = json!({ "disclosed_on": day(app, -six_years), "recipient": "Since long ago", "frequency": "monthly",
        "last_on": day(app, -100) });
    recorded(app, &owner, &client, since).await;
    recorded(app, &owner, &new_client(&owner).await, json!({ "recipient": "About somebody else" })).await;
    let text = told(&owner, &client, "").await;
    assert!(
        text.contains("Accounting of disclosures about Mara Quint") && text.contains("164.528"),
        "{text}"
    );
    let places: Vec<_> =
        ["Since long ago", "monthly, the last on", "Within six years", "Yesterday", "1 Harbour Street"]
            .map(|it| text.find(it).unwrap_or_else(|| panic!("{it} is missing in {text}")))
            .into();
    assert!(places[..4].is_sorted(), "in the order of time: {text}");
    assert!(
        text.contains("The dates of sessions.")
            && text.contains("164.512(e)")
            && text.contains("Subpoena 12/2026.")
    );
    for other in ["Too long ago", "About somebody else"] {
        assert!(!text.contains(other), "{other} is in {text}");
    }
    let narrow = told(&owner, &client, &format!("&from={}&to={}", day(app, -200), day(app, -50))).await;
    assert!(narrow.contains("Since long ago") && !narrow.contains("Yesterday"), "{narrow}");
    let pdf = owner.get(&format!("{}/accounting", path(&client))).await;
    assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));
    assert!(pdf.body.starts_with(b"%PDF-"));
    assert!(pdf.header("content-disposition").starts_with("attachment; filename=\"accounting-"));
}

async fn what_an_agency_suspends_is_in_no_accounting_until_the_day_is_over(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let suspended = json!({ "recipient": "The police", "purpose": "law_enforcement", "suspended_until": day(app, 2),
        "suspended_words": "Detective Lund, in writing." });
    let id = recorded(app, &owner, &client, suspended.clone()).await;
    recorded(app, &owner, &client, json!({})).await;
    assert_eq!(register(&owner, &client).await.len(), 2, "the register shows it");
    for (days, is_told) in [(0, false), (2, false), (1, true)] {
        app.clock.advance(TimeDelta::days(days));
        owner.sign_in().await.ok();
        let text = told(&owner, &client, "").await;
        assert_eq!(text.contains("The police"), is_told, "{days} days later: {text}");
        assert!(text.contains("County court"));
        assert!(!text.contains("Lund"), "why it was left out is theirs: {text}");
    }
    // It goes on for longer, or begins later: by a correction.
    let mut longer = entry(app, suspended);
    longer["suspended_until"] = json!(day(app, 30));
    correct(&owner, &id, longer).await.created();
    assert!(!told(&owner, &client, "").await.contains("The police"));
}

async fn it_says_when_the_last_accounting_was_made(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let last = async |client: &str| owner.get(&path(client)).await.ok()["last_accounting_at"].clone();
    assert_eq!(last(&client).await, Value::Null);
    told(&owner, &client, "").await;
    let first = last(&client).await;
    assert!(first.as_str().is_some_and(|at| at.starts_with(&day(app, 0).to_string())), "{first}");
    assert_eq!(last(&new_client(&owner).await).await, Value::Null, "of each client by itself");
    // One that was refused was not made.
    app.clock.advance(TimeDelta::days(3));
    owner.get(&path(&client)).await;
    owner.sign_in().await.ok();
    app.clock.advance(TimeDelta::minutes(6));
    accounting(&owner, &client, "").await.refused(403, "step_up_required");
    assert_eq!(last(&client).await, first);
}

async fn an_accounting_asks_for_a_second_factor(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    recorded(app, &owner, &client, json!({})).await;
    app.clock.advance(TimeDelta::minutes(6));
    accounting(&owner, &client, "").await.refused(403, "step_up_required");
    register(&owner, &client).await;
    owner.sign_in().await.ok();
    told(&owner, &client, "").await;
}

async fn who_does_not_see_the_client_sees_no_register(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let id = recorded(app, &owner, &client, json!({})).await;
    let clinician = app.beside(&owner, Role::Clinician).await;
    clinician.enrol(clock::Clock::now(app.clock.as_ref())).await;
    clinician.get(&path(&client)).await.refused(404, "not_found");
    clinician.post(&path(&client), &entry(app, json!({}))).await.refused(404, "not_found");
    correct(&clinician, &id, Value::Null).await.refused(404, "not_found");
    accounting(&clinician, &client, "").await.refused(404, "not_found");
    tests::share(&owner, &client, &clinician).await;
    assert_eq!(register(&clinician, &client).await.len(), 1);
    for role in [Role::Intern, Role::FrontDesk, Role::Biller, Role::Auditor] {
        let person = app.beside(&owner, role).await;
        person.get(&path(&client)).await.refused(403, "forbidden");
        correct(&person, &id, Value::Null).await.refused(403, "forbidden");
        accounting(&person, &client, "").await.refused(403, "forbidden");
    }
}

async fn sent_twice_it_is_written_down_once(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let send = async || {
        let call = owner.call(reqwest::Method::POST, &path(&client)).header("idempotency-key", "one");
        call.json(&entry(app, json!({}))).answer().await.created()["id"].clone()
    };
    assert_eq!(send().await, send().await);
    assert_eq!(register(&owner, &client).await.len(), 1);
}
