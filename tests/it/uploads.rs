//! Recordings arrive: in one request, or with tus 1.0.0. Only with consent, only sound, only once.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tests::{
    Answer, Answered as _, Backend, Person, Session, TestApp, fixture, new_client, new_session, noise,
    silence,
};

tests::on_both! {
    nothing_can_be_uploaded_without_a_live_consent,
    every_bad_file_has_its_own_refusal_in_one_request,
    every_bad_file_has_its_own_refusal_through_tus,
    every_kind_of_recording_is_recognised_by_its_content,
    a_session_has_one_recording,
    an_upload_goes_on_where_it_stopped,
    a_piece_at_the_wrong_place_is_refused,
    a_piece_that_arrived_changed_is_refused,
    an_upload_can_be_given_up,
    an_upload_expires,
    an_upload_can_bring_its_first_bytes_along,
    another_version_of_tus_is_refused,
}

const TUS: (&str, &str) = ("tus-resumable", "1.0.0");

pub fn tus(person: &Person, method: Method, path: &str) -> RequestBuilder {
    person.call_at(method, path).header(TUS.0, TUS.1)
}

pub fn metadata(encounter: &str, name: &str, kind: &str) -> String {
    [("encounter_id", encounter), ("filename", name), ("filetype", kind)]
        .map(|(key, value)| format!("{key} {}", BASE64.encode(value)))
        .join(",")
}

pub async fn begin(person: &Person, session: &Session, kind: &str, length: usize) -> Answer {
    tus(person, Method::POST, "/api/v1/uploads")
        .header("upload-length", length.to_string())
        .header("upload-metadata", metadata(&session.encounter, "session", kind))
        .answer()
        .await
}

/// The path of a new upload.
pub fn place(created: &Answer) -> String {
    created.expect(201);
    let location = created.header("location");
    assert!(!location.is_empty(), "a new upload has a place");
    location.find("/api/").map_or(location, |at| &location[at..]).to_owned()
}

pub async fn piece(person: &Person, path: &str, offset: usize, bytes: &[u8]) -> Answer {
    tus(person, Method::PATCH, path)
        .header("upload-offset", offset.to_string())
        .header("content-type", "application/offset+octet-stream")
        .body(bytes.to_vec())
        .answer()
        .await
}

pub async fn offset(person: &Person, path: &str) -> Answer {
    tus(person, Method::HEAD, path).answer().await
}

pub async fn in_one(person: &Person, session: &Session, kind: &str, bytes: Vec<u8>) -> Answer {
    person.send(&format!("/encounters/{}/recordings", session.encounter), kind, bytes).await
}

/// Sends a file with tus, in pieces; the last answer.
async fn in_pieces(person: &Person, session: &Session, kind: &str, bytes: &[u8]) -> Answer {
    let created = begin(person, session, kind, bytes.len()).await;
    if created.status != 201 {
        return created;
    }
    let path = place(&created);
    let mut at = 0;
    let mut last = created;
    for part in bytes.chunks(64 * 1024) {
        last = piece(person, &path, at, part).await;
        if last.status >= 400 {
            return last;
        }
        at += part.len();
    }
    last
}

async fn nothing_can_be_uploaded_without_a_live_consent(app: &TestApp) {
    let person = app.therapist().await;
    let client = new_client(&person).await;
    let form = json!({ "client_ids": [client], "modality": "individual", "setting": "in_person" });
    let encounter = person.post("/encounters", &form).await.created();
    let encounter = encounter["id"].as_str().expect("an id").to_owned();
    let session = Session { client, encounter };
    let try_both = async |code: &str| {
        in_one(&person, &session, "audio/wav", silence(1)).await.refused(409, code);
        begin(&person, &session, "audio/wav", silence(1).len()).await.refused(409, code);
    };
    try_both("consent_missing").await;
    // Agreeing to something else is not agreeing to be recorded.
    let consents = format!("/clients/{}/consents", session.client);
    let consent = |kind: &str| json!({ "kind": kind, "text_version": "2026-11", "method": "verbal" });
    person.post(&consents, &consent("telehealth")).await.created();
    try_both("consent_missing").await;
    let given = person.post(&consents, &consent("recording")).await.created();
    let upload = place(&begin(&person, &session, "audio/wav", silence(1).len()).await);
    person.post_nothing(&format!("/consents/{}/revoke", given["id"].as_str().expect("an id"))).await.ok();
    assert_eq!(in_one(&person, &session, "audio/wav", silence(1)).await.status, 409);
    assert_eq!(begin(&person, &session, "audio/wav", silence(1).len()).await.status, 409);
    // An upload that was begun in time does not become a recording either.
    assert_eq!(piece(&person, &upload, 0, &silence(1)).await.status, 409);
    assert_eq!(app.count("recordings").await, 0);
}

