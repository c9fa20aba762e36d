//! Guessing at passwords: it takes longer and longer, tells nothing, and holds up nobody else.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;
use tests::{Answer, Answered as _, PASSWORD, Person, TestApp};

tests::on_both! {
    guessing_at_one_account_is_held_up_and_its_owner_is_not,
    an_account_that_does_not_exist_is_held_up_alike,
    guessing_at_many_accounts_is_held_up_by_network,
    a_caller_cannot_make_up_where_it_comes_from,
    guesses_at_the_same_moment_gain_nothing,
    guessing_with_somebody_elses_open_sign_in_is_held_up_wherever_a_password_is_asked_for,
}

const WRONG: &str = "not the password of anybody here";

async fn sign_in(app: &TestApp, email: &str, password: &str, address: &str, device: &str) -> Answer {
    let request = app.nobody().call(Method::POST, "/auth/login").header("x-forwarded-for", address);
    let request = request.header("cookie", format!("device={device}"));
    request.json(&json!({ "email": email, "password": password })).answer().await
}

/// Guesses until a guess is not looked at; how many were, and how long the next has to wait.
async fn guess(app: &TestApp, email: impl Fn(usize) -> String, address: &str) -> (usize, i64) {
    for made in 0..60 {
        let answer = sign_in(app, &email(made), WRONG, address, "").await;
        if answer.status == 429 {
            answer.refused(429, "rate_limited");
            let seconds = answer.header("retry-after").parse().expect("seconds");
            return (made, seconds);
        }
        answer.refused(401, "invalid_credentials");
    }
    panic!("nothing holds it up");
}

async fn guessing_at_one_account_is_held_up_and_its_owner_is_not(app: &TestApp) {
    let owner = Person::new(&app.address, "vera@practice.example");
    let device = owner.register("Practice", "Vera").await.cookie("device").expect("a mark");
    let at_vera = |_| owner.email.clone();
    let mut waits = Vec::new();
    for _ in 0..6 {
        let (_, wait) = guess(app, at_vera, "203.0.113.9").await;
        waits.push(wait);
        app.clock.advance(TimeDelta::seconds(wait));
    }
    assert!(waits.is_sorted() && waits[5] > waits[0] * 8, "{waits:?}");
    guess(app, at_vera, "203.0.113.9").await;
    // Not even with the right password; but at once on the own device, whatever the network.
    sign_in(app, &owner.email, PASSWORD, "203.0.113.9", "").await.refused(429, "rate_limited");
    sign_in(app, &owner.email, PASSWORD, "203.0.113.9", &device).await.ok();
    sign_in(app, &owner.email, PASSWORD, "198.51.100.7", "").await.ok();
}

async fn an_account_that_does_not_exist_is_held_up_alike(app: &TestApp) {
    app.therapist().await;
    let known = guess(app, |_| "vera@practice.example".to_owned(), "203.0.113.9").await;
    let unknown = guess(app, |_| "nobody@nowhere.example".to_owned(), "198.51.100.7").await;
    assert_eq!(known, unknown);
}

async fn guessing_at_many_accounts_is_held_up_by_network(app: &TestApp) {
    app.therapist().await;
    let (made, _) = guess(app, |made| format!("p{made}@practice.example"), "203.0.113.9").await;
    assert_eq!(made, 21);
    sign_in(app, "vera@practice.example", PASSWORD, "203.0.113.9", "").await.refused(429, "rate_limited");
    sign_in(app, "vera@practice.example", PASSWORD, "198.51.100.7", "").await.ok();
}

async fn a_caller_cannot_make_up_where_it_comes_from(app: &TestApp) {
    // The proxy writes the caller's address at the end of what the caller has sent.
    let mut held_up = false;
    for made in 0..10 {
        let address = format!("192.0.2.{made}, 203.0.113.9");
        held_up |= sign_in(app, "nobody@nowhere.example", WRONG, &address, "").await.status == 429;
    }
    assert!(held_up);
}

async fn guesses_at_the_same_moment_gain_nothing(app: &TestApp) {
    app.therapist().await;
    let at_once = (0..24).map(|_| sign_in(app, "vera@practice.example", WRONG, "203.0.113.9", ""));
    let answers = futures_util::future::join_all(at_once).await;
    let told = answers.iter().filter(|answer| answer.status == 401).count();
    assert!((4..=6).contains(&told), "{told} guesses were answered");
    assert!(answers.iter().all(|answer| [401, 429].contains(&answer.status)));
}

async fn guessing_with_somebody_elses_open_sign_in_is_held_up_wherever_a_password_is_asked_for(
    app: &TestApp,
) {
    let owner = app.therapist().await;
    let elsewhere = owner.elsewhere();
    elsewhere.sign_in().await.ok();
    let note = "/notes/01990000-0000-7000-8000-00000000dead/sign";
    let sign = async |person: &Person, password: &str| {
        let request = person.call(Method::POST, note).header("if-match", "\"1\"");
        request.json(&json!({ "password": password })).answer().await
    };
    for _ in 0..5 {
        sign(&owner, WRONG).await.refused(401, "invalid_credentials");
    }
    sign(&owner, PASSWORD).await.refused(429, "rate_limited");
    let own = json!({ "password": PASSWORD });
    owner.post("/me/second-factors/totp", &own).await.refused(429, "rate_limited");
    // Another sign-in of the same person goes on.
    sign(&elsewhere, PASSWORD).await.refused(404, "not_found");
}
