//! Passkeys: setting one up, signing in with it, and everything that one must not be taken in by.

use chrono::TimeDelta;
use clock::Clock as _;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Answer, Mark, PASSWORD, Passkey, Person, TestApp, totp};

tests::on_both! {
    a_passkey_is_set_up_named_and_removed,
    a_passkey_is_the_second_step_and_signs_in_alone,
    an_answer_is_taken_once_even_at_the_same_moment,
    a_challenge_is_for_one_purpose_one_person_and_five_minutes,
    what_was_not_signed_here_by_its_owner_is_refused,
    a_passkey_that_is_not_what_was_asked_for_is_not_taken_into_use,
    a_counter_that_goes_back_is_refused_and_recorded,
    a_note_is_signed_with_a_passkey,
    another_passkey_asks_for_a_factor_shown_a_moment_ago,
    the_name_and_the_key_stand_readable_nowhere,
}

const EMAIL: &str = "vera@practice.example";

fn password() -> Value {
    json!({ "password": PASSWORD })
}

async fn begin(person: &Person) -> Answer {
    person.post("/me/second-factors/passkey-creation", &password()).await
}

async fn confirm(person: &Person, name: &str, credential: &Value) -> Answer {
    let body = json!({ "name": name, "credential": credential });
    person.post("/me/second-factors/passkeys", &body).await
}

/// Sets a passkey up.
async fn enrol(person: &Person, seed: &str) -> Passkey {
    let options = begin(person).await.ok();
    let mut passkey = Passkey::new(seed);
    confirm(person, seed, &passkey.make(&options["public_key"])).await.ok();
    passkey
}

/// The own passkeys.
async fn listed(person: &Person) -> Value {
    person.get("/me/second-factors").await.ok()["passkeys"].clone()
}

/// A question in order to sign in.
async fn question(app: &TestApp) -> Value {
    app.nobody().post("/auth/passkey/challenge", &json!({})).await.ok()["public_key"].clone()
}

/// A question in order to do something.
async fn own_question(person: &Person, purpose: &str) -> Value {
    let asked = person.post("/me/second-factors/passkey-challenge", &json!({ "purpose": purpose })).await;
    asked.ok()["public_key"].clone()
}

async fn sign_in(app: &TestApp, assertion: &Value) -> Answer {
    app.nobody().post("/auth/passkey", &json!({ "assertion": assertion })).await
}

async fn step_up(person: &Person, assertion: &Value) -> Answer {
    person.post("/auth/step-up", &json!({ "method": "passkey", "assertion": assertion })).await
}

/// The first step of signing in: a challenge, and the question that belongs to it.
async fn second_step(app: &TestApp) -> (String, Value) {
    let answer = app.nobody().post("/auth/login", &json!({ "email": EMAIL, "password": PASSWORD })).await;
    let token = answer.ok()["mfa_token"].as_str().expect("a challenge").to_owned();
    let asked = app.nobody().post("/auth/passkey/challenge", &json!({ "mfa_token": token })).await;
    (token, asked.ok()["public_key"].clone())
}

async fn show(app: &TestApp, token: &str, assertion: &Value) -> Answer {
    let body = json!({ "mfa_token": token, "method": "passkey", "assertion": assertion });
    app.nobody().post("/auth/mfa", &body).await
}

async fn a_passkey_is_set_up_named_and_removed(app: &TestApp) {
    let person = app.newcomer().await;
    let wrong = json!({ "password": "not the password of anybody here" });
    person.post("/me/second-factors/passkey-creation", &wrong).await.refused(401, "invalid_credentials");
    let options = begin(&person).await.ok()["public_key"].clone();
    assert_eq!(options["rp"]["id"], "localhost");
    assert_eq!(options["user"]["name"], EMAIL);
    let selection = &options["authenticatorSelection"];
    assert_eq!(
        (&selection["residentKey"], &selection["userVerification"]),
        (&json!("required"), &json!("required"))
    );
    let made = Passkey::new("phone").make(&options);
    confirm(&person, " ", &made).await.refused(422, "validation");
    let codes = confirm(&person, "Phone", &made).await.ok();
    assert_eq!(codes["codes"].as_array().map(Vec::len), Some(10), "they come with the first factor");
    assert_eq!(person.get("/me").await.ok()["second_factor"], true);
    let before = listed(&person).await;
    assert_eq!((&before[0]["name"], &before[0]["last_used_at"]), (&json!("Phone"), &Value::Null));

    let path = format!("/me/second-factors/passkeys/{}", before[0]["id"].as_str().expect("an id"));
    let colleague = app.colleague_of(&person).await;
    colleague.patch(&path, None, &json!({ "name": "Mine" })).await.refused(404, "not_found");
    person.patch(&path, None, &json!({ "name": "Old phone" })).await.expect(204);
    assert_eq!(listed(&person).await[0]["name"], "Old phone");
    person.post(&format!("{path}/remove"), &wrong).await.refused(401, "invalid_credentials");
    let laptop = enrol(&person, "laptop").await;
    person.post(&format!("{path}/remove"), &password()).await.expect(204);
    person.post(&format!("{path}/remove"), &password()).await.refused(404, "not_found");
    assert_eq!(listed(&person).await.as_array().map(Vec::len), Some(1));
    // What was removed opens nothing; what is left does.
    sign_in(app, &Passkey::new("phone").answer(&question(app).await)).await.refused(401, "invalid_code");
    sign_in(app, &laptop.answer(&question(app).await)).await.ok();
}

