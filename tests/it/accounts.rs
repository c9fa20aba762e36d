//! Registering, signing in, staying signed in, signing out.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Answered as _, Backend, PASSWORD, Person, TestApp};

tests::on_both! {
    whoever_registers_is_signed_in_as_the_owner,
    an_unknown_email_and_a_wrong_password_are_answered_alike,
    weak_passwords_and_bad_fields_are_refused_by_name,
    malformed_json_is_refused_without_repeating_any_of_it,
    a_body_that_is_not_json_is_refused,
    a_refresh_rotates_the_cookie,
    an_old_refresh_cookie_ends_the_whole_sign_in,
    two_tabs_may_refresh_at_the_same_moment,
    signing_out_ends_the_access_token_at_once,
    an_access_token_lasts_an_hour,
    a_sign_in_ends_after_twelve_hours_of_use,
    forged_tokens_open_nothing,
    an_email_belongs_to_one_account,
    what_does_not_exist_is_a_problem_too,
}

async fn whoever_registers_is_signed_in_as_the_owner(app: &TestApp) {
    let person = Person::new(&app.address, "vera@practice.example");
    let answer = person.register("Lindenhof Practice", "Vera Winter").await;
    let signed_in = answer.created();
    assert_eq!(signed_in["token_type"], "Bearer");
    assert_eq!(signed_in["expires_in"], 3600);
    let me = person.get("/me").await.ok();
    assert_eq!(me["user"]["name"], "Vera Winter");
    assert_eq!(me["user"]["email"], "vera@practice.example");
    assert_eq!(me["practice"]["name"], "Lindenhof Practice");
    assert_eq!(me["role"], "owner");
    assert!(me["permissions"].as_array().is_some_and(|all| all.iter().any(|it| it == "notes.sign")));
    assert_eq!(me["second_factor"], false);
    let line = answer.headers.get("set-cookie").and_then(|line| line.to_str().ok()).expect("a cookie");
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Strict"), "{line}");
    assert!(!line.contains("Secure"), "without TLS a browser would not send it back: {line}");
}

async fn an_unknown_email_and_a_wrong_password_are_answered_alike(app: &TestApp) {
    app.therapist().await;
    let nobody = app.nobody();
    let sign_in = async |email: &str| {
        let body = json!({ "email": email, "password": "not the password of anybody here" });
        let mut problem = nobody.post("/auth/login", &body).await.refused(401, "invalid_credentials");
        problem["request_id"] = Value::Null;
        problem
    };
    assert_eq!(sign_in("vera@practice.example").await, sign_in("nobody@nowhere.example").await);
}

async fn weak_passwords_and_bad_fields_are_refused_by_name(app: &TestApp) {
    let nobody = app.nobody();
    let form = |email: &str, password: &str| {
        json!({ "practice_name": "Practice", "name": "Vera", "email": email, "password": password,
            "jurisdiction": "US-CA" })
    };
    let register = async |email, password| nobody.post("/auth/register", &form(email, password)).await;
    register("vera@practice.example", "fourteen chars").await.refused(422, "password_too_short");
    register("vera@practice.example", "passwordpassword").await.refused(422, "password_too_common");
    let problem = register("not an address", PASSWORD).await.refused(422, "validation");
    assert_eq!(problem["errors"][0]["field"], "email");
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(1));
}

async fn malformed_json_is_refused_without_repeating_any_of_it(app: &TestApp) {
    let nobody = app.nobody();
    for body in [
        r#"{"email": "zebra@marked.example", "password": "zebra" "#,
        r#"{"email": "zebra@marked.example", "password": {"zebra": 1}}"#,
        r#"{"email": "zebra@marked.example", "password": "zebra", "zebra": 1}"#,
        r#"["zebra"]"#,
        "zebra",
        "",
    ] {
        let answer = nobody.send("/auth/login", "application/json", body.as_bytes().to_vec()).await;
        answer.refused(400, "invalid_request");
        assert!(!answer.text().contains("zebra"), "{}", answer.text());
    }
}

async fn a_body_that_is_not_json_is_refused(app: &TestApp) {
    let body = json!({ "email": "a@b.example", "password": PASSWORD }).to_string().into_bytes();
    let nobody = app.nobody();
    nobody.send("/auth/login", "text/plain", body.clone()).await.refused(415, "unsupported_media_type");
    nobody
        .send("/auth/login", "application/json; charset=utf-8", body)
        .await
        .refused(401, "invalid_credentials");
}

async fn refresh(person: &Person, cookie: &str) -> Answer {
    person.call(Method::POST, "/auth/refresh").header("cookie", format!("refresh={cookie}")).answer().await
}

async fn a_refresh_rotates_the_cookie(app: &TestApp) {
    let person = app.therapist().await.elsewhere();
    let first = person.sign_in().await.cookie("refresh").expect("a cookie");
    let answer = refresh(&person, &first).await;
    let token = answer.ok()["access_token"].as_str().expect("a token").to_owned();
    let second = answer.cookie("refresh").expect("the next cookie");
    assert_ne!(first, second);
    person.hold(&token);
    person.get("/me").await.ok();
    refresh(&person, &second).await.ok();
    refresh(&person, "nonsense").await.refused(401, "session_expired");
    person.post_nothing("/auth/refresh").await.refused(401, "session_expired");
}

