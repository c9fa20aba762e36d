//! The own sign-ins: on which devices, and ending them.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answered as _, PASSWORD, Person, TestApp};

tests::on_both! {
    a_person_sees_on_which_devices_they_are_signed_in,
    a_sign_in_that_is_ended_is_refused_at_its_next_request,
    all_others_are_ended_at_once,
    the_last_use_is_known_to_the_minute_and_written_no_more_often,
    nobody_ends_the_sign_in_of_somebody_else,
    of_three_devices_and_two_tabs_ending_one_ends_exactly_that_one,
}

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
                      (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

/// The therapist on another device; with the refresh cookie.
async fn on(app: &TestApp, browser: &str, address: &str) -> (Person, String) {
    let person = Person::new(&app.address, "vera@practice.example");
    let request = person.call(Method::POST, "/auth/login").header("user-agent", browser);
    let body = json!({ "email": person.email, "password": PASSWORD });
    let answer = request.header("x-forwarded-for", address).json(&body).answer().await;
    person.hold(answer.ok()["access_token"].as_str().expect("a token"));
    (person, answer.cookie("refresh").expect("a cookie"))
}

async fn sign_ins(person: &Person) -> Vec<Value> {
    person.get("/sessions").await.ok()["items"].as_array().expect("a list").clone()
}

fn time(value: &Value) -> DateTime<Utc> {
    value.as_str().expect("a time").parse().expect("a time")
}

async fn a_person_sees_on_which_devices_they_are_signed_in(app: &TestApp) {
    app.newcomer().await;
    let (_phone, _) = on(app, IPHONE, "2001:db8:12:34::7").await;
    let (desk, _) = on(app, FIREFOX, "203.0.113.77").await;
    let seen = sign_ins(&desk).await;
    let told: Vec<_> = seen.iter().map(|it| (it["device"].as_str(), it["network"].as_str())).collect();
    assert_eq!(told[0], (Some("Firefox, Windows"), Some("203.0.113.0/24")));
    assert_eq!(told[1], (Some("Safari, iPhone"), Some("2001:db8:12::/48")));
    assert_eq!(told.len(), 3);
    let current: Vec<_> = seen.iter().map(|it| it["is_current"] == true).collect();
    assert_eq!(current, [true, false, false]);
    assert!(seen.iter().all(|it| it["second_factor"] == false));
    let lasts = time(&seen[0]["expires_at"]) - time(&seen[0]["created_at"]);
    assert!((TimeDelta::hours(12) - lasts).abs() < TimeDelta::seconds(1), "{lasts}");
    // What has ended by itself is not there any more.
    app.clock.advance(TimeDelta::hours(12));
    let (later, _) = on(app, FIREFOX, "203.0.113.77").await;
    assert_eq!(sign_ins(&later).await.len(), 1);
}

async fn a_sign_in_that_is_ended_is_refused_at_its_next_request(app: &TestApp) {
    let desk = app.newcomer().await;
    let (phone, cookie) = on(app, IPHONE, "203.0.113.77").await;
    phone.get("/me").await.ok();
    let id = sign_ins(&phone).await[0]["id"].as_str().expect("an id").to_owned();
    let end = async || desk.call(Method::DELETE, &format!("/sessions/{id}")).answer().await;
    end().await.expect(204);
    phone.get("/me").await.refused(401, "unauthenticated");
    let refresh = phone.call(Method::POST, "/auth/refresh").header("cookie", format!("refresh={cookie}"));
    refresh.answer().await.refused(401, "session_expired");
    assert_eq!(sign_ins(&desk).await.len(), 1);
    end().await.refused(404, "not_found");
}

async fn all_others_are_ended_at_once(app: &TestApp) {
    let desk = app.newcomer().await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(on(app, IPHONE, "203.0.113.77").await.0);
    }
    desk.call(Method::DELETE, "/sessions").answer().await.expect(204);
    for other in &others {
        other.get("/me").await.refused(401, "unauthenticated");
    }
    assert_eq!(sign_ins(&desk).await.len(), 1);
}

async fn the_last_use_is_known_to_the_minute_and_written_no_more_often(app: &TestApp) {
    let desk = app.therapist().await;
    let last_use = async || time(&sign_ins(&desk).await[0]["last_used_at"]);
    let first = last_use().await;
    app.clock.advance(TimeDelta::seconds(40));
    assert_eq!(last_use().await, first);
    app.clock.advance(TimeDelta::seconds(40));
    desk.get("/clients").await.ok();
    let second = last_use().await;
    assert!(second - first >= TimeDelta::seconds(60), "{first} {second}");
    desk.get("/clients").await.ok();
    assert_eq!(last_use().await, second);
}

async fn nobody_ends_the_sign_in_of_somebody_else(app: &TestApp) {
    let therapist = app.therapist().await;
    let colleague = app.colleague_of(&therapist).await;
    let id = sign_ins(&therapist).await[0]["id"].as_str().expect("an id").to_owned();
    let ended = colleague.call(Method::DELETE, &format!("/sessions/{id}")).answer().await;
    ended.refused(404, "not_found");
    colleague.call(Method::DELETE, "/sessions").answer().await.expect(204);
    therapist.get("/me").await.ok();
    assert!(sign_ins(&colleague).await.iter().all(|it| it["id"] != id.as_str()));
}

async fn of_three_devices_and_two_tabs_ending_one_ends_exactly_that_one(app: &TestApp) {
    app.newcomer().await;
    let (desk, cookie) = on(app, FIREFOX, "203.0.113.77").await;
    let (phone, phone_cookie) = on(app, IPHONE, "203.0.113.77").await;
    let (tablet, tablet_cookie) = on(app, IPHONE, "203.0.113.78").await;
    // Two tabs of one browser hold one cookie, and may spend it at the same moment.
    let refresh = async |cookie: &str| {
        let nobody = app.nobody();
        let request = nobody.call(Method::POST, "/auth/refresh");
        request.header("cookie", format!("refresh={cookie}")).answer().await
    };
    let (one, other) = futures_util::future::join(refresh(&cookie), refresh(&cookie)).await;
    let tabs = [&one, &other].map(|answer| {
        let tab = app.nobody();
        tab.hold(answer.ok()["access_token"].as_str().expect("a token"));
        tab
    });
    let next: Vec<String> = [&one, &other].iter().filter_map(|answer| answer.cookie("refresh")).collect();
    assert!(next.len() == 2 && next[0] == next[1], "both hold the same next cookie");
    let id =
        sign_ins(&phone).await.iter().find(|it| it["is_current"] == true).expect("this one")["id"].clone();
    let end = format!("/sessions/{}", id.as_str().expect("an id"));
    tabs[0].call(Method::DELETE, &end).answer().await.expect(204);
    phone.get("/me").await.refused(401, "unauthenticated");
    refresh(&phone_cookie).await.refused(401, "session_expired");
    for still in [&desk, &tablet, &tabs[0], &tabs[1]] {
        still.get("/me").await.ok();
    }
    refresh(&tablet_cookie).await.ok();
    // Signing out in one tab signs the other out, and nobody else.
    tabs[1].post_nothing("/auth/logout").await.expect(204);
    tabs[0].get("/me").await.refused(401, "unauthenticated");
    refresh(&next[0]).await.refused(401, "session_expired");
    tablet.get("/me").await.ok();
}