async fn a_passkey_is_the_second_step_and_signs_in_alone(app: &TestApp) {
    let person = app.therapist().await;
    let passkey = enrol(&person, "phone").await;
    let first = app.nobody().post("/auth/login", &json!({ "email": EMAIL, "password": PASSWORD })).await;
    let methods = first.ok()["methods"].as_array().expect("methods").clone();
    assert!(methods.contains(&json!("passkey")) && methods.contains(&json!("recovery_code")), "{methods:?}");
    let (token, asked) = second_step(app).await;
    assert_eq!(asked["userVerification"], "required");
    let answered = passkey.answer(&asked);
    assert_eq!(asked["allowCredentials"], json!([{ "type": "public-key", "id": answered["id"] }]));
    let answer = show(app, &token, &answered).await;
    assert!(answer.cookie("refresh").is_some() && answer.ok()["access_token"].is_string());

    let asked = question(app).await;
    assert_eq!(asked["allowCredentials"], json!([]), "nobody is named before they have signed in");
    let answer = sign_in(app, &passkey.answer(&asked)).await;
    assert!(answer.cookie("refresh").is_some() && answer.cookie("device").is_some());
    let here = app.nobody();
    here.hold(answer.ok()["access_token"].as_str().expect("a token"));
    here.get("/clients").await.ok();
    // It was both factors: what is dear is open for a while.
    here.post_nothing("/me/second-factors/recovery-codes").await.ok();
    assert!(listed(&here).await[0]["last_used_at"].is_string());
}

async fn an_answer_is_taken_once_even_at_the_same_moment(app: &TestApp) {
    let person = app.therapist().await;
    let passkey = enrol(&person, "phone").await;
    let answer = passkey.answer(&question(app).await);
    let answers = join_all((0..4).map(|_| sign_in(app, &answer))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 200) {
        refused.refused(401, "invalid_code");
    }
    let (token, asked) = second_step(app).await;
    let answer = passkey.answer(&asked);
    show(app, &token, &answer).await.ok();
    show(app, &token, &answer).await.refused(401, "invalid_code");
    // A wrong answer uses the question up as well.
    let asked = question(app).await;
    let careless = Passkey { verifies: false, ..passkey.clone() };
    sign_in(app, &careless.answer(&asked)).await.refused(401, "invalid_code");
    sign_in(app, &passkey.answer(&asked)).await.refused(401, "invalid_code");
}

async fn a_challenge_is_for_one_purpose_one_person_and_five_minutes(app: &TestApp) {
    let person = app.therapist().await;
    let colleague = app.colleague_of(&person).await;
    let (passkey, other) = (enrol(&person, "phone").await, enrol(&colleague, "other").await);
    let for_signing_in = question(app).await;
    step_up(&person, &passkey.answer(&for_signing_in)).await.refused(401, "invalid_code");
    let for_stepping_up = own_question(&person, "step_up").await;
    sign_in(app, &passkey.answer(&for_stepping_up)).await.refused(401, "invalid_code");
    let for_a_signature = own_question(&person, "signature").await;
    step_up(&person, &passkey.answer(&for_a_signature)).await.refused(401, "invalid_code");
    let theirs = own_question(&colleague, "step_up").await;
    step_up(&person, &passkey.answer(&theirs)).await.refused(401, "invalid_code");
    // In another sign-in of the same person too.
    let elsewhere = app.nobody();
    let signed_in = sign_in(app, &passkey.answer(&question(app).await)).await.ok();
    elsewhere.hold(signed_in["access_token"].as_str().expect("a token"));
    let asked_here = own_question(&person, "step_up").await;
    step_up(&elsewhere, &passkey.answer(&asked_here)).await.refused(401, "invalid_code");
    // A colleague's passkey, which is right in itself, is not the second step of somebody else.
    let (token, asked) = second_step(app).await;
    show(app, &token, &other.answer(&asked)).await.refused(401, "invalid_code");
    let late = own_question(&person, "step_up").await;
    app.clock.advance(TimeDelta::minutes(5));
    step_up(&person, &passkey.answer(&late)).await.refused(401, "invalid_code");
    step_up(&person, &passkey.answer(&own_question(&person, "step_up").await)).await.ok();
}

