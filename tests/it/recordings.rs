//! Recordings: made once however often they are sent, in chunks too, replaced when they failed, and heard.

use std::path::Path;

use reqwest::{Body, Method};
use serde_json::json;
use tests::{
    Answer, Answered as _, Backend, Person, Session, TestApp, fixture, new_session, noise, silence,
    wait_for_job,
};

use crate::uploads::{begin, in_one, metadata, offset, piece, place, tus};

tests::on_both! {
    a_recording_sent_again_under_its_key_is_made_once,
    an_upload_begun_again_under_its_key_is_one_upload,
    a_key_is_free_again_when_its_upload_is_given_up,
    a_recording_may_come_in_chunks,
    a_session_whose_words_were_typed_takes_no_recording,
    the_same_bytes_come_back_whole_and_in_parts,
    a_ticket_opens_the_sound_to_an_audio_element,
}

async fn under_key(person: &Person, session: &Session, key: &str, kind: &str, bytes: Vec<u8>) -> Answer {
    let path = format!("/encounters/{}/recordings", session.encounter);
    let request = person.call(Method::POST, &path).header("idempotency-key", key);
    request.header("content-type", kind).body(bytes).answer().await
}

async fn a_recording_sent_again_under_its_key_is_made_once(app: &TestApp) {
    let person = app.therapist().await;
    let (session, other) = (new_session(&person).await, new_session(&person).await);
    let made = under_key(&person, &session, "one", "audio/wav", silence(1)).await.created();
    let again = under_key(&person, &session, "one", "audio/wav", silence(1)).await;
    assert_eq!(again.created()["id"], made["id"]);
    assert!(again.header("location").ends_with(made["id"].as_str().expect("an id")));
    let mismatch = async |session, kind, bytes| {
        under_key(&person, session, "one", kind, bytes).await.refused(422, "idempotency_mismatch");
    };
    mismatch(&session, "audio/wav", silence(2)).await;
    mismatch(&session, "audio/x-wav", silence(1)).await;
    mismatch(&other, "audio/wav", silence(1)).await;
    // Another key is another request, and a session has one recording.
    under_key(&person, &session, "two", "audio/wav", silence(1)).await.refused(409, "recording_exists");
    assert_eq!(app.count("recordings").await, 1);
    // A request that made nothing leaves its key free.
    under_key(&person, &other, "three", "audio/wav", b"a text".to_vec())
        .await
        .refused(415, "audio_not_recognised");
    under_key(&person, &other, "three", "audio/wav", silence(1)).await.created();
    assert_eq!(app.count("recordings").await, 2);
}

async fn begun(person: &Person, session: &Session, key: &str, length: usize, first: &[u8]) -> Answer {
    tus(person, Method::POST, "/api/v1/uploads")
        .header("idempotency-key", key)
        .header("upload-length", length.to_string())
        .header("upload-metadata", metadata(&session.encounter, "session", "audio/mpeg"))
        .header("content-type", "application/offset+octet-stream")
        .body(first.to_vec())
        .answer()
        .await
}

async fn an_upload_begun_again_under_its_key_is_one_upload(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let bytes = fixture("speech.mp3");
    let first = begun(&person, &session, "one", bytes.len(), &bytes[..1000]).await;
    let path = place(&first);
    let again = begun(&person, &session, "one", bytes.len(), &bytes[..1000]).await;
    assert_eq!(place(&again), path);
    assert_eq!(again.header("upload-offset"), "1000", "where to go on, not twice the bytes");
    assert_eq!(app.count("uploads").await, 1);
    begun(&person, &session, "one", bytes.len() + 1, &bytes[..1000])
        .await
        .refused(422, "idempotency_mismatch");
    piece(&person, &path, 1000, &bytes[1000..]).await.expect(204);
    let complete = begun(&person, &session, "one", bytes.len(), &bytes[..1000]).await;
    complete.expect(201);
    assert_eq!(complete.header("upload-offset"), bytes.len().to_string());
    assert!(!complete.header("recording-id").is_empty());
    assert_eq!((app.count("uploads").await, app.count("recordings").await), (1, 1));
}

