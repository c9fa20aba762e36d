//! Second factors: setting one up, signing in with it, and losing it.

use chrono::TimeDelta;
use clock::Clock as _;
use reqwest::Method;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answer, Answered as _, Mark, PASSWORD, Person, TestApp, totp};

tests::on_both! {
    setting_one_up_asks_for_the_password_and_for_a_code,
    signing_in_asks_for_a_code_from_then_on,
    a_code_is_taken_once_even_at_the_same_moment,
    a_recovery_code_is_taken_once_even_at_the_same_moment,
    guessing_at_codes_is_held_up_and_a_known_device_is_not,
    a_challenge_is_no_sign_in_and_does_not_last,
    what_is_dear_asks_for_a_factor_shown_a_moment_ago,
    a_password_may_be_shorter_only_beside_a_second_factor,
    secrets_and_recovery_codes_stand_readable_nowhere,
    the_powerful_do_nothing_before_they_have_a_second_factor,
    who_needs_a_second_factor_keeps_it,
    a_sign_in_from_before_shows_the_second_factor_that_was_set_up_elsewhere,
    a_practice_may_want_a_second_factor_of_everybody,
}

const EMAIL: &str = "vera@practice.example";

/// Somebody with an authenticator app.
struct Enrolled {
    person: Person,
    secret: String,
    codes: Vec<String>,
}

impl Enrolled {
    async fn new(app: &TestApp) -> Self {
        let person = app.newcomer().await;
        let secret = person.enrol(app.clock.now()).await;
        let codes = (0..10).map(|_| person.recovery_code()).collect();
        // The step of that code is over.
        app.clock.advance(TimeDelta::seconds(30));
        Self { person, secret, codes }
    }

    fn code(&self, app: &TestApp) -> String {
        totp(&self.secret, app.clock.now(), 0)
    }
}

fn codes_of(answer: &Value) -> Vec<String> {
    let codes = answer["codes"].as_array().expect("codes").iter();
    codes.map(|code| code.as_str().expect("a code").to_owned()).collect()
}

/// The first step of signing in: a challenge.
async fn challenge(app: &TestApp) -> String {
    let answer = app.nobody().post("/auth/login", &json!({ "email": EMAIL, "password": PASSWORD })).await;
    assert_eq!(answer.ok()["mfa_required"], true, "{}", answer.text());
    answer.json()["mfa_token"].as_str().expect("a challenge").to_owned()
}

async fn show(app: &TestApp, token: &str, method: &str, code: &str) -> Answer {
    let body = json!({ "mfa_token": token, "method": method, "code": code });
    app.nobody().post("/auth/mfa", &body).await
}

async fn setting_one_up_asks_for_the_password_and_for_a_code(app: &TestApp) {
    let person = app.newcomer().await;
    let factors = person.get("/me/second-factors").await.ok();
    let nothing = json!({ "totp_since": null, "passkeys": [], "recovery_codes_left": 0, "demanded": true });
    assert_eq!(factors, nothing);
    let begin =
        async |password: &str| person.post("/me/second-factors/totp", &json!({ "password": password })).await;
    let confirm =
        async |code: &str| person.post("/me/second-factors/totp/confirm", &json!({ "code": code })).await;
    begin("not the password of anybody here").await.refused(401, "invalid_credentials");
    confirm("123456").await.refused(409, "no_second_factor");
    let begun = begin(PASSWORD).await.ok();
    assert_eq!(begin(PASSWORD).await.ok()["secret"], begun["secret"], "sent twice, it is the same");
    let secret = begun["secret"].as_str().expect("a secret");
    let uri = begun["uri"].as_str().expect("an address");
    assert!(uri.starts_with("otpauth://totp/MindScribe:vera%40") && uri.contains(secret), "{uri}");
    assert!(begun["qr_code"].as_str().is_some_and(|code| code.starts_with("data:image/svg+xml;base64,")));
    confirm(&totp(secret, app.clock.now(), 5)).await.refused(401, "invalid_code");
    assert_eq!(
        person.get("/me").await.ok()["second_factor"],
        false,
        "nothing counts before a code was shown"
    );
    let codes = codes_of(&confirm(&totp(secret, app.clock.now(), 0)).await.ok());
    assert_eq!(codes.len(), 10);
    assert_eq!(person.get("/me").await.ok()["second_factor"], true);
    assert_eq!(person.get("/me/second-factors").await.ok()["recovery_codes_left"], 10);
    begin(PASSWORD).await.refused(409, "second_factor_exists");
    confirm(&totp(secret, app.clock.now(), 1)).await.refused(409, "second_factor_exists");
}