/// Bytes that are no recording, under the kind they claim to be, and how they are refused.
fn bad_files() -> Vec<(&'static str, Vec<u8>, &'static str, u16, &'static str)> {
    vec![
        ("nothing", Vec::new(), "audio/wav", 422, "audio_empty"),
        (
            "a text",
            b"This is no recording at all, but a text.".repeat(100),
            "audio/wav",
            415,
            "audio_not_recognised",
        ),
        (
            "a picture",
            [&b"\x89PNG\r\n\x1a\n"[..], &[0; 4000]].concat(),
            "audio/mpeg",
            415,
            "audio_not_recognised",
        ),
        ("a program", [&b"\x7fELF"[..], &[0; 4000]].concat(), "audio/ogg", 415, "audio_not_recognised"),
        ("a mislabelled flac", fixture("speech.flac"), "audio/mpeg", 415, "audio_mislabelled"),
        ("a video without sound", fixture("video_only.webm"), "audio/webm", 422, "audio_no_track"),
        ("another video without sound", fixture("video_only.mp4"), "audio/mp4", 422, "audio_no_track"),
        ("a coding that cannot be read", fixture("ac3.mkv"), "audio/webm", 415, "audio_unsupported_codec"),
        ("only the head of a wav", silence(1)[..20].to_vec(), "audio/wav", 422, "audio_damaged"),
    ]
}

async fn every_bad_file_has_its_own_refusal_in_one_request(app: &TestApp) {
    let person = app.therapist().await;
    for (name, bytes, kind, status, code) in bad_files() {
        let session = new_session(&person).await;
        let answer = in_one(&person, &session, kind, bytes).await;
        assert_eq!(refusal(&person, &session, &answer).await, code, "{name}: {}", answer.text());
        assert!(answer.status < 300 || answer.status == status, "{name}: {}", answer.status);
    }
    assert_eq!(app.count("transcripts").await, 0);
}

async fn every_bad_file_has_its_own_refusal_through_tus(app: &TestApp) {
    let person = app.therapist().await;
    for (name, bytes, kind, status, code) in bad_files() {
        let session = new_session(&person).await;
        let answer = in_pieces(&person, &session, kind, &bytes).await;
        assert_eq!(refusal(&person, &session, &answer).await, code, "{name}: {}", answer.text());
        assert!(answer.status < 300 || answer.status == status, "{name}: {}", answer.status);
    }
    assert_eq!(app.count("transcripts").await, 0);
}

/// Why a file was not taken: told at once where its first bytes show it, or by the job that reads it.
async fn refusal(person: &Person, session: &Session, answer: &Answer) -> String {
    if answer.status >= 400 {
        return answer.code();
    }
    let encounter = person.get(&format!("/encounters/{}", session.encounter)).await.ok();
    let path = format!("/recordings/{}", encounter["recording"]["id"].as_str().expect("a recording"));
    let job = person.get(&path).await.ok()["job_id"].as_str().expect("a job").to_owned();
    assert_eq!(tests::wait_for_job(person, &job).await["state"], "failed");
    let recording = person.get(&path).await.ok();
    assert_eq!(recording["state"], "failed");
    recording["error"].as_str().unwrap_or_default().to_owned()
}

