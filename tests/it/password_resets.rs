//! A new password by a link in a mail.

use std::{collections::BTreeSet, time::Instant};

use chrono::TimeDelta;
use futures_util::future::join;
use serde_json::json;
use shared::permissions::Role;
use tests::{Answer, Mark, PASSWORD, TestApp};

tests::on_both! {
    a_link_gives_a_new_password_once_and_ends_every_sign_in,
    the_answer_says_nothing_about_whether_there_is_an_account,
    a_reset_does_not_get_around_the_second_factor,
    a_link_ends_after_half_an_hour,
    a_link_ends_with_the_next_password_and_with_access,
    nobody_is_flooded_with_mail,
    a_request_outlives_whoever_took_it,
    a_token_stands_readable_nowhere_and_a_notice_follows,
    an_unknown_and_a_known_account_take_as_long_to_refuse,
}

const NEW: &str = "another quiet sentence of nobody";
const ROBIN: &str = "clinician@practice.example";

async fn ask(app: &TestApp, email: &str) -> Answer {
    app.nobody().post("/auth/password-reset", &json!({ "email": email })).await
}

/// Asks and opens the mail: the token in its link.
async fn token(app: &TestApp, email: &str) -> String {
    let before = app.postbox.received().iter().filter(|mail| mail.to == email).count();
    ask(app, email).await.expect(202);
    let link = app.postbox.mail_to(email, before).await.link();
    link.split_once("/new-password#").expect("the token is in the fragment").1.to_owned()
}

async fn confirm(app: &TestApp, token: &str, new: &str) -> Answer {
    app.nobody().post("/auth/password-reset/confirm", &json!({ "token": token, "new_password": new })).await
}

async fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    app.nobody().post("/auth/login", &json!({ "email": email, "password": password })).await
}

async fn a_link_gives_a_new_password_once_and_ends_every_sign_in(app: &TestApp) {
    let owner = app.therapist().await;
    let robin = app.beside(&owner, Role::Clinician).await;
    let phone = robin.elsewhere();
    phone.sign_in().await.ok();
    let token = token(app, ROBIN).await;
    confirm(app, &token, "too short").await.refused(422, "password_too_short");
    confirm(app, &token, "Password Password").await.refused(422, "password_too_common");
    robin.get("/me").await.ok();
    let (one, other) = join(confirm(app, &token, NEW), confirm(app, &token, NEW)).await;
    let mut both = [one.status, other.status];
    both.sort_unstable();
    assert_eq!(both, [204, 410], "of two at once, one");
    assert!([&one, &other].iter().all(|answer| answer.headers.get("set-cookie").is_none()));
    for ended in [&robin, &phone] {
        ended.get("/me").await.refused(401, "unauthenticated");
    }
    owner.get("/me").await.ok();
    login(app, ROBIN, PASSWORD).await.refused(401, "invalid_credentials");
    assert!(login(app, ROBIN, NEW).await.ok()["access_token"].is_string());
    confirm(app, &token, PASSWORD).await.refused(410, "password_reset_ended");
    confirm(app, "nonsense", PASSWORD).await.refused(410, "password_reset_ended");
}

async fn the_answer_says_nothing_about_whether_there_is_an_account(app: &TestApp) {
    app.therapist().await;
    let (known, unknown) =
        (ask(app, "vera@practice.example").await, ask(app, "nobody@nowhere.example").await);
    assert_eq!((known.status, &known.body), (202, &unknown.body));
    assert_eq!(known.status, unknown.status);
    let names =
        |answer: &Answer| -> BTreeSet<String> { answer.headers.keys().map(ToString::to_string).collect() };
    assert_eq!(names(&known), names(&unknown));
    app.postbox.mail_to("vera@practice.example", 0).await;
    assert!(!app.postbox.received().iter().any(|mail| mail.to == "nobody@nowhere.example"));
    ask(app, "no address").await.refused(422, "validation");
}

async fn a_reset_does_not_get_around_the_second_factor(app: &TestApp) {
    let owner = app.therapist().await;
    let token = token(app, &owner.email).await;
    // Beside a second factor a shorter one does.
    confirm(app, &token, "tin harp oak").await.expect(204);
    let answer = login(app, &owner.email, "tin harp oak").await.ok();
    assert_eq!(answer["mfa_required"], true);
    assert!(answer["access_token"].is_null());
}

async fn a_link_ends_after_half_an_hour(app: &TestApp) {
    let owner = app.therapist().await;
    let token = token(app, &owner.email).await;
    app.clock.advance(TimeDelta::minutes(30));
    confirm(app, &token, NEW).await.refused(410, "password_reset_ended");
    login(app, &owner.email, PASSWORD).await.ok();
}

