//! What a practice sets for itself, and how that holds.

use chrono::{DateTime, TimeDelta, Utc};
use clock::Clock as _;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answer, PASSWORD, Person, TestApp};

tests::on_both! {
    settings_are_read_by_everybody_and_changed_by_those_who_run_the_practice,
    a_change_leaves_one_event_that_names_what_was_changed_and_not_to_what,
    a_change_is_meant_for_the_settings_that_were_seen,
    what_no_practice_can_be_is_refused,
    how_people_sign_in_is_changed_with_a_fresh_second_factor,
    a_sign_in_lasts_as_long_as_the_practice_has_set,
    a_new_password_has_as_many_characters_as_the_practice_asks_for,
    a_second_factor_of_everybody_is_owed_from_the_next_request_on,
    the_app_is_told_when_to_hide_the_screen,
}

async fn set(by: &Person, what: &Value) -> Answer {
    let tag = by.get("/practice").await.etag();
    by.patch("/practice", Some(&tag), what).await
}

async fn settings_are_read_by_everybody_and_changed_by_those_who_run_the_practice(app: &TestApp) {
    let owner = app.therapist().await;
    let settings = owner.get("/practice").await.ok();
    let expected = json!({ "name": "Lindenhof Practice", "jurisdiction": "US-CA", "time_zone": null,
        "locale": null, "session_hours": 12, "idle_lock_minutes": 15, "password_min_length": 15,
        "second_factor_for_all": false, "review_months": 6, "privacy_contact": null, "share_new_clients": false,
        "recording_days": null, "recording_days_wait": null, "transcript_days": null, "transcript_days_wait": null,
        "transcript_quotations": false, "audit_years": 7,
        "revision": 1 });
    assert_eq!(settings, expected);
    let administrator = app.beside(&owner, Role::Administrator).await;
    let change = json!({ "name": "  Lindenhof Psychotherapy ", "jurisdiction": "US-NY", "locale": "en-US",
        "time_zone": "America/New_York" });
    set(&administrator, &change).await.ok();
    let clinician = app.colleague_of(&owner).await;
    let seen = clinician.get("/practice").await.ok();
    assert_eq!(
        (seen["name"].as_str(), seen["revision"].as_i64()),
        (Some("Lindenhof Psychotherapy"), Some(2))
    );
    let practice = clinician.get("/me").await.ok()["practice"].clone();
    assert_eq!(practice["name"], "Lindenhof Psychotherapy");
    assert_eq!((&practice["time_zone"], &practice["locale"]), (&json!("America/New_York"), &json!("en-US")));
    set(&owner, &json!({ "time_zone": null })).await.ok();
    assert_eq!(clinician.get("/practice").await.ok()["time_zone"], Value::Null);
    for role in [Role::Clinician, Role::Supervisor, Role::FrontDesk, Role::Auditor, Role::GovernanceOfficer] {
        let person =
            if role == Role::Clinician { clinician.elsewhere() } else { app.beside(&owner, role).await };
        if role == Role::Clinician {
            person.sign_in().await.ok();
        }
        set(&person, &json!({ "name": "Mine" })).await.refused(403, "forbidden");
    }
}

async fn a_change_leaves_one_event_that_names_what_was_changed_and_not_to_what(app: &TestApp) {
    let owner = app.therapist().await;
    // The locale is given as it is: that is no change.
    let answer =
        set(&owner, &json!({ "name": "Another name", "locale": null, "idle_lock_minutes": 5 })).await;
    answer.ok();
    let request = answer.header("x-request-id");
    let select = "SELECT action || ' ' || detail FROM audit_events WHERE request_id =";
    let events = app.query(&format!("{select} '{request}'")).await;
    assert_eq!(events, ["practice_edited name,idle_lock_minutes"]);
    let nothing = set(&owner, &json!({ "name": "Another name" })).await;
    assert_eq!(nothing.ok()["revision"], 2);
    let page = owner.get("/audit/events?action=practice_edited").await.ok();
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(page["items"][0]["detail"], "name,idle_lock_minutes");
    assert!(!page.to_string().contains("Another"));
}

async fn a_change_is_meant_for_the_settings_that_were_seen(app: &TestApp) {
    let owner = app.therapist().await;
    let tag = owner.get("/practice").await.etag();
    owner.patch("/practice", None, &json!({ "name": "A" })).await.refused(428, "precondition_required");
    let (one, other) = (json!({ "name": "One" }), json!({ "name": "Other" }));
    let (first, second) = tokio::join!(
        owner.patch("/practice", Some(&tag), &one),
        owner.patch("/practice", Some(&tag), &other)
    );
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    assert_eq!(owner.get("/practice").await.ok()["revision"], 2);
}

