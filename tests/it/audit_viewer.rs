//! Reading the audit trail: what was asked for and nothing else, from where and as what, and who has seen a client.

use chrono::{DateTime, TimeDelta, Utc};
use clock::Clock as _;
use reqwest::Method;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answered as _, Backend, Person, TestApp, new_client, share};

tests::on_both! {
    the_trail_is_narrowed_by_whatever_is_asked,
    an_event_tells_from_where_as_what_and_in_which_sign_in,
    who_has_seen_a_client_is_counted_by_person,
    what_an_export_reads_is_taken_away,
}

async fn events(by: &Person, filter: &str) -> Vec<Value> {
    let page = by.get(&format!("/audit/events?limit=200{filter}")).await.ok();
    page["items"].as_array().expect("a list").clone()
}

async fn id_of(person: &Person) -> String {
    person.get("/me").await.ok()["user"]["id"].as_str().expect("an id").to_owned()
}

fn at(event: &Value) -> DateTime<Utc> {
    event["at"].as_str().expect("a time").parse().expect("a time")
}

/// Whether a filter means an event.
type Means = Box<dyn Fn(&Value) -> bool>;

fn is(name: &'static str, value: &str) -> Means {
    let value = json!(value);
    Box::new(move |event| event[name] == value)
}

async fn the_trail_is_narrowed_by_whatever_is_asked(app: &TestApp) {
    let owner = app.therapist().await;
    let clinician = app.colleague_of(&owner).await;
    let client = new_client(&owner).await;
    owner.get(&format!("/clients/{client}")).await.ok();
    share(&owner, &client, &clinician).await;
    app.clock.advance(TimeDelta::minutes(1));
    clinician.get(&format!("/clients/{client}")).await.ok();
    clinician.get("/audit/events").await.refused(403, "forbidden");
    clinician.get(&format!("/clients/{}", uuid::Uuid::nil())).await.refused(404, "not_found");
    app.clock.advance(TimeDelta::minutes(1));
    owner.get(&format!("/clients/{client}")).await.ok();
    let me = id_of(&clinician).await;

    let whole = events(&owner, "").await;
    assert!(whole.len() > 15 && whole.len() < 200, "{}", whole.len());
    let read = whole.iter().find(|it| it["action"] == "client_read" && it["user_id"] == me.as_str());
    let read = read.expect("the clinician has read it");
    let session = read["session_id"].as_str().expect("a sign-in").to_owned();
    let request = read["request_id"].as_str().expect("a request").to_owned();
    let then = at(read);
    let moment = |time: DateTime<Utc>| time.to_rfc3339().replace('+', "%2B");

    let filters: Vec<(String, Means)> = vec![
        (format!("&user_id={me}"), is("user_id", &me)),
        (format!("&client_id={client}"), is("client_id", &client)),
        ("&action=client_read".to_owned(), is("action", "client_read")),
        ("&action=nothing".to_owned(), Box::new(|_| false)),
        ("&subject=client".to_owned(), is("subject", "client")),
        (format!("&subject_id={client}"), is("subject_id", &client)),
        ("&outcome=done".to_owned(), is("outcome", "done")),
        ("&outcome=refused".to_owned(), Box::new(|event| event["outcome"] != "done")),
        ("&outcome=forbidden".to_owned(), is("outcome", "forbidden")),
        (format!("&request_id={request}"), is("request_id", &request)),
        (format!("&session_id={session}"), is("session_id", &session)),
        (format!("&from={}", moment(then)), Box::new(move |event| at(event) >= then)),
        (format!("&to={}", moment(then)), Box::new(move |event| at(event) < then)),
    ];
    let newest = whole[0]["id"].as_str().expect("an id");
    let mut found_some = 0;
    for (index, (one, means)) in filters.iter().enumerate() {
        for (other, means_too) in &filters[index..] {
            // Each can be asked for once.
            let name = |filter: &str| filter.split('=').next().unwrap_or_default().to_owned();
            if one != other && name(one) == name(other) {
                continue;
            }
            let asked = if one == other { one.clone() } else { format!("{one}{other}") };
            let found = events(&owner, &asked).await;
            // Asking is recorded as well.
            let found: Vec<_> = found.iter().filter(|it| it["id"].as_str() <= Some(newest)).collect();
            let expected: Vec<_> = whole.iter().filter(|it| means(it) && means_too(it)).collect();
            assert_eq!(found, expected, "{asked}");
            found_some += usize::from(!found.is_empty());
        }
    }
    assert!(found_some > 40, "{found_some}");
    owner.get("/audit/events?from=yesterday").await.refused(400, "invalid_request");
}