async fn a_link_ends_with_the_next_password_and_with_access(app: &TestApp) {
    let owner = app.therapist().await;
    app.beside(&owner, Role::Clinician).await;
    let intern = app.beside(&owner, Role::Intern).await;
    let (first, second) = (token(app, ROBIN).await, token(app, ROBIN).await);
    confirm(app, &second, NEW).await.expect(204);
    confirm(app, &first, NEW).await.refused(410, "password_reset_ended");
    let of_intern = token(app, &intern.email).await;
    let me = intern.get("/me").await.ok();
    let path = format!("/users/{}", me["user"]["id"].as_str().expect("an id"));
    owner.patch(&path, None, &json!({ "active": false })).await.ok();
    confirm(app, &of_intern, NEW).await.refused(410, "password_reset_ended");
}

async fn nobody_is_flooded_with_mail(app: &TestApp) {
    app.therapist().await;
    let mut sent = 0;
    for email in ["vera@practice.example", "nobody@nowhere.example"] {
        let mut taken = 0;
        while ask(app, email).await.status == 202 {
            taken += 1;
            assert!(taken < 20, "nothing holds it up");
        }
        let held_up = ask(app, email).await;
        held_up.refused(429, "rate_limited");
        assert!(!held_up.header("retry-after").is_empty());
        assert!(sent == 0 || sent == taken, "a known and an unknown address are held up alike");
        sent = taken;
    }
    // Signing in is counted apart: nobody is kept out by this.
    login(app, "vera@practice.example", PASSWORD).await.ok();
}

async fn a_token_stands_readable_nowhere_and_a_notice_follows(app: &TestApp) {
    let owner = app.therapist().await;
    app.beside(&owner, Role::Clinician).await;
    let before = app.postbox.received().iter().filter(|mail| mail.to == ROBIN).count();
    let token = token(app, ROBIN).await;
    confirm(app, &token, NEW).await.expect(204);
    let notice = app.postbox.mail_to(ROBIN, before + 1).await;
    let text = notice.text();
    assert!(text.contains("was changed") && !text.contains(NEW), "{text}");
    let finds = app.find_marks(&[Mark(token), Mark(NEW.to_owned())]).await;
    assert!(finds.is_empty(), "{finds:#?}");
    let trail =
        app.query("SELECT action FROM audit_events WHERE action LIKE 'password_reset%' ORDER BY id").await;
    assert_eq!(trail, ["password_reset_asked", "password_reset"]);
}

/// Measured in turns, so that whatever else the machine does meets both alike.
async fn an_unknown_and_a_known_account_take_as_long_to_refuse(app: &TestApp) {
    app.therapist().await;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for round in 0..15 {
        for (email, times) in [
            ("vera@practice.example", &mut known),
            (&*format!("nobody{round}@nowhere.example"), &mut unknown),
        ] {
            app.clock.advance(TimeDelta::hours(25));
            let begun = Instant::now();
            let answer = login(app, email, "not the password of anybody here").await;
            times.push(begun.elapsed());
            answer.refused(401, "invalid_credentials");
        }
    }
    known.sort_unstable();
    unknown.sort_unstable();
    let (known, unknown) = (known[7], unknown[7]);
    println!("refused after {known:?} where there is an account, after {unknown:?} where there is none");
    assert!(known < unknown * 3 / 2 && unknown < known * 3 / 2, "{known:?} and {unknown:?}");
}

async fn a_request_outlives_whoever_took_it(app: &TestApp) {
    app.therapist().await;
    // As the handler does, and then the process dies.
    for email in ["vera@practice.example", "nobody@nowhere.example"] {
        let server = access::Actor::server("system:sign-in", "died");
        let mut tx = app.app.database.begin(server).await.expect("a transaction");
        identity::password_resets::keep_ask(&mut tx, email).await.expect("kept");
        tx.commit_of_nobody().await.expect("kept");
    }
    let mark = Mark("vera@practice.example".to_owned());
    let rows = app.query("SELECT CAST(asked_at AS TEXT) FROM password_reset_asks").await;
    assert_eq!(rows.len(), 2);
    // The worker leaves it to whoever took it for a minute.
    api::work::keep_up(&app.app).await.expect("the upkeep");
    assert_eq!(app.count("password_reset_asks").await, 2);
    let mails = app.count("mails").await;
    app.clock.advance(TimeDelta::minutes(1));
    let (one, other) = join(api::work::keep_up(&app.app), api::work::keep_up(&app.app)).await;
    one.and(other).expect("the upkeep");
    assert_eq!((app.count("password_reset_asks").await, app.count("password_resets").await), (0, 1));
    assert_eq!(app.count("mails").await, mails + 1);
    // While it waits, the address stands readable nowhere.
    assert_eq!(app.find_marks(&[mark]).await, []);
}