async fn what_was_not_signed_here_by_its_owner_is_refused(app: &TestApp) {
    let person = app.therapist().await;
    let passkey = enrol(&person, "phone").await;
    let with = |change: fn(&mut Passkey)| {
        let mut changed = passkey.clone();
        change(&mut changed);
        changed
    };
    for (wrong, what) in [
        (with(|it| "https://localhost.evil.example".clone_into(&mut it.origin)), "another origin"),
        (with(|it| "http://localhost:3002".clone_into(&mut it.origin)), "another port"),
        (with(|it| "evil.example".clone_into(&mut it.site)), "another site"),
        (with(|it| it.verifies = false), "nobody was recognised"),
        (with(|it| it.account = Some(json!("AZmAAAAAcACAAAAAAADerQ"))), "another account"),
        (Passkey::new("unknown"), "a passkey that nobody has set up"),
    ] {
        let answer = sign_in(app, &wrong.answer(&question(app).await)).await;
        assert_eq!(answer.code(), "invalid_code", "{what}: {}", answer.text());
        app.clock.advance(TimeDelta::minutes(16));
    }
    let mut forged = passkey.answer(&question(app).await);
    forged["response"]["signature"] =
        Passkey::new("other").answer(&question(app).await)["response"]["signature"].clone();
    sign_in(app, &forged).await.refused(401, "invalid_code");
    app.clock.advance(TimeDelta::minutes(16));
    let invented = json!({ "challenge": "bm9ib2R5IGhhcyBhc2tlZCB0aGlz" });
    sign_in(app, &passkey.answer(&invented)).await.refused(401, "invalid_code");
    app.clock.advance(TimeDelta::minutes(16));
    for nonsense in [json!(null), json!("text"), json!({}), json!({ "id": 1 })] {
        sign_in(app, &nonsense).await.refused(401, "invalid_code");
        app.clock.advance(TimeDelta::minutes(16));
    }
    sign_in(app, &passkey.answer(&question(app).await)).await.ok();
    let refused = app.query("SELECT outcome FROM audit_events WHERE action = 'second_factor_refused'").await;
    assert_eq!(refused.len(), 7, "each try at an account stands in its trail");
}

async fn a_passkey_that_is_not_what_was_asked_for_is_not_taken_into_use(app: &TestApp) {
    let person = app.therapist().await;
    let colleague = app.colleague_of(&person).await;
    for wrong in [
        Passkey { origin: "http://localhost:3002".to_owned(), ..Passkey::new("phone") },
        Passkey { site: "evil.example".to_owned(), ..Passkey::new("phone") },
        Passkey { verifies: false, ..Passkey::new("phone") },
    ] {
        let options = begin(&person).await.ok()["public_key"].clone();
        let mut wrong = wrong;
        confirm(&person, "Phone", &wrong.make(&options)).await.refused(401, "invalid_code");
        // The question is used up.
        app.clock.advance(TimeDelta::seconds(10));
        confirm(&person, "Phone", &Passkey::new("phone").make(&options)).await.refused(401, "invalid_code");
        app.clock.advance(TimeDelta::minutes(1));
    }
    let options = begin(&person).await.ok()["public_key"].clone();
    let theirs = Passkey::new("phone").make(&options);
    confirm(&colleague, "Phone", &theirs).await.refused(401, "invalid_code");
    assert_eq!(listed(&person).await, json!([]));
    enrol(&person, "phone").await;
    // What somebody has already, nobody else can set up.
    let options = begin(&colleague).await.ok()["public_key"].clone();
    let taken = Passkey::new("phone").make(&options);
    confirm(&colleague, "Phone", &taken).await.refused(409, "second_factor_exists");
}