async fn every_kind_of_recording_is_recognised_by_its_content(app: &TestApp) {
    let person = app.therapist().await;
    let session = async || new_session(&person).await;
    for (file, kind) in [
        ("reference.wav", "audio/wav"),
        ("mulaw_stereo.wav", "audio/x-wav"),
        ("speech.mp3", "audio/mpeg"),
        ("speech.m4a", "audio/mp4"),
        ("speech.aac", "audio/aac"),
        ("speech.flac", "audio/flac"),
        ("opus.ogg", "audio/ogg; codecs=opus"),
        ("browser.webm", "audio/webm;codecs=opus"),
        ("live.webm", "video/webm"),
        ("browser.mp4", "audio/mp4"),
    ] {
        let bytes = fixture(file);
        let size = bytes.len();
        let answer = in_one(&person, &session().await, kind, bytes.clone()).await;
        assert_eq!(answer.status, 201, "{file}: {}", answer.text());
        assert_eq!(answer.json()["size"], size, "{file}");
        assert_eq!(in_pieces(&person, &session().await, kind, &bytes).await.status, 204, "{file}");
    }
    // Where nothing is claimed, nothing can be claimed wrongly.
    in_one(&person, &session().await, "application/octet-stream", fixture("speech.mp3")).await.created();
}

async fn a_session_has_one_recording(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let upload = place(&begin(&person, &session, "audio/wav", silence(1).len()).await);
    in_one(&person, &session, "audio/wav", silence(1)).await.created();
    in_one(&person, &session, "audio/wav", silence(1)).await.refused(409, "recording_exists");
    begin(&person, &session, "audio/wav", 100).await.refused(409, "recording_exists");
    // The one that was begun earlier comes too late.
    piece(&person, &upload, 0, &silence(1)).await.refused(409, "recording_exists");
    assert_eq!(app.count("recordings").await, 1);
}

async fn an_upload_goes_on_where_it_stopped(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let bytes = noise(6);
    let (first, rest) = bytes.split_at(50_001);
    let path = place(&begin(&person, &session, "audio/wav", bytes.len()).await);
    let answer = piece(&person, &path, 0, first).await;
    answer.expect(204);
    assert_eq!(answer.header("upload-offset"), first.len().to_string());
    let head = offset(&person, &path).await;
    assert_eq!(head.status, 200);
    assert_eq!(head.header("upload-offset"), first.len().to_string());
    assert_eq!(head.header("upload-length"), bytes.len().to_string());
    assert_eq!(head.header("cache-control"), "no-store");
    let answer = piece(&person, &path, first.len(), rest).await;
    answer.expect(204);
    assert_eq!(answer.header("upload-offset"), bytes.len().to_string());
    let recording = answer.header("recording-id").to_owned();
    // The answer may be lost: asking again names the same recording.
    assert_eq!(offset(&person, &path).await.header("recording-id"), recording);
    let view = person.get(&format!("/recordings/{recording}")).await.ok();
    assert_eq!(view["size"], bytes.len());
    assert_eq!(view["encounter_id"], session.encounter);
}

async fn a_piece_at_the_wrong_place_is_refused(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let bytes = silence(1);
    let path = place(&begin(&person, &session, "audio/wav", bytes.len()).await);
    piece(&person, &path, 0, &bytes[..1000]).await.expect(204);
    piece(&person, &path, 0, &bytes[..1000]).await.refused(409, "upload_offset");
    piece(&person, &path, 2000, &bytes[2000..3000]).await.refused(409, "upload_offset");
    let too_much = [&bytes[1000..], &[0; 100]].concat();
    let answer = piece(&person, &path, 1000, &too_much).await;
    assert!((400..500).contains(&answer.status), "{}", answer.text());
    let no_place =
        tus(&person, Method::PATCH, &path).header("content-type", "application/offset+octet-stream");
    assert_eq!(no_place.body(vec![0; 10]).answer().await.status, 400);
    let wrong_kind = tus(&person, Method::PATCH, &path).header("upload-offset", "1000");
    let wrong_kind = wrong_kind.header("content-type", "audio/wav").body(vec![0; 10]).answer().await;
    wrong_kind.refused(415, "unsupported_media_type");
}