async fn a_key_is_free_again_when_its_upload_is_given_up(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let bytes = fixture("speech.mp3");
    let first = place(&begun(&person, &session, "one", bytes.len(), &bytes[..1000]).await);
    tus(&person, Method::DELETE, &first).answer().await.expect(204);
    let second = begun(&person, &session, "one", bytes.len(), &bytes[..1000]).await;
    assert_ne!(place(&second), first);
    assert_eq!(second.header("upload-offset"), "1000");
    // A first chunk that is no sound ends its upload; sent again, it is refused the same way.
    let text = b"no sound ".repeat(3000);
    for _ in 0..2 {
        begun(&person, &session, "two", text.len(), &text).await.refused(415, "audio_not_recognised");
    }
}

/// A body without `Content-Length`: reqwest sends it in chunks.
async fn in_chunks(person: &Person, session: &Session, bytes: &[u8]) -> Answer {
    let chunks: Vec<_> = bytes.chunks(7_001).map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec())).collect();
    let body = Body::wrap_stream(futures_util::stream::iter(chunks));
    let path = format!("/encounters/{}/recordings", session.encounter);
    person.call(Method::POST, &path).header("content-type", "audio/wav").body(body).answer().await
}

async fn a_recording_may_come_in_chunks(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    in_chunks(&person, &session, b"").await.refused(422, "audio_empty");
    in_chunks(&person, &session, &b"a text".repeat(5_000)).await.refused(415, "audio_not_recognised");
    in_chunks(&person, &session, &silence(1)[..20]).await.refused(422, "audio_damaged");
    assert_eq!((app.count("uploads").await, app.count("recordings").await), (0, 0));
    let bytes = noise(6);
    let made = in_chunks(&person, &session, &bytes).await.created();
    assert_eq!(made["size"], bytes.len());
    let sound = person.get(&format!("/recordings/{}/audio", made["id"].as_str().expect("an id"))).await;
    assert!(sound.body == bytes);
}

fn files_below(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 }).sum()
}

#[tokio::test]
async fn chunks_without_end_are_refused_and_nothing_of_them_is_kept() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let settings = [("MAX_FILE_SIZE", "100000")];
        let Some(app) = TestApp::start_with(backend, &settings).await else { continue };
        let person = app.therapist().await;
        let session = new_session(&person).await;
        in_chunks(&person, &session, &silence(4)).await.refused(413, "payload_too_large");
        for table in ["uploads", "recording_parts", "recordings"] {
            assert_eq!(app.count(table).await, 0, "{table}");
        }
        assert_eq!(files_below(&app.data().join("blobs")), 0, "no sound is left");
        // As much as may be is taken.
        in_chunks(&person, &session, &silence(3)).await.created();
        app.stop().await;
    }
}

async fn a_session_whose_words_were_typed_takes_no_recording(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let early = place(&begin(&person, &session, "audio/wav", silence(1).len()).await);
    let lines = json!({ "lines": [{ "role": "client", "text": "I slept badly." }] });
    let path = format!("/encounters/{}/transcript", session.encounter);
    person.call(Method::PUT, &path).header("if-none-match", "*").json(&lines).answer().await.created();
    begin(&person, &session, "audio/wav", silence(1).len()).await.refused(409, "transcript_exists");
    in_one(&person, &session, "audio/wav", silence(1)).await.refused(409, "transcript_exists");
    piece(&person, &early, 0, &silence(1)).await.refused(409, "transcript_exists");
    assert_eq!(offset(&person, &early).await.status, 404, "what was begun before is given up");
    assert_eq!((app.count("uploads").await, app.count("recordings").await), (0, 0));
}

#[tokio::test]
async fn a_recording_that_failed_can_be_replaced() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        // Without models, whatever has speech in it fails.
        let Some(app) = TestApp::start_with(backend, &[("MODELS_DIR", "/nowhere")]).await else { continue };
        let person = app.therapist().await;
        let session = new_session(&person).await;
        let failed = in_one(&person, &session, "audio/ogg", tests::excerpt()).await.created();
        let old_job = failed["job_id"].as_str().expect("a job").to_owned();
        let job = wait_for_job(&person, &old_job).await;
        assert_eq!((&job["state"], &job["error"]), (&json!("failed"), &json!("model_missing")));
        let old = format!("/recordings/{}", failed["id"].as_str().expect("an id"));
        assert_eq!(person.get(&old).await.ok()["state"], "failed");

        let upload = place(&begin(&person, &session, "audio/wav", silence(1).len()).await);
        person.get(&old).await.ok();
        piece(&person, &upload, 0, &silence(1)).await.expect(204);
        let encounter = person.get(&format!("/encounters/{}", session.encounter)).await.ok();
        let new = format!("/recordings/{}", encounter["recording"]["id"].as_str().expect("a recording"));
        assert_ne!(new, old);
        person.get(&old).await.refused(404, "not_found");
        person.post_nothing(&format!("/jobs/{old_job}/retry")).await.refused(409, "job_not_retryable");
        wait_for_job(&person, person.get(&new).await.ok()["job_id"].as_str().expect("a job")).await;
        assert_eq!(person.get(&new).await.ok()["state"], "no_speech_captured");
        in_one(&person, &session, "audio/wav", silence(1)).await.refused(409, "recording_exists");
        app.stop().await;
    }
}

