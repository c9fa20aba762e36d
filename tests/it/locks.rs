//! The lock: what it stops, what goes on behind it, and who opens it.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;
use tests::{Answered as _, PASSWORD, Passkey, Person, TestApp, silence};

tests::on_both! {
    a_lock_holds_in_every_tab_until_the_password_is_shown,
    a_passkey_opens_the_lock,
    guessing_at_the_lock_takes_longer_and_longer,
    a_recording_goes_on_behind_the_lock,
    a_sign_in_that_nobody_used_for_a_while_is_locked_when_it_comes_back,
    only_the_sign_in_that_was_left_is_locked,
}

/// The refresh cookie of a new sign-in on another device.
async fn sign_in_elsewhere(person: &Person) -> (Person, String) {
    let elsewhere = person.elsewhere();
    let answer = elsewhere.sign_in().await;
    answer.ok();
    (elsewhere, answer.cookie("refresh").expect("a cookie"))
}

/// Another tab, or the same one loaded again: an access token for the cookie.
async fn reload(app: &TestApp, cookie: &str) -> (Person, String) {
    let tab = app.nobody();
    let request = tab.call(Method::POST, "/auth/refresh").header("cookie", format!("refresh={cookie}"));
    let answer = request.answer().await;
    tab.hold(answer.ok()["access_token"].as_str().expect("a token"));
    let next = answer.cookie("refresh").unwrap_or_else(|| cookie.to_owned());
    (tab, next)
}

async fn a_lock_holds_in_every_tab_until_the_password_is_shown(app: &TestApp) {
    let owner = app.therapist().await;
    let (desk, cookie) = sign_in_elsewhere(&owner).await;
    let client = tests::new_client(&desk).await;
    desk.post_nothing("/auth/lock").await.expect(204);
    let path = format!("/clients/{client}");
    desk.get(&path).await.refused(423, "locked");
    desk.get("/me").await.refused(423, "locked");
    let (tab, cookie) = reload(app, &cookie).await;
    tab.get(&path).await.refused(423, "locked");
    tab.post("/auth/unlock", &json!({})).await.refused(422, "validation");
    let wrong = json!({ "password": "not the password of anybody here" });
    tab.post("/auth/unlock", &wrong).await.refused(401, "invalid_credentials");
    tab.get(&path).await.refused(423, "locked");
    tab.post("/auth/unlock", &json!({ "password": PASSWORD })).await.expect(204);
    for open in [&tab, &desk, &reload(app, &cookie).await.0] {
        open.get(&path).await.ok();
    }
    let trail = app.query("SELECT action || ' ' || outcome FROM audit_events WHERE action LIKE 'session_%locked' ORDER BY id").await;
    assert_eq!(
        trail,
        ["session_locked done", "session_unlocked invalid_credentials", "session_unlocked done"]
    );
}

async fn a_passkey_opens_the_lock(app: &TestApp) {
    let person = app.therapist().await;
    let password = json!({ "password": PASSWORD });
    let options = person.post("/me/second-factors/passkey-creation", &password).await.ok();
    let mut passkey = Passkey::new("phone");
    let made = json!({ "name": "Phone", "credential": passkey.make(&options["public_key"]) });
    person.post("/me/second-factors/passkeys", &made).await.ok();
    person.post_nothing("/auth/lock").await.expect(204);
    let ask = async |purpose: &str| {
        let asked = json!({ "purpose": purpose });
        let asked = person.post("/me/second-factors/passkey-challenge", &asked).await.ok();
        json!({ "assertion": passkey.answer(&asked["public_key"]) })
    };
    person.post("/auth/unlock", &ask("signature").await).await.refused(401, "invalid_credentials");
    let answer = ask("unlock").await;
    person.post("/auth/unlock", &answer).await.expect(204);
    person.get("/clients").await.ok();
    person.post_nothing("/auth/lock").await.expect(204);
    person.post("/auth/unlock", &answer).await.refused(401, "invalid_credentials");
    person.get("/clients").await.refused(423, "locked");
}

