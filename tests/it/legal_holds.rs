//! Legal holds: what is held stays, whoever or whatever would remove it.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{
    Answer, Answered as _, Backend, Person, TestApp, new_client, new_session, noise, share, silence,
    wait_for_job,
};

use crate::{
    retention::{pass, recorded, set_and_wait, sign, written},
    uploads::{begin, in_one, offset, piece, place, tus},
};

tests::on_both! {
    a_hold_is_placed_and_released_with_a_reason_and_a_second_factor,
    everybody_who_sees_the_client_sees_the_hold_and_not_why,
    sound_outlives_its_time_until_the_last_hold_is_released,
    a_hold_on_one_of_a_couple_holds_what_they_said_together,
    what_was_uploaded_stays_until_the_hold_is_released,
    a_hold_and_the_removal_of_sound_do_not_pass_each_other,
}

pub async fn try_hold(by: &Person, client: &str) -> Answer {
    by.post(&format!("/clients/{client}/legal-holds"), &json!({ "reason": "A subpoena came." })).await
}

/// A new one; its path.
pub async fn hold(by: &Person, client: &str) -> String {
    let hold = try_hold(by, client).await.created();
    format!("/legal-holds/{}", hold["id"].as_str().expect("an id"))
}

pub async fn release(by: &Person, hold: &str) -> Answer {
    by.post(&format!("{hold}/release"), &json!({ "reason": "The case is over." })).await
}

async fn held_since(by: &Person, client: &str) -> Value {
    by.get(&format!("/clients/{client}/retention")).await.ok()["held_since"].clone()
}

async fn a_hold_is_placed_and_released_with_a_reason_and_a_second_factor(app: &TestApp) {
    let owner = app.therapist().await;
    let (client, other) = (new_client(&owner).await, new_client(&owner).await);
    let path = format!("/clients/{client}/legal-holds");
    owner.post(&path, &json!({ "reason": "  " })).await.refused(422, "validation");
    let first = hold(&owner, &client).await;
    let second = hold(&owner, &client).await;
    hold(&owner, &other).await;
    assert!(held_since(&owner, &client).await.is_string());
    let released = release(&owner, &first).await.ok();
    assert_eq!(released["release"]["reason"], "The case is over.");
    assert_eq!(
        (&released["reason"], &released["client_name"]),
        (&json!("A subpoena came."), &json!("Mara Quint"))
    );
    release(&owner, &first).await.refused(409, "hold_released");
    let of = async |filter: &str| {
        let page = owner.get(&format!("/legal-holds?{filter}")).await.ok();
        page["items"].as_array().map(Vec::len)
    };
    assert_eq!((of("").await, of("in_force=true").await), (Some(3), Some(2)));
    assert_eq!(of(&format!("client_id={client}&in_force=true")).await, Some(1), "the second goes on");
    // Nobody does so who has left their desk for a while.
    app.clock.advance(TimeDelta::minutes(6));
    try_hold(&owner, &client).await.refused(403, "step_up_required");
    release(&owner, &second).await.refused(403, "step_up_required");
    assert_eq!((app.count("legal_holds").await, of("in_force=true").await), (3, Some(2)));
    owner.sign_in().await.ok();
    release(&owner, &second).await.ok();
    assert_eq!(held_since(&owner, &client).await, Value::Null);
    let trail = app
        .query(
            "SELECT action FROM audit_events WHERE action IN ('legal_hold_placed', 'legal_hold_released') \
             AND outcome = 'done' ORDER BY id",
        )
        .await;
    assert_eq!(trail.len(), 5, "{trail:?}");
}

async fn everybody_who_sees_the_client_sees_the_hold_and_not_why(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let clinician = app.colleague_of(&owner).await;
    hold(&owner, &client).await;
    clinician.get(&format!("/clients/{client}/retention")).await.refused(404, "not_found");
    share(&owner, &client, &clinician).await;
    let seen = clinician.get(&format!("/clients/{client}/retention")).await;
    assert!(seen.ok()["held_since"].is_string() && !seen.text().contains("subpoena"), "{}", seen.text());
    try_hold(&clinician, &client).await.refused(403, "forbidden");
    clinician.get("/legal-holds").await.refused(403, "forbidden");
    let administrator = app.beside(&owner, Role::Administrator).await;
    try_hold(&administrator, &client).await.created();
}

async fn sound_outlives_its_time_until_the_last_hold_is_released(app: &TestApp) {
    let owner = app.therapist().await;
    set_and_wait(app, &owner, json!({ "recording_days": 30 })).await;
    let (session, recording) = recorded(&owner).await;
    let (other, gone) = recorded(&owner).await;
    for session in [&session, &other] {
        let note = written(&owner, session).await;
        sign(&owner, &note).await;
    }
    let (one, another) = (hold(&owner, &session.client).await, hold(&owner, &session.client).await);
    let heard = async |path: &str| owner.get(&format!("{path}/audio")).await;
    pass(app, &owner, 31).await;
    heard(&gone).await.refused(410, "sound_removed");
    heard(&recording).await.expect(200);
    release(&owner, &one).await.ok();
    pass(app, &owner, 4_000).await;
    heard(&recording).await.expect(200);
    release(&owner, &another).await.ok();
    pass(app, &owner, 0).await;
    heard(&recording).await.refused(410, "sound_removed");
}

