//! Limits on how often somebody may ask.

use std::time::Duration;

use api::rate_limits::{Class, RateLimits};
use chrono::TimeDelta;
use clock::Clock as _;
use reqwest::Method;
use serde_json::json;
use shared::{PracticeId, SessionId, UserId, permissions::Role};
use tests::{Answer, Answered as _, Backend, PASSWORD, Person, TestApp};

const ID: &str = "0198a5a5-0000-7000-8000-000000000001";

/// On SQLite, with other limits than other tests have.
async fn start(settings: &[(&str, &str)]) -> TestApp {
    TestApp::start_with(Backend::Sqlite, settings).await.expect("SQLite is always there")
}

/// A try to sign in, passed on by a proxy that says where it came from.
async fn sign_in(app: &TestApp, forwarded_for: &str) -> Answer {
    let request = app.nobody().call(Method::POST, "/auth/login").header("x-forwarded-for", forwarded_for);
    request.json(&json!({ "email": "nobody@nowhere.example", "password": PASSWORD })).answer().await
}

#[tokio::test]
async fn too_many_tries_to_sign_in_are_told_to_wait() {
    let app = start(&[("RATE_LIMIT_MAX_REQUESTS", "60")]).await;
    for left in ["2", "1", "0"] {
        let answer = sign_in(&app, "203.0.113.9").await;
        answer.refused(401, "invalid_credentials");
        let told = ["ratelimit-limit", "ratelimit-remaining"].map(|name| answer.header(name));
        assert_eq!(told, ["3", left]);
    }
    let answer = sign_in(&app, "203.0.113.9").await;
    answer.refused(429, "too_many_requests");
    for name in ["retry-after", "ratelimit-reset"] {
        let wait: u64 = answer.header(name).parse().expect("seconds");
        assert!((1..=61).contains(&wait), "{name}: {wait}");
    }
    assert_eq!(answer.header("ratelimit-remaining"), "0");
    // A refusal is an answer like any other.
    assert!(!answer.header("x-request-id").is_empty());
    assert!(answer.header("content-security-policy").contains("default-src 'self'"));
    // Other addresses are not held up, and only signing in is counted here.
    sign_in(&app, "198.51.100.7").await.refused(401, "invalid_credentials");
    app.nobody().get("/me").await.refused(401, "unauthenticated");
    app.clock.advance(TimeDelta::seconds(20));
    assert_ne!(sign_in(&app, "203.0.113.9").await.code(), "too_many_requests");
    assert_eq!(sign_in(&app, "203.0.113.9").await.code(), "too_many_requests");
    app.stop().await;
}

#[tokio::test]
async fn nobody_makes_up_another_address_to_be_counted_anew() {
    let limit = ("RATE_LIMIT_MAX_REQUESTS", "60");
    // Behind a proxy that says in the end where it took the request from, whatever stood there before.
    let app = start(&[limit]).await;
    for made_up in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
        assert_ne!(sign_in(&app, &format!("{made_up}, 203.0.113.9")).await.status, 429);
    }
    assert_eq!(sign_in(&app, "192.0.2.4, 203.0.113.9").await.code(), "too_many_requests");
    // The owner of a network of IPv6 has 2^64 addresses, and is one caller.
    for last in 1..=3 {
        assert_ne!(sign_in(&app, &format!("2001:db8:1:2::{last}")).await.code(), "too_many_requests");
    }
    assert_eq!(sign_in(&app, "2001:db8:1:2:ffff::9").await.code(), "too_many_requests");
    assert_ne!(sign_in(&app, "2001:db8:1:3::1").await.code(), "too_many_requests");
    app.stop().await;
    // Where no proxy is trusted, what a header says is nothing.
    let app = start(&[limit, ("TRUSTED_PROXIES", "10.0.0.0/8")]).await;
    for made_up in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
        assert_ne!(sign_in(&app, made_up).await.code(), "too_many_requests");
    }
    assert_eq!(sign_in(&app, "192.0.2.4").await.code(), "too_many_requests");
    app.stop().await;
}