async fn guessing_at_the_lock_takes_longer_and_longer(app: &TestApp) {
    let person = app.therapist().await;
    person.post_nothing("/auth/lock").await.expect(204);
    let mut looked_at = 0;
    let wrong = json!({ "password": "not the password of anybody here" });
    while person.post("/auth/unlock", &wrong).await.code() == "invalid_credentials" {
        looked_at += 1;
        assert!(looked_at < 20, "nothing holds it up");
    }
    person.post("/auth/unlock", &json!({ "password": PASSWORD })).await.refused(429, "rate_limited");
    person.get("/clients").await.refused(423, "locked");
}

async fn a_recording_goes_on_behind_the_lock(app: &TestApp) {
    let person = app.therapist().await;
    let session = tests::new_session(&person).await;
    let sound = silence(1);
    let tus = |method: Method, path: &str| person.call(method, path).header("tus-resumable", "1.0.0");
    person.post_nothing("/auth/lock").await.expect(204);
    let encoded = |text: &str| base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text);
    let metadata = format!("encounter_id {},filetype {}", encoded(&session.encounter), encoded("audio/wav"));
    let begun = tus(Method::POST, "/uploads")
        .header("upload-length", sound.len())
        .header("upload-metadata", metadata)
        .answer()
        .await;
    begun.expect(201);
    let path = begun.header("location").trim_start_matches("/api/v1").to_owned();
    let sent = tus(Method::PATCH, &path)
        .header("upload-offset", "0")
        .header("content-type", "application/offset+octet-stream")
        .body(sound)
        .answer()
        .await;
    sent.expect(204);
    let recording = sent.header("recording-id").to_owned();
    assert!(!recording.is_empty());
    // What has become of it is seen after unlocking.
    let view = format!("/recordings/{recording}");
    person.get(&view).await.refused(423, "locked");
    person.get(&format!("{view}/audio")).await.refused(423, "locked");
    person.post("/auth/unlock", &json!({ "password": PASSWORD })).await.expect(204);
    // Nor does a ticket that was given before play behind the lock.
    let ticket = person.post_nothing(&format!("{view}/audio-ticket")).await;
    let cookie = format!("audio-ticket={}", ticket.cookie("audio-ticket").expect("a ticket"));
    let hear = async || {
        let nobody = app.nobody();
        nobody.call(Method::GET, &format!("{view}/audio")).header("cookie", &cookie).answer().await
    };
    hear().await.expect(200);
    person.post_nothing("/auth/lock").await.expect(204);
    hear().await.refused(423, "locked");
}

async fn a_sign_in_that_nobody_used_for_a_while_is_locked_when_it_comes_back(app: &TestApp) {
    let owner = app.therapist().await;
    let (_, cookie) = sign_in_elsewhere(&owner).await;
    let minutes = owner.get("/me").await.ok()["idle_lock_minutes"].as_i64().expect("minutes");
    assert_eq!(minutes, 15);
    app.clock.advance(TimeDelta::minutes(minutes - 2));
    let (tab, cookie) = reload(app, &cookie).await;
    tab.get("/me").await.ok();
    app.clock.advance(TimeDelta::minutes(minutes - 2));
    let (tab, cookie) = reload(app, &cookie).await;
    tab.get("/me").await.ok();
    app.clock.advance(TimeDelta::minutes(minutes));
    let (tab, _) = reload(app, &cookie).await;
    tab.get("/me").await.refused(423, "locked");
    tab.post("/auth/unlock", &json!({ "password": PASSWORD })).await.expect(204);
    tab.get("/me").await.ok();
}

async fn only_the_sign_in_that_was_left_is_locked(app: &TestApp) {
    let desk = app.therapist().await;
    let colleague = app.colleague_of(&desk).await;
    let (phone, _) = sign_in_elsewhere(&desk).await;
    phone.post_nothing("/auth/lock").await.expect(204);
    phone.get("/me").await.refused(423, "locked");
    desk.get("/me").await.ok();
    colleague.get("/me").await.ok();
    phone.post_nothing("/auth/logout").await.expect(204);
    phone.get("/me").await.refused(401, "unauthenticated");
}