async fn signing_in_asks_for_a_code_from_then_on(app: &TestApp) {
    let enrolled = Enrolled::new(app).await;
    let first = app.nobody().post("/auth/login", &json!({ "email": EMAIL, "password": PASSWORD })).await;
    assert_eq!(first.ok()["methods"], json!(["totp", "recovery_code"]));
    assert!(first.json()["access_token"].is_null() && first.headers.get("set-cookie").is_none());
    let token = challenge(app).await;
    for wrong in ["", "000000", &totp(&enrolled.secret, app.clock.now(), -3), &enrolled.codes[0]] {
        show(app, &token, "totp", wrong).await.refused(401, "invalid_code");
    }
    let answer = show(app, &token, "totp", &enrolled.code(app)).await;
    assert!(answer.cookie("refresh").is_some());
    let person = app.nobody();
    person.hold(answer.ok()["access_token"].as_str().expect("a token"));
    person.get("/clients").await.ok();
}

async fn a_code_is_taken_once_even_at_the_same_moment(app: &TestApp) {
    let enrolled = Enrolled::new(app).await;
    let tokens = [challenge(app).await, challenge(app).await, challenge(app).await];
    let code = enrolled.code(app);
    let at_once = tokens.iter().map(|token| show(app, token, "totp", &code));
    let answers = futures_util::future::join_all(at_once).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().filter(|answer| answer.status != 200).all(|it| it.code() == "invalid_code"));
    show(app, &tokens[0], "totp", &code).await.refused(401, "invalid_code");
    // Nor one from before it; the next is right.
    let before = totp(&enrolled.secret, app.clock.now(), -1);
    show(app, &tokens[0], "totp", &before).await.refused(401, "invalid_code");
    app.clock.advance(TimeDelta::seconds(30));
    show(app, &tokens[0], "totp", &enrolled.code(app)).await.ok();
}

async fn a_recovery_code_is_taken_once_even_at_the_same_moment(app: &TestApp) {
    let enrolled = Enrolled::new(app).await;
    let tokens = [challenge(app).await, challenge(app).await];
    let at_once = tokens.iter().map(|token| show(app, token, "recovery_code", &enrolled.codes[3]));
    let answers = futures_util::future::join_all(at_once).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    show(app, &tokens[0], "recovery_code", &enrolled.codes[3]).await.refused(401, "invalid_code");
    // However it is typed.
    let typed = enrolled.codes[4].replace('-', " ").to_uppercase();
    show(app, &tokens[0], "recovery_code", &typed).await.ok();
    assert_eq!(enrolled.person.get("/me/second-factors").await.ok()["recovery_codes_left"], 8);
    let used = app.query("SELECT outcome FROM audit_events WHERE action = 'recovery_code_used'").await;
    assert_eq!(used, ["done", "done"]);
}

async fn guessing_at_codes_is_held_up_and_a_known_device_is_not(app: &TestApp) {
    let enrolled = Enrolled::new(app).await;
    let token = challenge(app).await;
    let known = show(app, &token, "totp", &enrolled.code(app)).await.cookie("device").expect("a mark");
    let token = challenge(app).await;
    let mut looked_at = 0;
    while show(app, &token, "totp", "000000").await.code() == "invalid_code" {
        looked_at += 1;
        assert!(looked_at < 20, "nothing holds it up");
    }
    let right = totp(&enrolled.secret, app.clock.now(), 1);
    let held_up = show(app, &token, "totp", &right).await;
    held_up.refused(429, "rate_limited");
    assert!(!held_up.header("retry-after").is_empty());
    let body = json!({ "mfa_token": token, "method": "totp", "code": right });
    let request = app.nobody().call(Method::POST, "/auth/mfa").header("cookie", format!("device={known}"));
    request.json(&body).answer().await.ok();
}