async fn an_old_refresh_cookie_ends_the_whole_sign_in(app: &TestApp) {
    let person = app.therapist().await.elsewhere();
    let stolen = person.sign_in().await.cookie("refresh").expect("a cookie");
    let current = refresh(&person, &stolen).await.cookie("refresh").expect("the next cookie");
    app.clock.advance(TimeDelta::seconds(11));
    refresh(&person, &stolen).await.refused(401, "refresh_reused");
    refresh(&person, &current).await.refused(401, "session_expired");
    person.get("/me").await.refused(401, "unauthenticated");
}

async fn two_tabs_may_refresh_at_the_same_moment(app: &TestApp) {
    let person = Person::new(&app.address, "vera@practice.example");
    let cookie = person.register("Practice", "Vera").await.cookie("refresh").expect("a cookie");
    let (one, other) = tokio::join!(refresh(&person, &cookie), refresh(&person, &cookie));
    one.ok();
    other.ok();
    let next = one.cookie("refresh").expect("the next cookie");
    assert_eq!(other.cookie("refresh").as_ref(), Some(&next), "whoever's answer is lost, it is the same");
    refresh(&person, &next).await.ok();
}

async fn signing_out_ends_the_access_token_at_once(app: &TestApp) {
    let person = Person::new(&app.address, "vera@practice.example");
    let cookie = person.register("Practice", "Vera").await.cookie("refresh").expect("a cookie");
    let elsewhere = Person::new(&app.address, "vera@practice.example");
    elsewhere.sign_in().await.ok();
    person.post_nothing("/auth/logout").await.expect(204);
    person.get("/me").await.refused(401, "unauthenticated");
    refresh(&person, &cookie).await.refused(401, "session_expired");
    elsewhere.get("/me").await.ok();
}

async fn an_access_token_lasts_an_hour(app: &TestApp) {
    let person = app.therapist().await;
    app.clock.advance(TimeDelta::minutes(59));
    person.get("/me").await.ok();
    app.clock.advance(TimeDelta::minutes(2));
    assert_eq!(person.get("/me").await.status, 401);
}

async fn a_sign_in_ends_after_twelve_hours_of_use(app: &TestApp) {
    let person = Person::new(&app.address, "vera@practice.example");
    let mut cookie = person.register("Practice", "Vera").await.cookie("refresh").expect("a cookie");
    for _ in 0..11 {
        app.clock.advance(TimeDelta::hours(1));
        cookie = refresh(&person, &cookie).await.cookie("refresh").expect("the next cookie");
    }
    app.clock.advance(TimeDelta::minutes(61));
    refresh(&person, &cookie).await.refused(401, "session_expired");
}

async fn forged_tokens_open_nothing(app: &TestApp) {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
    let person = app.therapist().await;
    let token = person.token();
    let parts: Vec<&str> = token.split('.').collect();
    let [_, claims, signature] = parts.as_slice() else { panic!("a token has three parts") };
    let none = BASE64.encode(r#"{"alg":"none","typ":"JWT"}"#);
    let symmetric = BASE64.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let mut altered = BASE64.decode(claims).expect("base64");
    let last = altered.len() - 2;
    altered[last] ^= 1;
    for forged in [
        format!("{none}.{claims}."),
        format!("{none}.{claims}.{signature}"),
        format!("{symmetric}.{claims}.{signature}"),
        format!("{}.{}.{signature}", parts[0], BASE64.encode(altered)),
        format!("{}.{claims}.{}", parts[0], "A".repeat(signature.len())),
        "nonsense".to_owned(),
    ] {
        person.hold(&forged);
        person.get("/me").await.refused(401, "unauthenticated");
    }
    person.hold(&token);
    person.get("/me").await.ok();
}

async fn an_email_belongs_to_one_account(app: &TestApp) {
    app.therapist().await;
    let second = Person::new(&app.address, "VERA@practice.example");
    let refused = second.register("Another Practice", "Somebody").await;
    match app.backend {
        // The embedded database keeps one practice, whoever asks.
        Backend::Sqlite => refused.refused(409, "second_practice_refused"),
        Backend::Postgres => refused.refused(409, "email_taken"),
    };
}

async fn what_does_not_exist_is_a_problem_too(app: &TestApp) {
    let nobody = app.nobody();
    nobody.get("/nothing/of/that/kind").await.refused(404, "not_found");
    let health = nobody.call_at(Method::GET, "/health").answer().await;
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(health.header(name), value);
    }
    assert!(health.header("content-security-policy").contains("default-src 'self'"));
}

#[tokio::test]
async fn registration_can_be_closed() {
    let closed = [("REGISTRATION", "invite")];
    let app = TestApp::start_with(Backend::Sqlite, &closed).await.expect("SQLite is always there");
    app.nobody().register("Practice", "Somebody").await.refused(403, "registration_closed");
    app.stop().await;
}