async fn what_no_practice_can_be_is_refused(app: &TestApp) {
    let owner = app.therapist().await;
    for wrong in [
        json!({ "name": " " }),
        json!({ "jurisdiction": "California" }),
        json!({ "time_zone": "America/Springfield" }),
        json!({ "locale": "english" }),
        json!({ "session_hours": 13 }),
        json!({ "session_hours": 0 }),
        json!({ "idle_lock_minutes": 1 }),
        json!({ "idle_lock_minutes": 61 }),
        json!({ "password_min_length": 14 }),
        json!({ "password_min_length": 65 }),
        json!({ "recording_days": -1 }),
        json!({ "recording_days": 3651 }),
        json!({ "transcript_days": -1 }),
        json!({ "transcript_days": 3651 }),
        json!({ "audit_years": 5 }),
        json!({ "audit_years": 21 }),
    ] {
        let field = wrong.as_object().and_then(|it| it.keys().next()).expect("a field").clone();
        let answer = set(&owner, &wrong).await;
        answer.refused(422, "validation");
        assert_eq!(answer.json()["errors"][0]["field"], field.as_str());
    }
    set(&owner, &json!({ "revision": 7 })).await.refused(400, "invalid_request");
    assert_eq!(owner.get("/practice").await.ok()["revision"], 1);
}

async fn how_people_sign_in_is_changed_with_a_fresh_second_factor(app: &TestApp) {
    let owner = app.therapist().await;
    app.clock.advance(TimeDelta::minutes(6));
    for dear in [
        json!({ "second_factor_for_all": true }),
        json!({ "name": "With it", "idle_lock_minutes": 60 }),
        json!({ "session_hours": 1 }),
        json!({ "password_min_length": 20 }),
        json!({ "audit_years": 6 }),
    ] {
        set(&owner, &dear).await.refused(403, "step_up_required");
    }
    set(&owner, &json!({ "name": "Alone", "idle_lock_minutes": 15 })).await.ok();
    let code = owner.recovery_code();
    owner.post("/auth/step-up", &json!({ "method": "recovery_code", "code": code })).await.ok();
    set(&owner, &json!({ "idle_lock_minutes": 60 })).await.ok();
}

async fn a_sign_in_lasts_as_long_as_the_practice_has_set(app: &TestApp) {
    let owner = app.therapist().await;
    set(&owner, &json!({ "session_hours": 2 })).await.ok();
    let before: DateTime<Utc> = time(&owner.get("/me").await.ok()["session_expires_at"]);
    assert!(before - now(app) > TimeDelta::hours(11), "a sign-in from before goes on");
    let colleague = app.colleague_of(&owner).await;
    let lasts = time(&colleague.get("/me").await.ok()["session_expires_at"]) - now(app);
    assert!((TimeDelta::hours(2) - lasts).abs() < TimeDelta::minutes(1), "{lasts}");
    app.clock.advance(TimeDelta::minutes(121));
    assert_eq!(colleague.get("/me").await.status, 401);
}

async fn a_new_password_has_as_many_characters_as_the_practice_asks_for(app: &TestApp) {
    let owner = app.therapist().await;
    set(&owner, &json!({ "password_min_length": 30 })).await.ok();
    let token = app.invite(&owner, "robin@practice.example", Role::Clinician).await;
    let join = |password: &str| json!({ "token": token, "name": "Robin", "password": password });
    let refused = app.nobody().post("/auth/invitations/accept", &join("four plain words here")).await;
    refused.refused(422, "password_too_short");
    assert_eq!(refused.json()["detail"], "Please use at least 30 characters.");
    app.nobody().accept(&token, "Robin").await.created();
    // Beside a second factor as well.
    let change = json!({ "password": PASSWORD, "new_password": "four plain words here" });
    owner.put("/me/password", &change).await.refused(422, "password_too_short");
}

async fn a_second_factor_of_everybody_is_owed_from_the_next_request_on(app: &TestApp) {
    let owner = app.therapist().await;
    let colleague = app.colleague_of(&owner).await;
    colleague.get("/clients").await.ok();
    set(&owner, &json!({ "second_factor_for_all": true })).await.ok();
    colleague.get("/clients").await.refused(403, "second_factor_required");
    colleague.enrol(now(app)).await;
    colleague.get("/clients").await.ok();
}

async fn the_app_is_told_when_to_hide_the_screen(app: &TestApp) {
    let owner = app.therapist().await;
    assert_eq!(owner.get("/me").await.ok()["idle_lock_minutes"], 15);
    set(&owner, &json!({ "idle_lock_minutes": 3 })).await.ok();
    assert_eq!(owner.get("/me").await.ok()["idle_lock_minutes"], 3);
}

fn now(app: &TestApp) -> DateTime<Utc> {
    app.clock.now()
}

fn time(value: &Value) -> DateTime<Utc> {
    value.as_str().expect("a time").parse().expect("a time")
}