async fn the_same_bytes_come_back_whole_and_in_parts(app: &TestApp) {
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let bytes = noise(6);
    let recording = in_one(&person, &session, "audio/wav", bytes.clone()).await.created();
    let path = format!("/recordings/{}/audio", recording["id"].as_str().expect("an id"));
    let whole = person.get(&path).await;
    whole.ok();
    assert_eq!(whole.header("accept-ranges"), "bytes");
    assert_eq!(whole.header("content-type"), "audio/wav");
    assert!(whole.body == bytes);
    let last = bytes.len() - 1;
    for (range, from, to) in [
        ("bytes=0-0".to_owned(), 0, 0),
        ("bytes=65530-65545".to_owned(), 65_530, 65_545),
        (format!("bytes={}-", last - 9), last - 9, last),
        ("bytes=-10".to_owned(), last - 9, last),
        (format!("bytes=100000-{}", last + 1000), 100_000, last),
    ] {
        let part = person.call(Method::GET, &path).header("range", &range).answer().await;
        assert_eq!(part.status, 206, "{range}");
        assert_eq!(part.header("content-range"), format!("bytes {from}-{to}/{}", bytes.len()), "{range}");
        assert!(part.body == bytes[from..=to], "{range}");
    }
    let beyond =
        person.call(Method::GET, &path).header("range", format!("bytes={}-", last + 1)).answer().await;
    beyond.refused(416, "range_not_satisfiable");
    assert_eq!(beyond.header("content-range"), format!("bytes */{}", bytes.len()));
}

async fn a_ticket_opens_the_sound_to_an_audio_element(app: &TestApp) {
    let person = app.therapist().await;
    let recordings = [(); 2].map(|()| async {
        let session = new_session(&person).await;
        let recording = in_one(&person, &session, "audio/wav", noise(2)).await.created();
        recording["id"].as_str().expect("an id").to_owned()
    });
    let [one, other] = recordings;
    let (one, other) = (one.await, other.await);
    let ticket = person.post_nothing(&format!("/recordings/{one}/audio-ticket")).await;
    assert_eq!(ticket.status / 100, 2, "{}", ticket.text());
    let url = ticket.json()["url"].as_str().expect("an address").to_owned();
    let lasts = ticket.json()["expires_in"].as_i64().expect("seconds");
    let line =
        ticket.headers.get("set-cookie").and_then(|line| line.to_str().ok()).expect("a cookie").to_owned();
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Strict"), "{line}");
    let cookie = line.split(';').next().unwrap_or_default().to_owned();
    // Without a header, as an audio element asks; the page's own address of the sound.
    let nobody = app.nobody();
    let listen = async |path: &str, cookie: &str| {
        let request = nobody.call_at(Method::GET, path).header("range", "bytes=0-99");
        request.header("cookie", cookie).answer().await
    };
    assert_eq!(listen(&url, &cookie).await.status, 206);
    assert_eq!(listen(&url, "").await.status, 401);
    let forged = format!("{}A", &cookie[..cookie.len() - 1]);
    assert_eq!(listen(&url, &forged).await.status, 401);
    assert_eq!(listen(&url.replace(&one, &other), &cookie).await.status, 401, "it is of one recording");
    app.clock.advance(chrono::TimeDelta::seconds(lasts + 1));
    assert_eq!(listen(&url, &cookie).await.status, 401, "it lasts a while");
    person.sign_in().await.ok();
    let again = person.post_nothing(&format!("/recordings/{one}/audio-ticket")).await;
    let line =
        again.headers.get("set-cookie").and_then(|line| line.to_str().ok()).expect("a cookie").to_owned();
    let cookie = line.split(';').next().unwrap_or_default().to_owned();
    assert_eq!(listen(&url, &cookie).await.status, 206);
    person.post_nothing("/auth/logout").await.expect(204);
    assert_eq!(listen(&url, &cookie).await.status, 401, "signing out ends it");
}