async fn an_event_tells_from_where_as_what_and_in_which_sign_in(app: &TestApp) {
    let owner = app.therapist().await;
    let front_desk = app.beside(&owner, Role::FrontDesk).await;
    let answer = front_desk.get("/clients").await;
    answer.ok();
    let event = events(&owner, &format!("&request_id={}", answer.header("x-request-id"))).await.remove(0);
    assert_eq!(event["network"], "127.0.0.0/24");
    assert_eq!(event["role"], "front_desk");
    assert_eq!(event["purpose"], Value::Null);
    let sessions = front_desk.get("/sessions").await.ok();
    assert_eq!(event["session_id"], sessions["items"][0]["id"]);
    // Nobody is anything before they have signed in.
    let entered = events(&owner, "&action=signed_in").await.remove(0);
    assert_eq!((&entered["role"], &entered["network"]), (&Value::Null, &json!("127.0.0.0/24")));
    let logged = app.logs.lines().iter().any(|line| line.contains("127.0.0.0/24"));
    assert!(!logged, "where people are is nothing for logs");
}

#[tokio::test]
async fn only_what_a_trusted_proxy_says_is_believed() {
    for (trusted, network) in [("127.0.0.1/32", "198.51.100.0/24"), ("10.0.0.0/8", "127.0.0.0/24")] {
        let settings = [("TRUSTED_PROXIES", trusted)];
        let app = TestApp::start_with(Backend::Sqlite, &settings).await.expect("SQLite is always there");
        let owner = app.therapist().await;
        let asked = owner.call(Method::GET, "/clients").header("x-forwarded-for", "198.51.100.7");
        let answer = asked.answer().await;
        answer.ok();
        let of_request = format!("&request_id={}", answer.header("x-request-id"));
        assert_eq!(events(&owner, &of_request).await.remove(0)["network"], network);
        app.stop().await;
    }
}

async fn readers(by: &Person, client: &str) -> Vec<Value> {
    let page = by.get(&format!("/clients/{client}/readers")).await.ok();
    page["items"].as_array().expect("a list").clone()
}

fn times(reader: &Value) -> [u64; 4] {
    ["listed", "viewed", "changed", "exported"].map(|name| reader[name].as_u64().expect("a number"))
}

async fn who_has_seen_a_client_is_counted_by_person(app: &TestApp) {
    let owner = app.therapist().await;
    let clinician = app.colleague_of(&owner).await;
    let auditor = app.auditor_beside(&owner).await;
    let (client, other) = (new_client(&owner).await, new_client(&owner).await);
    let path = format!("/clients/{client}");
    share(&owner, &client, &clinician).await;
    owner.get(&path).await.ok();
    owner.patch(&path, None, &json!({ "pronouns": "they/them" })).await.ok();
    app.clock.advance(TimeDelta::minutes(20));
    let first = app.clock.now();
    clinician.get(&path).await.ok();
    clinician.get(&format!("/encounters?client_id={client}")).await.ok();
    app.clock.advance(TimeDelta::minutes(20));
    clinician.get(&path).await.ok();
    // What is refused is seen by nobody, and what is about somebody else is not counted.
    clinician.get(&format!("/clients/{other}")).await.refused(404, "not_found");

    let seen = readers(&auditor, &client).await;
    let names: Vec<_> = seen.iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names.len(), 2, "{seen:?}");
    assert_eq!(seen[0]["user_id"], id_of(&clinician).await.as_str());
    assert_eq!(times(&seen[0]), [1, 2, 0, 0]);
    assert_eq!(seen[1]["name"], "Vera Winter");
    assert_eq!(times(&seen[1]), [0, 1, 2, 0]);
    let [from, to] = ["first_at", "last_at"].map(|name| seen[0][name].as_str().expect("a time").to_owned());
    let [from, to] = [from, to].map(|time| time.parse::<DateTime<Utc>>().expect("a time"));
    assert!(from >= first && to - from >= TimeDelta::minutes(20), "{from} {to} {first}");
    assert_eq!(readers(&auditor, &other).await.len(), 1);
    auditor.get(&format!("/clients/{}/readers", uuid::Uuid::nil())).await.refused(404, "not_found");
    clinician.get(&format!("/clients/{client}/readers")).await.refused(403, "forbidden");
}

async fn what_an_export_reads_is_taken_away(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let answer = owner.get("/practice/export").await;
    assert_eq!(answer.status, 200);
    let of_request = format!("&request_id={}", answer.header("x-request-id"));
    let read = events(&owner, &of_request).await;
    let consents = read.iter().find(|it| it["action"] == "consents_listed").expect("they were read");
    assert_eq!(consents["purpose"], "export");
    let seen = readers(&owner, &client).await;
    assert!(times(&seen[0])[3] >= 1, "{seen:?}");
}
