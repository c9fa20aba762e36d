//! Charts over many years: each goes when its time is over, and not before.

use chrono::{Days, Months, NaiveDate};
use serde_json::{Value, json};
use shared::{
    client_deletions::ClientDeletionStatement,
    retention::{KEPT_DAYS, PROPOSAL_DAYS, RULE_WAITING_DAYS},
};
use tests::{Answer, Answered as _, Person, TestApp};

use crate::{
    deletions::signed,
    legal_holds::{hold, release},
    retention,
};

tests::on_both! {
    charts_go_when_their_years_are_over_and_not_before,
    a_client_who_comes_back_keeps_the_chart,
    a_rule_that_removes_more_waits_and_can_be_withdrawn,
    a_rule_says_whether_it_is_shorter_than_what_is_asked_for,
    the_command_says_what_is_due,
}

fn today(app: &TestApp) -> NaiveDate {
    clock::Clock::now(app.clock.as_ref()).date_naive()
}

/// A client with a session, born so many years ago; the client's path.
async fn seen(app: &TestApp, by: &Person, name: &str, age: Option<u32>) -> String {
    let born = age.map(|age| today(app) - Months::new(age * 12));
    let form = json!({ "given_name": name, "family_name": "Quint", "date_of_birth": born });
    let client = by.post("/clients", &form).await.created();
    let path = format!("/clients/{}", client["id"].as_str().expect("an id"));
    session(by, &path).await;
    path
}

async fn session(by: &Person, client: &str) {
    let id = client.trim_start_matches("/clients/");
    let form = json!({ "client_ids": [id], "modality": "individual", "setting": "video" });
    by.post("/encounters", &form).await.created();
}

fn rule(years: i32, minor_years: i32) -> Value {
    json!({ "years": years, "minors": { "age_of_majority": 18, "years": minor_years } })
}

async fn decide(by: &Person, rule: &Value) -> Answer {
    by.put("/retention/chart-rule", &json!({ "rule": rule })).await
}

/// So many days pass, and the upkeep that goes on all the time, in two processes at once. Ten codes last for ten sign-ins.
async fn pass(app: &TestApp, by: &Person, days: i64) {
    retention::pass(app, by, days).await;
    by.keep_codes(&by.post_nothing("/me/second-factors/recovery-codes").await);
}

/// Until a day, in steps as a server lives through them.
async fn until(app: &TestApp, by: &Person, day: NaiveDate) {
    while today(app) < day {
        pass(app, by, (day - today(app)).num_days().min(180)).await;
    }
}

