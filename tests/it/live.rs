//! A session is sent while it is being recorded: how long it becomes is said at its end. Nothing that arrived is lost when
//! the end never comes.

use reqwest::Method;
use tests::{Answer, Answered as _, Person, Session, TestApp, new_session, noise};

use crate::uploads::{metadata, offset, piece, place, tus};

tests::on_both! {
    a_session_is_sent_while_it_is_recorded,
    a_length_that_is_said_later_must_fit,
    what_never_comes_to_its_end_becomes_a_recording_as_far_as_it_goes,
    without_consent_it_does_not,
    the_key_for_what_a_browser_keeps_is_lent_for_one_upload_and_as_long_as_it_is_open,
}

async fn begin(person: &Person, session: &Session) -> Answer {
    tus(person, Method::POST, "/api/v1/uploads")
        .header("upload-defer-length", "1")
        .header("upload-metadata", metadata(&session.encounter, "session.wav", "audio/wav"))
        .answer()
        .await
}

/// The last bytes, with how long it has become.
async fn last(person: &Person, path: &str, offset: usize, bytes: &[u8], length: usize) -> Answer {
    tus(person, Method::PATCH, path)
        .header("upload-offset", offset.to_string())
        .header("upload-length", length.to_string())
        .header("content-type", "application/offset+octet-stream")
        .body(bytes.to_vec())
        .answer()
        .await
}

async fn arriving(person: &Person, session: &Session) -> serde_json::Value {
    person.get(&format!("/encounters/{}", session.encounter)).await.ok()["arriving"].clone()
}

async fn a_session_is_sent_while_it_is_recorded(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let bytes = noise(6);
    let created = begin(&person, &session).await;
    let path = place(&created);
    assert_eq!(created.header("upload-defer-length"), "1");
    assert_eq!(created.header("upload-length"), "");
    assert!(arriving(&person, &session).await.is_null(), "nothing has arrived yet");
    let mut at = 0;
    for part in bytes.chunks(40_000) {
        piece(&person, &path, at, part).await.expect(204);
        at += part.len();
    }
    let head = offset(&person, &path).await;
    assert_eq!((head.header("upload-offset"), head.header("upload-defer-length")), (&*at.to_string(), "1"));
    assert_eq!(arriving(&person, &session).await["received"], at);
    assert_eq!(app.count("recordings").await, 0);
    // The end, which may bring nothing more, is known when the person stops.
    let ended = last(&person, &path, at, &[], at).await;
    ended.expect(204);
    let recording = ended.header("recording-id").to_owned();
    let head = offset(&person, &path).await;
    assert_eq!((head.header("upload-length"), head.header("recording-id")), (&*at.to_string(), &*recording));
    assert!(arriving(&person, &session).await.is_null());
    let audio = person.get(&format!("/recordings/{recording}/audio")).await;
    assert_eq!(audio.body, bytes);
}

async fn a_length_that_is_said_later_must_fit(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let bytes = noise(3);
    let path = place(&begin(&person, &session).await);
    piece(&person, &path, 0, &bytes[..40_000]).await.expect(204);
    last(&person, &path, 40_000, &[], 39_999).await.refused(400, "upload_length");
    last(&person, &path, 40_000, &[], 501 * 1024 * 1024).await.refused(413, "payload_too_large");
    last(&person, &path, 40_000, &bytes[40_000..], 40_001).await.refused(400, "upload_length");
    let head = offset(&person, &path).await;
    assert_eq!((head.header("upload-offset"), head.header("upload-defer-length")), ("40000", "1"));
    // It may be said before the last bytes come, and then holds.
    last(&person, &path, 40_000, &bytes[40_000..50_000], bytes.len()).await.expect(204);
    assert_eq!(offset(&person, &path).await.header("upload-length"), bytes.len().to_string());
    last(&person, &path, 50_000, &[], 50_000).await.refused(400, "upload_length");
    piece(&person, &path, 50_000, &bytes[50_000..]).await.expect(204);
    assert_eq!(app.count("recordings").await, 1);
}

async fn what_never_comes_to_its_end_becomes_a_recording_as_far_as_it_goes(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let bytes = noise(6);
    let path = place(&begin(&person, &session).await);
    piece(&person, &path, 0, &bytes[..90_000]).await.expect(204);
    // One that brought nothing is given up as any other.
    let empty = new_session(&person).await;
    place(&begin(&person, &empty).await);
    app.clock.advance(chrono::TimeDelta::hours(25));
    api::work::keep_up(&app.app).await.expect("the upkeep");
    person.sign_in().await.ok();
    let view = person.get(&format!("/encounters/{}", session.encounter)).await.ok();
    let recording = view["recording"]["id"].as_str().expect("a recording").to_owned();
    assert_eq!(person.get(&format!("/recordings/{recording}/audio")).await.body, &bytes[..90_000]);
    assert_eq!(app.count("recordings").await, 1);
    assert_eq!(app.count("uploads").await, 1);
    assert_eq!(offset(&person, &path).await.header("recording-id"), recording);
}

async fn without_consent_it_does_not(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let path = place(&begin(&person, &session).await);
    piece(&person, &path, 0, &noise(3)).await.expect(204);
    let consents = person.get(&format!("/clients/{}/consents", session.client)).await.ok();
    for consent in consents["items"].as_array().expect("consents") {
        let id = consent["id"].as_str().expect("an id");
        person.post_nothing(&format!("/consents/{id}/revoke")).await.ok();
    }
    last(&person, &path, noise(3).len(), &[], noise(3).len()).await.refused(409, "consent_missing");
    app.clock.advance(chrono::TimeDelta::hours(25));
    api::work::keep_up(&app.app).await.expect("the upkeep");
    assert_eq!((app.count("recordings").await, app.count("uploads").await), (0, 0));
}

async fn the_key_for_what_a_browser_keeps_is_lent_for_one_upload_and_as_long_as_it_is_open(app: &TestApp) {
    let person = app.therapist().await;
    let (one, other) = (new_session(&person).await, new_session(&person).await);
    let created = begin(&person, &one).await;
    let path = place(&created);
    let key = created.header("upload-key").to_owned();
    assert_eq!(key.len(), 44, "32 bytes in base64");
    assert_eq!(offset(&person, &path).await.header("upload-key"), key, "whoever comes back can open it");
    assert_ne!(begin(&person, &other).await.header("upload-key"), key);
    let announced = crate::uploads::begin(&person, &other, "audio/wav", 10).await;
    assert_eq!(announced.header("upload-key"), "", "a file is somewhere already");
    let bytes = noise(3);
    last(&person, &path, 0, &bytes, bytes.len()).await.expect(204);
    assert_eq!(offset(&person, &path).await.header("upload-key"), "");
}