async fn a_counter_that_goes_back_is_refused_and_recorded(app: &TestApp) {
    let person = app.therapist().await;
    let passkey = enrol(&person, "key").await;
    let at = |counter| Passkey { counter, ..passkey.clone() };
    step_up(&person, &at(5).answer(&own_question(&person, "step_up").await)).await.ok();
    for copied in [5, 4, 0] {
        let answer = at(copied).answer(&own_question(&person, "step_up").await);
        step_up(&person, &answer).await.refused(401, "invalid_code");
    }
    let recorded = app.query("SELECT outcome FROM audit_events WHERE action = 'passkey_counter_wrong'").await;
    assert_eq!(recorded, ["invalid_code"; 3]);
    step_up(&person, &at(6).answer(&own_question(&person, "step_up").await)).await.ok();
    // Of two answers with the same count at the same moment, one is a copy's.
    let one = at(7).answer(&own_question(&person, "step_up").await);
    let other = at(7).answer(&own_question(&person, "step_up").await);
    let answers = join_all([step_up(&person, &one), step_up(&person, &other)]).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
}

async fn a_note_is_signed_with_a_passkey(app: &TestApp) {
    let person = app.therapist().await;
    let passkey = enrol(&person, "phone").await;
    let session = tests::new_session(&person).await;
    let new = json!({ "encounter_id": session.encounter, "template_id": "soap" });
    let created = person.post("/notes", &new).await;
    let path = format!("/notes/{}", created.created()["id"].as_str().expect("an id"));
    let sections = json!({ "sections": [{ "key": "subjective", "title": "Subjective",
        "sentences": [{ "text": "Slept well.", "origin": "clinician", "evidence": [] }] }] });
    let edited = person.patch(&path, Some(&created.etag()), &sections).await;
    let sign = async |body: &Value| {
        let request = person.call(reqwest::Method::POST, &format!("{path}/sign"));
        tests::Answered::answer(request.header("if-match", edited.etag()).json(body)).await
    };
    sign(&json!({})).await.refused(422, "validation");
    let answer = passkey.answer(&own_question(&person, "signature").await);
    sign(&json!({ "password": PASSWORD, "assertion": answer })).await.refused(422, "validation");
    let for_another_purpose = passkey.answer(&own_question(&person, "step_up").await);
    sign(&json!({ "assertion": for_another_purpose })).await.refused(401, "invalid_credentials");
    assert_eq!(sign(&json!({ "assertion": answer })).await.ok()["status"], "signed");
    sign(&json!({ "assertion": answer })).await.refused(401, "invalid_credentials");
}

async fn another_passkey_asks_for_a_factor_shown_a_moment_ago(app: &TestApp) {
    let person = app.newcomer().await;
    let passkey = enrol(&person, "phone").await;
    app.clock.advance(TimeDelta::minutes(6));
    begin(&person).await.refused(403, "step_up_required");
    let id = listed(&person).await[0]["id"].as_str().expect("an id").to_owned();
    let remove = format!("/me/second-factors/passkeys/{id}/remove");
    person.post(&remove, &password()).await.refused(403, "step_up_required");
    step_up(&person, &passkey.answer(&own_question(&person, "step_up").await)).await.ok();
    enrol(&person, "laptop").await;
    // Who has recovery codes keeps them, whatever is set up besides.
    let begun = person.post("/me/second-factors/totp", &password()).await.ok();
    let code = totp(begun["secret"].as_str().expect("a secret"), app.clock.now(), 0);
    let confirmed = person.post("/me/second-factors/totp/confirm", &json!({ "code": code })).await;
    assert_eq!(confirmed.ok()["codes"], json!([]));
    // An owner keeps the last factor, whichever it is.
    person.post("/me/second-factors/totp/remove", &password()).await.expect(204);
    person.post(&remove, &password()).await.expect(204);
    let last = listed(&person).await[0]["id"].as_str().expect("an id").to_owned();
    let remove = format!("/me/second-factors/passkeys/{last}/remove");
    person.post(&remove, &password()).await.refused(409, "second_factor_kept");
    assert_eq!(person.get("/me").await.ok()["second_factor"], true);
}

async fn the_name_and_the_key_stand_readable_nowhere(app: &TestApp) {
    let person = app.therapist().await;
    let mark = Mark::of("passkey_name");
    let options = begin(&person).await.ok()["public_key"].clone();
    let mut passkey = Passkey::new("phone");
    confirm(&person, &mark.0, &passkey.make(&options)).await.ok();
    sign_in(app, &passkey.answer(&question(app).await)).await.ok();
    let finds = app.find_marks(&[mark, Mark("SECP256R1".to_owned())]).await;
    assert!(finds.is_empty(), "{finds:#?}");
}
