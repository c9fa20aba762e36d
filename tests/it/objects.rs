//! The recordings in S3, everything else on PostgreSQL: as where several processes share the work.

use reqwest::Method;
use serde_json::Value;
use tests::{Answered as _, Backend, OwnBucket, TestApp, new_session, noise, wait_for_job};

use crate::uploads::{begin, piece, place, tus};

#[tokio::test]
async fn a_recording_in_s3_is_uploaded_processed_heard_and_removed_without_a_trace_of_it_on_the_server() {
    let Some(bucket) = OwnBucket::create() else { return };
    let Some(app) = TestApp::start_with(Backend::Postgres, &bucket.settings()).await else { return };
    let person = app.therapist().await;

    // Ten minutes are more than one part of an upload, and more than one of S3's.
    let bytes = noise(600);
    let session = new_session(&person).await;
    let path = place(&begin(&person, &session, "audio/wav", bytes.len()).await);
    let (first, rest) = bytes.split_at(17_000_000);
    piece(&person, &path, 0, first).await.expect(204);
    let answer = piece(&person, &path, first.len(), rest).await;
    answer.expect(204);
    let id = answer.header("recording-id").to_owned();
    let stored = bucket.objects().await;
    assert!(stored.len() >= 2, "{} objects", stored.len());
    assert!(stored.iter().map(|(_, object)| object.len()).sum::<usize>() > bytes.len());
    let spoken = &bytes[1_000_000..1_000_032];
    assert!(!stored.iter().any(|(_, object)| object.windows(spoken.len()).any(|it| it == spoken)));
    assert_eq!(app.files_holding(&stored[0].1[..64]), Vec::<std::path::PathBuf>::new());

    // The pipeline reads it there.
    let recording = person.get(&format!("/recordings/{id}")).await.ok();
    let job = wait_for_job(&person, recording["job_id"].as_str().expect("a job")).await;
    assert_eq!(job["note_id"], Value::Null);
    let recording = person.get(&format!("/recordings/{id}")).await.ok();
    assert_eq!(recording["state"], "no_speech_captured");

    // It is heard by ranges, also over the ends of parts.
    let audio = format!("/recordings/{id}/audio");
    for (from, to) in [(0, 99), (16_777_000, 16_777_400), (bytes.len() - 5, bytes.len() - 1)] {
        let range = format!("bytes={from}-{to}");
        let part = person.call(Method::GET, &audio).header("range", range).answer().await;
        assert_eq!(part.status, 206);
        assert!(part.body == bytes[from..=to], "{from}-{to}");
    }
    assert!(person.get(&audio).await.body == bytes);

    // What is given up is gone from the bucket, and nothing else is.
    let session = new_session(&person).await;
    let path = place(&begin(&person, &session, "audio/wav", bytes.len()).await);
    piece(&person, &path, 0, first).await.expect(204);
    assert!(bucket.objects().await.len() > stored.len());
    tus(&person, Method::DELETE, &path).answer().await.expect(204);
    assert_eq!(bucket.objects().await, stored);
    app.stop().await;
}

#[tokio::test]
async fn an_upload_is_refused_and_told_as_a_fault_of_ours_when_the_bucket_cannot_be_written() {
    let Some(bucket) = OwnBucket::create() else { return };
    let settings = bucket.settings().map(|(name, value)| {
        if name == "AWS_SECRET_ACCESS_KEY" {
            (name, "an-old-secret-that-was-replaced")
        } else {
            (name, value)
        }
    });
    let Some(app) = TestApp::start_with(Backend::Postgres, &settings).await else { return };
    let person = app.therapist().await;
    let session = new_session(&person).await;
    let path = format!("/encounters/{}/recordings", session.encounter);
    let answer = person.send(&path, "audio/wav", noise(2)).await;
    assert!(answer.status >= 500, "{}", answer.status);
    assert_eq!(app.count("recordings").await, 0);
    assert!(!answer.text().contains("an-old-secret"));
    app.stop().await;
}