async fn a_hold_on_one_of_a_couple_holds_what_they_said_together(app: &TestApp) {
    let owner = app.therapist().await;
    set_and_wait(app, &owner, json!({ "recording_days": 0 })).await;
    let (one, other) = (new_session(&owner).await, new_session(&owner).await);
    let couple =
        json!({ "client_ids": [one.client, other.client], "modality": "couple", "setting": "video" });
    let encounter =
        owner.post("/encounters", &couple).await.created()["id"].as_str().expect("an id").to_owned();
    let session = tests::Session { client: one.client, encounter };
    let made = in_one(&owner, &session, "audio/wav", silence(1)).await.created();
    wait_for_job(&owner, made["job_id"].as_str().expect("a job")).await;
    let held = hold(&owner, &other.client).await;
    let note = written(&owner, &session).await;
    sign(&owner, &note).await;
    let audio = format!("/recordings/{}/audio", made["id"].as_str().expect("an id"));
    pass(app, &owner, 1).await;
    owner.get(&audio).await.expect(200);
    release(&owner, &held).await.ok();
    pass(app, &owner, 1).await;
    owner.get(&audio).await.refused(410, "sound_removed");
}

async fn what_was_uploaded_stays_until_the_hold_is_released(app: &TestApp) {
    let owner = app.therapist().await;
    let session = new_session(&owner).await;
    let bytes = noise(6);
    let upload = place(&begin(&owner, &session, "audio/wav", bytes.len()).await);
    piece(&owner, &upload, 0, &bytes[..70_000]).await.expect(204);
    let held = hold(&owner, &session.client).await;
    tus(&owner, Method::DELETE, &upload).answer().await.refused(409, "on_legal_hold");
    assert_eq!(offset(&owner, &upload).await.header("upload-offset"), "70000");
    let stored = app.files_named("blobs").len();
    assert!(stored > 0);
    pass(app, &owner, 3).await;
    assert_eq!((app.count("uploads").await, app.files_named("blobs").len()), (1, stored));
    release(&owner, &held).await.ok();
    pass(app, &owner, 0).await;
    assert_eq!((app.count("uploads").await, app.files_named("blobs").len()), (0, 0));
}

async fn a_hold_and_the_removal_of_sound_do_not_pass_each_other(app: &TestApp) {
    let owner = app.therapist().await;
    set_and_wait(app, &owner, json!({ "recording_days": 0 })).await;
    let mut all = Vec::new();
    for _ in 0..4 {
        all.push(recorded(&owner).await);
    }
    let mut ends = Vec::new();
    for (session, recording) in all {
        let note = written(&owner, &session).await;
        sign(&owner, &note).await;
        let (held, swept) = tokio::join!(try_hold(&owner, &session.client), api::work::keep_up(&app.app));
        let (held, ()) = (held.created(), swept.expect("the upkeep"));
        let left = owner.get(&recording).await.ok()["sound_removed_at"].clone();
        // Whichever was first: what was there when the hold was placed is there.
        let time = |value: &Value| value.as_str().and_then(|time| time.parse::<DateTime<Utc>>().ok());
        if let Some(removed_at) = time(&left) {
            assert!(Some(removed_at) <= time(&held["placed_at"]), "{held} {left}");
        } else {
            owner.get(&format!("{recording}/audio")).await.expect(200);
        }
        ends.push((recording, left));
    }
    pass(app, &owner, 1).await;
    for (recording, left) in ends {
        assert_eq!(owner.get(&recording).await.ok()["sound_removed_at"], left, "and it stays so");
    }
}

#[tokio::test]
async fn a_recording_that_failed_is_not_replaced_while_it_is_held() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        // Without models, whatever has speech in it fails.
        let Some(app) = TestApp::start_with(backend, &[("MODELS_DIR", "/nowhere")]).await else { continue };
        let owner = app.therapist().await;
        let session = new_session(&owner).await;
        let failed = in_one(&owner, &session, "audio/ogg", tests::excerpt()).await.created();
        wait_for_job(&owner, failed["job_id"].as_str().expect("a job")).await;
        let early = place(&begin(&owner, &session, "audio/wav", silence(1).len()).await);
        let held = hold(&owner, &session.client).await;
        begin(&owner, &session, "audio/wav", silence(1).len()).await.refused(409, "on_legal_hold");
        in_one(&owner, &session, "audio/wav", silence(1)).await.refused(409, "on_legal_hold");
        piece(&owner, &early, 0, &silence(1)).await.refused(409, "on_legal_hold");
        let path = format!("/recordings/{}", failed["id"].as_str().expect("an id"));
        assert_eq!(owner.get(&path).await.ok()["state"], "failed");
        owner.get(&format!("{path}/audio")).await.expect(200);
        release(&owner, &held).await.ok();
        piece(&owner, &early, 0, &silence(1)).await.expect(204);
        owner.get(&path).await.refused(404, "not_found");
        app.stop().await;
    }
}