async fn a_piece_that_arrived_changed_is_refused(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let bytes = silence(1);
    let path = place(&begin(&person, &session, "audio/wav", bytes.len()).await);
    let send = async |sum: &[u8]| {
        tus(&person, Method::PATCH, &path)
            .header("upload-offset", "0")
            .header("upload-checksum", format!("sha256 {}", BASE64.encode(sum)))
            .header("content-type", "application/offset+octet-stream")
            .body(bytes.clone())
            .answer()
            .await
    };
    send(&[0; 32]).await.refused(460, "upload_checksum");
    assert_eq!(offset(&person, &path).await.header("upload-offset"), "0", "nothing of it was kept");
    send(&Sha256::digest(&bytes)).await.expect(204);
}

async fn an_upload_can_be_given_up(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let bytes = noise(6);
    let path = place(&begin(&person, &session, "audio/wav", bytes.len()).await);
    piece(&person, &path, 0, &bytes[..70_000]).await.expect(204);
    tus(&person, Method::DELETE, &path).answer().await.expect(204);
    assert!([404, 410].contains(&offset(&person, &path).await.status));
    assert_eq!(app.count("recordings").await, 0);
    in_one(&person, &session, "audio/wav", bytes).await.created();
}

async fn an_upload_expires(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let created = begin(&person, &session, "audio/wav", silence(1).len()).await;
    assert!(created.header("upload-expires").ends_with("GMT"), "{:?}", created.headers);
    let path = place(&created);
    app.clock.advance(chrono::TimeDelta::days(8));
    person.sign_in().await.ok();
    assert_eq!(offset(&person, &path).await.status, 410);
    piece(&person, &path, 0, &silence(1)).await.refused(410, "upload_expired");
}

async fn an_upload_can_bring_its_first_bytes_along(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let bytes = fixture("speech.mp3");
    let created = tus(&person, Method::POST, "/api/v1/uploads")
        .header("upload-length", bytes.len().to_string())
        .header("upload-metadata", metadata(&session.encounter, "a.mp3", "audio/mpeg"))
        .header("content-type", "application/offset+octet-stream")
        .body(bytes[..1000].to_vec())
        .answer()
        .await;
    let path = place(&created);
    assert_eq!(created.header("upload-offset"), "1000");
    piece(&person, &path, 1000, &bytes[1000..]).await.expect(204);
    assert_eq!(app.count("recordings").await, 1);
}

async fn another_version_of_tus_is_refused(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let old = person
        .call(Method::POST, "/uploads")
        .header("tus-resumable", "0.2.2")
        .header("upload-length", "10")
        .header("upload-metadata", metadata(&session.encounter, "a", "audio/wav"));
    let answer = old.answer().await;
    answer.refused(412, "tus_version");
    assert_eq!(answer.header("tus-version"), "1.0.0");
    let missing = tus(&person, Method::POST, "/api/v1/uploads").header("upload-length", "10").answer().await;
    assert!([400, 422].contains(&missing.status), "{}", missing.text());
    let unlimited = begin(&person, &session, "audio/wav", 501 * 1024 * 1024).await;
    unlimited.refused(413, "payload_too_large");
}

#[tokio::test]
async fn a_file_that_is_too_large_or_too_long_is_refused() {
    let small = [("MAX_FILE_SIZE", "100000"), ("MAX_DURATION_MINUTES", "0")];
    let app = TestApp::start_with(Backend::Sqlite, &small[..1]).await.expect("SQLite is always there");
    let person = app.therapist().await;
    let session = new_session(&person).await;
    in_one(&person, &session, "audio/wav", silence(4)).await.refused(413, "payload_too_large");
    begin(&person, &session, "audio/wav", 100_001).await.refused(413, "payload_too_large");
    in_one(&person, &session, "audio/wav", silence(3)).await.created();
    app.stop().await;
    let app = TestApp::start_with(Backend::Sqlite, &small[1..]).await.expect("SQLite is always there");
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let answer = in_one(&person, &session, "audio/wav", silence(4)).await;
    assert_eq!(refusal(&person, &session, &answer).await, "audio_too_long");
    app.stop().await;
}