/// Which of these charts are there.
async fn there(by: &Person, charts: &[(&'static str, &String)]) -> Vec<&'static str> {
    let mut found = Vec::new();
    for (name, path) in charts {
        if by.get(path).await.status == 200 {
            found.push(*name);
        }
    }
    found
}

async fn open(by: &Person) -> Vec<Value> {
    by.get("/client-deletions?open=true").await.ok()["items"].as_array().expect("a list").clone()
}

/// The path of the one that waits for a chart.
async fn proposal(by: &Person, client: &str) -> Option<String> {
    let found =
        open(by).await.into_iter().find(|one| client.ends_with(one["client_id"].as_str().expect("an id")));
    found.map(|one| format!("/client-deletions/{}", one["id"].as_str().expect("an id")))
}

fn years(count: u32) -> Months {
    Months::new(count * 12)
}

async fn charts_go_when_their_years_are_over_and_not_before(app: &TestApp) {
    let owner = app.therapist().await;
    decide(&owner, &rule(7, 7)).await.ok();
    let first = today(app);
    let adult = seen(app, &owner, "Ada", Some(40)).await;
    let minor = seen(app, &owner, "Mio", Some(10)).await;
    let held = seen(app, &owner, "Hal", Some(40)).await;
    let kept = seen(app, &owner, "Kim", Some(40)).await;
    let back = seen(app, &owner, "Bea", Some(40)).await;
    let unborn = seen(app, &owner, "Una", None).await;
    let all = [
        ("adult", &adult),
        ("minor", &minor),
        ("held", &held),
        ("kept", &kept),
        ("back", &back),
        ("unborn", &unborn),
    ];
    let placed = hold(&owner, held.trim_start_matches("/clients/")).await;
    until(app, &owner, first + years(5)).await;
    session(&owner, &back).await;
    let preview = json!({ "chart_rule": rule(4, 0) });
    let charts = owner.post("/retention/preview", &preview).await.ok()["charts"].clone();
    let counted =
        ["over", "over_in_a_year", "without_date_of_birth", "on_hold"].map(|it| charts[it].as_u64());
    assert_eq!(counted, [Some(2), Some(0), Some(1), Some(1)], "{charts}");

    // Seven years after the last contact, and a month after that.
    until(app, &owner, first + years(7) - Days::new(1)).await;
    assert_eq!(open(&owner).await, [] as [Value; 0]);
    pass(app, &owner, 1).await;
    assert_eq!(open(&owner).await.len(), 2);
    let one = proposal(&owner, &adult).await.expect("it is put up");
    let two = proposal(&owner, &kept).await.expect("it is put up");
    let waits = owner.get(&one).await.ok();
    assert_eq!((&waits["ground"], &waits["state"]), (&json!("rule"), &json!("waiting")));
    owner.post(&format!("{two}/withdraw"), &json!({})).await.refused(422, "validation");
    let why = json!({ "reason": "Writes every year." });
    assert_eq!(owner.post(&format!("{two}/withdraw"), &why).await.ok()["kept_because"], "Writes every year.");
    pass(app, &owner, PROPOSAL_DAYS - 1).await;
    assert_eq!(there(&owner, &all).await.len(), 6);
    pass(app, &owner, 1).await;
    pass(app, &owner, 1).await;
    assert_eq!(there(&owner, &all).await, ["minor", "held", "kept", "back", "unborn"]);
    let done = owner.get(&one).await.ok();
    let statement: ClientDeletionStatement = signed(&done);
    assert_eq!(json!(statement.ground), json!("rule"));
    assert!(statement.requested_by.0.is_nil() && statement.removed.rows["encounters"] == 1);

    // What was kept is put up again a year later, and what was held as soon as nobody holds it.
    release(&owner, &placed).await.ok();
    pass(app, &owner, 0).await;
    assert!(proposal(&owner, &held).await.is_some());
    assert!(proposal(&owner, &kept).await.is_none());
    pass(app, &owner, KEPT_DAYS).await;
    pass(app, &owner, 1).await;
    assert!(proposal(&owner, &kept).await.is_some());
    pass(app, &owner, PROPOSAL_DAYS).await;
    pass(app, &owner, 1).await;
    assert_eq!(there(&owner, &all).await, ["minor", "back", "unborn"]);

    // Who came back: seven years after that.
    until(app, &owner, first + years(12) + Days::new(2)).await;
    assert_eq!(there(&owner, &all).await.len(), 3);
    pass(app, &owner, PROPOSAL_DAYS).await;
    pass(app, &owner, 1).await;
    assert_eq!(there(&owner, &all).await, ["minor", "unborn"]);

    // Who was ten: on the 25th birthday.
    until(app, &owner, first + years(15) - Days::new(1)).await;
    assert_eq!(open(&owner).await, [] as [Value; 0]);
    pass(app, &owner, 2).await;
    assert!(proposal(&owner, &minor).await.is_some());
    pass(app, &owner, PROPOSAL_DAYS).await;
    pass(app, &owner, 1).await;
    assert_eq!(there(&owner, &all).await, ["unborn"], "nobody knows whether this one was a minor");
}

async fn a_client_who_comes_back_keeps_the_chart(app: &TestApp) {
    let owner = app.therapist().await;
    decide(&owner, &rule(7, 7)).await.ok();
    let client = seen(app, &owner, "Ada", Some(40)).await;
    until(app, &owner, today(app) + years(7) + Days::new(1)).await;
    let proposal = proposal(&owner, &client).await.expect("it is put up");
    session(&owner, &client).await;
    pass(app, &owner, PROPOSAL_DAYS + 1).await;
    owner.get(&client).await.ok();
    assert_eq!(owner.get(&proposal).await.ok()["state"], "withdrawn");
}

async fn a_rule_that_removes_more_waits_and_can_be_withdrawn(app: &TestApp) {
    let owner = app.therapist().await;
    let nothing = owner.get("/retention").await.ok();
    assert_eq!((&nothing["in_force"], &nothing["waiting"]), (&Value::Null, &Value::Null));
    assert_eq!(nothing["suggested"], rule(7, 7), "{nothing}");
    let decided = decide(&owner, &rule(10, 10)).await.ok();
    assert_eq!((&decided["in_force"], &decided["waiting"]["rule"]), (&Value::Null, &rule(10, 10)));
    assert_eq!(owner.call(reqwest::Method::DELETE, "/retention/chart-rule").answer().await.ok(), nothing);
    let again = owner.call(reqwest::Method::DELETE, "/retention/chart-rule").answer().await;
    again.refused(404, "not_found");
    decide(&owner, &rule(10, 10)).await.ok();
    pass(app, &owner, RULE_WAITING_DAYS - 1).await;
    assert_eq!(owner.get("/retention").await.ok()["in_force"], Value::Null);
    pass(app, &owner, 1).await;
    let in_force = async || owner.get("/retention").await.ok()["in_force"]["rule"].clone();
    assert_eq!(in_force().await, rule(10, 10));
    // What keeps charts longer holds at once, and what keeps them shorter waits.
    decide(&owner, &rule(12, 12)).await.ok();
    assert_eq!(in_force().await, rule(12, 12));
    let shorter = decide(&owner, &rule(8, 12)).await.ok();
    assert_eq!((&shorter["in_force"]["rule"], &shorter["waiting"]["rule"]), (&rule(12, 12), &rule(8, 12)));
    let stop = decide(&owner, &Value::Null).await.ok();
    assert_eq!((&stop["in_force"]["rule"], &stop["waiting"]), (&Value::Null, &Value::Null));
    app.clock.advance(chrono::TimeDelta::minutes(6));
    decide(&owner, &rule(10, 10)).await.refused(403, "step_up_required");
}

async fn a_rule_says_whether_it_is_shorter_than_what_is_asked_for(app: &TestApp) {
    let owner = app.therapist().await;
    decide(&owner, &rule(6, 7)).await.refused(409, "below_minimum");
    decide(&owner, &rule(7, 6)).await.refused(409, "below_minimum");
    decide(&owner, &rule(0, 7)).await.refused(422, "validation");
    decide(&owner, &rule(51, 7)).await.refused(422, "validation");
    let meant = json!({ "rule": rule(6, 7), "below_minimum": true });
    assert_eq!(owner.put("/retention/chart-rule", &meant).await.ok()["waiting"]["rule"], rule(6, 7));
}

async fn the_command_says_what_is_due(app: &TestApp) {
    let owner = app.therapist().await;
    decide(&owner, &rule(7, 7)).await.ok();
    let client = seen(app, &owner, "Ada", Some(40)).await;
    until(app, &owner, today(app) + years(7) + Days::new(1)).await;
    let data = app.data().display().to_string();
    let mut settings = vec![("DATA_DIR", data.as_str())];
    settings.extend(app.database_url().map(|url| ("DATABASE_URL", url)));
    let (done, printed, said) = tests::run(crate::SERVER, &["retention", "--json"], &settings);
    assert!(done, "{said}");
    let told: Value = serde_json::from_str(&printed).expect("JSON");
    let due = told[0]["charts_due"].as_array().expect("a list");
    // To the command, whose clock has not moved, the rule is still to come.
    assert_eq!((due.len(), &told[0]["chart_rule_waiting"]["rule"]), (1, &rule(7, 7)), "{told}");
    assert!(client.ends_with(due[0]["client_id"].as_str().expect("an id")));
    assert_eq!((&told[0]["recordings_due"], &told[0]["transcripts_due"]), (&json!(0), &json!(0)));
    assert!(!printed.contains("Quint"), "{printed}");
}