async fn a_challenge_is_no_sign_in_and_does_not_last(app: &TestApp) {
    let enrolled = Enrolled::new(app).await;
    let token = challenge(app).await;
    let person = app.nobody();
    person.hold(&token);
    person.get("/me").await.refused(401, "unauthenticated");
    let access = enrolled.person.token();
    show(app, &access, "totp", &enrolled.code(app)).await.refused(401, "sign_in_expired");
    show(app, "nonsense", "totp", &enrolled.code(app)).await.refused(401, "sign_in_expired");
    app.clock.advance(TimeDelta::minutes(6));
    show(app, &token, "totp", &enrolled.code(app)).await.refused(401, "sign_in_expired");
}

async fn what_is_dear_asks_for_a_factor_shown_a_moment_ago(app: &TestApp) {
    let enrolled = Enrolled::new(app).await;
    let person = &enrolled.person;
    let renew = async || person.post_nothing("/me/second-factors/recovery-codes").await;
    let first = codes_of(&renew().await.ok());
    app.clock.advance(TimeDelta::minutes(6));
    renew().await.refused(403, "step_up_required");
    let step_up = async |method: &str, code: &str| {
        person.post("/auth/step-up", &json!({ "method": method, "code": code })).await
    };
    step_up("totp", "000000").await.refused(401, "invalid_code");
    step_up("recovery_code", &enrolled.codes[0]).await.refused(401, "invalid_code");
    step_up("recovery_code", &first[0]).await.ok();
    renew().await.ok();
    app.clock.advance(TimeDelta::minutes(6));
    renew().await.refused(403, "step_up_required");
    let until = step_up("totp", &enrolled.code(app)).await.ok();
    assert!(until["fresh_until"].is_string());
    renew().await.ok();
}

async fn a_password_may_be_shorter_only_beside_a_second_factor(app: &TestApp) {
    let (short, other) = ("tin harp oak", "another quiet sentence of nobody");
    let change = async |person: &Person, from: &str, to: &str| {
        person.put("/me/password", &json!({ "password": from, "new_password": to })).await
    };
    let owner = app.therapist().await;
    let alone = app.colleague_of(&owner).await;
    change(&alone, PASSWORD, short).await.refused(422, "password_too_short");
    change(&alone, "not the password of anybody here", other).await.refused(401, "invalid_credentials");
    let elsewhere = alone.elsewhere();
    elsewhere.sign_in().await.ok();
    change(&alone, PASSWORD, other).await.expect(204);
    elsewhere.get("/me").await.refused(401, "unauthenticated");
    alone.get("/me").await.ok();
    change(&alone, other, PASSWORD).await.expect(204);

    let begun = alone.post("/me/second-factors/totp", &json!({ "password": PASSWORD })).await.ok();
    let secret = begun["secret"].as_str().expect("a secret");
    let code = totp(secret, app.clock.now(), 0);
    alone.post("/me/second-factors/totp/confirm", &json!({ "code": code })).await.ok();
    change(&alone, PASSWORD, "sunshine").await.refused(422, "password_too_common");
    change(&alone, PASSWORD, short).await.expect(204);
    let remove = async |password: &str| {
        alone.post("/me/second-factors/totp/remove", &json!({ "password": password })).await
    };
    remove(short).await.refused(422, "password_too_short");
    change(&alone, short, PASSWORD).await.expect(204);
    app.clock.advance(TimeDelta::minutes(6));
    remove(PASSWORD).await.refused(403, "step_up_required");
    change(&alone, PASSWORD, short).await.refused(403, "step_up_required");
    let code = totp(secret, app.clock.now(), 0);
    alone.post("/auth/step-up", &json!({ "method": "totp", "code": code })).await.ok();
    remove(PASSWORD).await.expect(204);
    assert_eq!(alone.get("/me").await.ok()["second_factor"], false);
    assert!(alone.elsewhere().sign_in().await.ok()["access_token"].is_string());
}