#[tokio::test]
async fn one_person_who_asks_too_much_holds_up_no_other() {
    let app = start(&[("RATE_LIMIT_MAX_REQUESTS", "200")]).await;
    let owner = app.therapist().await;
    let colleague = app.colleague_of(&owner).await;
    let mut asked = 0;
    let refused = loop {
        let answer = colleague.get("/me").await;
        if answer.status == 429 {
            break answer;
        }
        answer.ok();
        asked += 1;
    };
    // What drains while they are asked comes on top.
    assert!((200..240).contains(&asked), "{asked}");
    assert_eq!(refused.header("ratelimit-limit"), "200");
    owner.get("/me").await.ok();
    // Nothing but time brings it back: not signing in again.
    let again = Person::new(&app.address, &colleague.email);
    again.sign_in().await.ok();
    while again.get("/me").await.status == 200 {}
    again.get("/me").await.refused(429, "too_many_requests");
    app.clock.advance(TimeDelta::minutes(1));
    colleague.get("/me").await.ok();
    app.stop().await;
}

#[tokio::test]
async fn whoever_shows_nothing_that_opens_is_counted_by_address() {
    let app = start(&[("RATE_LIMIT_MAX_REQUESTS", "20")]).await;
    let nobody = app.nobody();
    nobody.hold("nonsense");
    let mut asked = 0;
    while nobody.get("/clients").await.status == 401 {
        asked += 1;
    }
    assert!((100..140).contains(&asked), "{asked}");
    nobody.get("/clients").await.refused(429, "too_many_requests");
    // Whether the server is well is told to whoever asks.
    nobody.call_at(Method::GET, "/health").answer().await.ok();
    app.stop().await;
}

#[tokio::test]
async fn every_operation_is_counted() {
    let app = start(&[]).await;
    let nobody = app.nobody();
    let description = serde_json::to_value(api::document()).expect("a JSON form");
    for (path, methods) in description["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let method: Method = method.to_uppercase().parse().expect("a method");
            let path = path.replace("{id}", ID);
            let answer = nobody.call_at(method.clone(), &path).answer().await;
            let is_counted = !answer.header("ratelimit-limit").is_empty();
            assert_eq!(is_counted, path.starts_with("/api/"), "{method} {path}");
            assert_eq!(operation["responses"]["429"].is_object(), is_counted, "{method} {path}");
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn whole_recordings_are_taken_more_rarely_than_other_things() {
    let app = start(&[("RATE_LIMIT_MAX_REQUESTS", "100")]).await;
    let person = app.therapist().await;
    let ticket = format!("/recordings/{ID}/audio-ticket");
    for _ in 0..5 {
        person.post_nothing(&ticket).await.refused(404, "not_found");
    }
    let refused = person.post_nothing(&ticket).await;
    refused.refused(429, "too_many_requests");
    assert_eq!(refused.header("ratelimit-limit"), "5");
    person.get(&format!("/recordings/{ID}/audio")).await.refused(429, "too_many_requests");
    person.get(&format!("/recordings/{ID}")).await.refused(404, "not_found");
    app.stop().await;
}

#[tokio::test]
async fn the_whole_trail_is_verified_more_rarely_than_other_things() {
    let app = start(&[("RATE_LIMIT_MAX_REQUESTS", "100")]).await;
    let therapist = app.therapist().await;
    for _ in 0..5 {
        therapist.post_nothing("/audit/verify").await.ok();
    }
    therapist.post_nothing("/audit/verify").await.refused(429, "too_many_requests");
    therapist.get("/audit/events").await.ok();
    app.stop().await;
}

#[tokio::test]
async fn one_practice_holds_up_no_other_however_many_work_in_it() {
    const MOST: u32 = 10;
    let app = start(&[]).await;
    let (ours, theirs) = (PracticeId(app.clock.new_id()), PracticeId(app.clock.new_id()));
    let limits = RateLimits::new(MOST, Duration::from_hours(24), app.app.database.clone(), None);
    let somebody_in = |practice| {
        let person = access::Person {
            user_id: UserId(app.clock.new_id()),
            role: Role::Clinician,
            permissions: Role::Clinician.permissions(),
            owes_second_factor: false,
            session_id: SessionId(app.clock.new_id()),
        };
        access::Actor::person(person, practice, "test")
    };
    let may = async |who: &access::Actor| {
        let taken = limits.take(Class::General, None, Some(who)).await;
        taken.expect("it is counted").wait.is_none()
    };
    let mut answered = 0;
    for who in std::iter::repeat_with(|| somebody_in(ours)).take(25) {
        for _ in 0..MOST {
            answered += u32::from(may(&who).await);
        }
    }
    assert_eq!(answered, 20 * MOST, "as many as twenty who ask as often as each may");
    assert!(!may(&somebody_in(ours)).await, "who has not asked yet works there too");
    assert!(may(&somebody_in(theirs)).await);
    app.stop().await;
}
