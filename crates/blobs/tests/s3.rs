//! Blobs on a real S3 server: the one that `MINDSCRIBE_TEST_S3` names, as `http://key:secret@address`, which
//! makes a bucket when something is first put there. `cargo xtask test` starts one.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use blobs::{BlobError, BlobStore, S3Credentials, S3Settings};
use bytes::Bytes;
use common::{OWNER, address, key, pattern, read, round_trips, write};
use crypto::Zeroizing;

/// The smallest part that S3 takes, and so the size of ours.
const PART: u64 = 5 << 20;

/// A bucket of the test's own; says so and returns nothing where there is no server.
fn bucket(name: &str, secret: Option<&str>) -> Option<BlobStore> {
    let Ok(url) = std::env::var("MINDSCRIBE_TEST_S3") else {
        println!("skipped: MINDSCRIBE_TEST_S3 names no server");
        return None;
    };
    drop(rustls::crypto::ring::default_provider().install_default());
    let (keys, address) = url.strip_prefix("http://").unwrap().split_once('@').unwrap();
    let (access_key, right) = keys.split_once(':').unwrap();
    let settings = S3Settings {
        bucket: name.to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: Some(format!("http://{address}")),
        credentials: Some(S3Credentials {
            access_key: access_key.to_owned(),
            secret: Zeroizing::new(secret.unwrap_or(right).to_owned()),
        }),
        allow_http: true,
        locked: false,
    };
    Some(BlobStore::s3(settings).unwrap())
}

#[tokio::test]
async fn blobs_in_s3_round_trip_and_are_gone_when_deleted() {
    let Some(store) = bucket("round-trips", None) else { return };
    round_trips(store.clone()).await;
    assert_eq!(store.delete_all(OWNER, address(0).object).await.unwrap(), 0);
}

#[tokio::test]
async fn a_long_blob_is_sent_in_parts_and_read_by_ranges() {
    let Some(store) = bucket("long-blobs", None) else { return };
    let key = key();
    // Whole parts, nearly whole ones, and a rest; the header and the tags make parts and plaintext differ.
    for (part, len) in [PART - 100, PART, 2 * PART + 1, 3 * PART - 4000].into_iter().enumerate() {
        let (part, plain) = (part as u32, pattern(len));
        write(&store, &key, part, &plain, 1 << 20).await;
        assert!(read(&store, &key, part, 0..u64::MAX).await.unwrap() == plain, "{len}");
        for range in [0..1, len - 1..len, PART - 70_000..PART - 10, len / 2..len / 2 + 200_000] {
            let (from, to) = (range.start as usize, range.end.min(len) as usize);
            assert!(
                read(&store, &key, part, range).await.unwrap() == plain[from..to],
                "{from}..{to} of {len}"
            );
        }
    }
    write(&store, &key, 2, b"another, shorter one", 5).await;
    assert_eq!(read(&store, &key, 2, 0..u64::MAX).await.unwrap(), b"another, shorter one");
    assert_eq!(store.delete_all(OWNER, address(0).object).await.unwrap(), 4);
    assert!(matches!(read(&store, &key, 0, 0..1).await, Err(BlobError::NotFound)));
}

#[tokio::test]
async fn what_was_not_finished_is_never_seen() {
    let Some(store) = bucket("unfinished", None) else { return };
    let key = key();
    let long = Bytes::from(vec![7; 3 * PART as usize]);
    let mut aborted = store.create(&key, address(0)).unwrap();
    aborted.write(long.clone()).await.unwrap();
    assert!(matches!(read(&store, &key, 0, 0..1).await, Err(BlobError::NotFound)));
    aborted.abort().await.unwrap();
    let mut dropped = store.create(&key, address(1)).unwrap();
    dropped.write(long).await.unwrap();
    drop(dropped);
    for part in [0, 1] {
        assert!(matches!(read(&store, &key, part, 0..1).await, Err(BlobError::NotFound)));
    }
    assert_eq!(store.delete_all(OWNER, address(0).object).await.unwrap(), 0);
}

#[tokio::test]
async fn a_wrong_secret_is_a_failure_that_tells_no_secret() {
    let Some(store) = bucket("forbidden", Some("wrong-secret-0123")) else { return };
    let mut writer = store.create(&key(), address(0)).unwrap();
    writer.write(Bytes::from_static(b"spoken in confidence")).await.unwrap();
    let error = writer.finish().await.unwrap_err();
    assert!(matches!(error, BlobError::Store(_)));
    let told = format!("{error} {error:?} {store:?}");
    assert!(!told.contains("wrong-secret-0123") && !told.contains("confidence"), "{told}");
}