async fn secrets_and_recovery_codes_stand_readable_nowhere(app: &TestApp) {
    let enrolled = Enrolled::new(app).await;
    let token = challenge(app).await;
    show(app, &token, "totp", &enrolled.codes[0]).await.refused(401, "invalid_code");
    show(app, &token, "recovery_code", &enrolled.codes[0]).await.ok();
    let codes = enrolled.codes.iter().flat_map(|code| [code.clone(), code.replace('-', "")]);
    let marks: Vec<Mark> = codes.chain([enrolled.secret.clone(), token]).map(Mark).collect();
    let finds = app.find_marks(&marks).await;
    assert!(finds.is_empty(), "{finds:#?}");
}

async fn the_powerful_do_nothing_before_they_have_a_second_factor(app: &TestApp) {
    let owner = app.newcomer().await;
    assert_eq!(owner.get("/me").await.ok()["owes_second_factor"], true);
    for path in ["/clients", "/users", "/audit/events", "/governance/systems"] {
        owner.get(path).await.refused(403, "second_factor_required");
    }
    let refused = app.query("SELECT outcome FROM audit_events WHERE action = 'access_refused'").await;
    assert_eq!(refused, ["second_factor_required"; 4]);
    owner.enrol(app.clock.now()).await;
    assert_eq!(owner.get("/me").await.ok()["owes_second_factor"], false);
    owner.get("/clients").await.ok();
    // A new role has the same to say.
    let robin = app.beside(&owner, Role::Clinician).await;
    robin.get("/clients").await.ok();
    let id = robin.get("/me").await.ok()["user"]["id"].as_str().expect("an id").to_owned();
    owner.patch(&format!("/users/{id}"), None, &json!({ "role": "administrator" })).await.ok();
    robin.get("/clients").await.refused(403, "second_factor_required");
    // What the role does not allow stays forbidden, whatever is shown.
    robin.get("/notes").await.refused(403, "forbidden");
}

async fn who_needs_a_second_factor_keeps_it(app: &TestApp) {
    let owner = app.therapist().await;
    let password = json!({ "password": PASSWORD });
    owner.post("/me/second-factors/totp/remove", &password).await.refused(409, "second_factor_kept");
    assert_eq!(owner.get("/me").await.ok()["second_factor"], true);
}

async fn a_sign_in_from_before_shows_the_second_factor_that_was_set_up_elsewhere(app: &TestApp) {
    let owner = app.newcomer().await;
    let before = owner.elsewhere();
    before.sign_in().await.ok();
    owner.enrol(app.clock.now()).await;
    owner.get("/clients").await.ok();
    before.get("/clients").await.refused(403, "second_factor_required");
    let shown = json!({ "method": "recovery_code", "code": before.recovery_code() });
    before.post("/auth/step-up", &shown).await.ok();
    before.get("/clients").await.ok();
}

async fn a_practice_may_want_a_second_factor_of_everybody(app: &TestApp) {
    let owner = app.therapist().await;
    let colleague = app.colleague_of(&owner).await;
    colleague.get("/clients").await.ok();
    app.query("UPDATE practices SET second_factor_for_all = true RETURNING jurisdiction").await;
    // The answer about a sign-in is kept for two seconds.
    app.clock.advance(TimeDelta::seconds(3));
    colleague.get("/clients").await.refused(403, "second_factor_required");
    colleague.enrol(app.clock.now()).await;
    colleague.get("/clients").await.ok();
    let remove = json!({ "password": PASSWORD });
    colleague.post("/me/second-factors/totp/remove", &remove).await.refused(409, "second_factor_kept");
}
