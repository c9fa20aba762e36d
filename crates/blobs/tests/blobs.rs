//! Blobs in memory and in a local folder: what is written comes back, and nothing else does.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::{
    fs,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use blobs::{BlobError, BlobStore, BlockingReader};
use bytes::Bytes;
use common::{CHUNK, OWNER, address, key, pattern, read, round_trips, write};
use crypto::KeyRing;
use futures_util::{StreamExt, pin_mut};
use tokio::runtime::Handle;
use uuid::Uuid;

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn blobs_in_memory_round_trip() {
    round_trips(BlobStore::in_memory()).await;
}

#[tokio::test]
async fn blobs_in_a_folder_round_trip_and_leave_nothing_when_deleted() {
    let folder = tempfile::tempdir().unwrap();
    round_trips(BlobStore::local(folder.path()).unwrap()).await;
    assert_eq!(files(folder.path()), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn every_range_at_a_boundary_is_exact() {
    let (store, key) = (BlobStore::in_memory(), key());
    let len = 17 * CHUNK + 3;
    let plain = pattern(len);
    write(&store, &key, 0, &plain, 65536).await;
    let mut bounds: Vec<u64> = [0, CHUNK, 2 * CHUNK, 16 * CHUNK, 17 * CHUNK]
        .iter()
        .flat_map(|bound| [bound.saturating_sub(1), *bound, bound + 1])
        .collect();
    bounds.extend([len - 1, len, len + 1]);
    for start in &bounds {
        for end in bounds.iter().filter(|end| *end >= start) {
            let expected = &plain[(*start).min(len) as usize..(*end).min(len) as usize];
            assert!(read(&store, &key, 0, *start..*end).await.unwrap() == expected, "{start}..{end}");
        }
    }
}

#[tokio::test]
async fn nothing_readable_is_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let (store, key) = (BlobStore::local(folder.path()).unwrap(), key());
    let marker = b"marked personal data";
    write(&store, &key, 0, &marker.repeat(200_000), 1 << 20).await;
    let stored = fs::read(&files(folder.path())[0]).unwrap();
    assert!(stored.len() > 4_000_000);
    assert!(!stored.windows(marker.len()).any(|window| window == marker));
}

#[tokio::test]
async fn a_changed_file_is_refused_and_releases_nothing_after_the_change() {
    let folder = tempfile::tempdir().unwrap();
    let (store, key) = (BlobStore::local(folder.path()).unwrap(), key());
    write(&store, &key, 0, &pattern(40 * CHUNK), 1 << 20).await;
    let file = files(folder.path()).remove(0);
    let good = fs::read(&file).unwrap();
    let everything = || read(&store, &key, 0, 0..u64::MAX);

    for cut in [0, 10, 74, 80, good.len() / 2, good.len() - 65552, good.len() - 1] {
        fs::write(&file, &good[..cut]).unwrap();
        assert!(matches!(everything().await, Err(BlobError::Tampered)), "cut to {cut}");
    }
    fs::write(&file, [&good[..], b"x"].concat()).unwrap();
    assert!(matches!(everything().await, Err(BlobError::Tampered)));

    let mut bad = good.clone();
    bad[74 + 20 * 65552 + 5] ^= 1;
    fs::write(&file, &bad).unwrap();
    let stream = store.read(&key, address(0), 0..u64::MAX).await.unwrap();
    pin_mut!(stream);
    let mut released = 0;
    loop {
        match stream.next().await.unwrap() {
            Ok(bytes) => released += bytes.len() as u64,
            Err(error) => break assert!(matches!(error, BlobError::Tampered)),
        }
    }
    assert!(released <= 20 * CHUNK, "{released}");
    assert!(stream.next().await.is_none());
    // The rest of the file is still good, and what is good may be read.
    assert!(read(&store, &key, 0, 21 * CHUNK..22 * CHUNK).await.is_ok());

    fs::copy(&file, file.with_file_name("00000001")).unwrap();
    assert!(matches!(read(&store, &key, 1, 0..1).await, Err(BlobError::Tampered)));
}

#[tokio::test]
async fn another_owners_key_is_refused() {
    let (store, key) = (BlobStore::in_memory(), key());
    write(&store, &key, 0, b"text", 4).await;
    let stranger = KeyRing::for_testing().new_data_key(Uuid::from_u128(2), 1).0;
    assert!(matches!(store.create(&stranger, address(0)), Err(BlobError::ForeignKey)));
    assert!(matches!(read(&store, &stranger, 0, 0..1).await, Err(BlobError::ForeignKey)));
    let rotated = KeyRing::for_testing().new_data_key(OWNER, 2).0;
    let error = read(&store, &rotated, 0, 0..1).await;
    assert!(matches!(error, Err(BlobError::OtherKeyVersion { version: 1 })));
}

#[tokio::test]
async fn a_writer_that_gives_up_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (store, key) = (BlobStore::local(folder.path()).unwrap(), key());
    let long = Bytes::from(vec![7; 5 << 20]);

    let mut aborted = store.create(&key, address(0)).unwrap();
    aborted.write(long.clone()).await.unwrap();
    assert_eq!(files(folder.path()).len(), 1);
    assert!(matches!(read(&store, &key, 0, 0..1).await, Err(BlobError::NotFound)));
    aborted.abort().await.unwrap();
    assert_eq!(files(folder.path()), Vec::<PathBuf>::new());

    let mut dropped = store.create(&key, address(1)).unwrap();
    dropped.write(long).await.unwrap();
    drop(dropped);
    while !files(folder.path()).is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(matches!(read(&store, &key, 1, 0..1).await, Err(BlobError::NotFound)));
}

#[tokio::test]
async fn what_a_killed_writer_left_is_removed_once_it_is_old() {
    let folder = tempfile::tempdir().unwrap();
    let (store, key) = (BlobStore::local(folder.path()).unwrap(), key());
    write(&store, &key, 0, b"kept", 4).await;
    let left = files(folder.path())[0].with_file_name("00000001#1");
    fs::write(&left, b"ciphertext").unwrap();
    let written = fs::metadata(&left).unwrap().modified().unwrap();
    assert_eq!(store.remove_unfinished(written - Duration::from_mins(1)).await.unwrap(), 0);
    assert_eq!(store.remove_unfinished(written + Duration::from_mins(1)).await.unwrap(), 1);
    assert!(!left.exists());
    assert_eq!(read(&store, &key, 0, 0..9).await.unwrap(), b"kept");
    assert_eq!(BlobStore::in_memory().remove_unfinished(SystemTime::UNIX_EPOCH).await.unwrap(), 0);
}

#[tokio::test]
async fn the_hash_is_of_the_plaintext() {
    let (store, key) = (BlobStore::in_memory(), key());
    let mut writer = store.create(&key, address(0)).unwrap().with_sha256();
    writer.write(Bytes::from_static(b"ab")).await.unwrap();
    writer.write(Bytes::from_static(b"c")).await.unwrap();
    let written = writer.finish().await.unwrap();
    assert_eq!(written.sha256, Some(crypto::token_hash("abc")));
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_read_as_one_file() {
    let (store, key) = (BlobStore::in_memory(), key());
    let parts = [pattern(3 * CHUNK + 5), Vec::new(), pattern(7), pattern(20 * CHUNK)];
    for (part, plain) in parts.iter().enumerate() {
        write(&store, &key, part as u32, plain, 1 << 20).await;
    }
    let whole = parts.concat();
    let lengths = parts.iter().map(|plain| plain.len() as u64).collect::<Vec<_>>();
    let manifest = move |parts: &[u64]| {
        let parts =
            parts.iter().enumerate().map(|(part, len)| (address(part as u32), *len)).collect::<Vec<_>>();
        BlockingReader::new(store.clone(), key.clone(), parts, Handle::current())
    };
    let mut reader = manifest(&lengths);
    let mut lying = manifest(&[lengths[0] + 1]);
    let mut missing = manifest(&[lengths[0], 0, 7, lengths[3], 5]);
    let check = move || {
        assert_eq!(reader.len(), whole.len() as u64);
        let mut all = Vec::new();
        reader.read_to_end(&mut all).unwrap();
        assert!(all == whole);
        let mut some = [0; 10];
        for place in [0, 5, 65530, 3 * CHUNK, 3 * CHUNK + 4, 3 * CHUNK + 11, 70_000] {
            assert_eq!(reader.seek(SeekFrom::Start(place)).unwrap(), place);
            reader.read_exact(&mut some).unwrap();
            assert_eq!(some, whole[place as usize..][..10], "{place}");
        }
        assert_eq!(reader.seek(SeekFrom::Current(-10)).unwrap(), 70_000);
        assert_eq!(reader.seek(SeekFrom::End(3)).unwrap(), whole.len() as u64 + 3);
        assert_eq!(reader.read(&mut some).unwrap(), 0);
        assert!(reader.seek(SeekFrom::End(-(1 << 40))).is_err());

        let error = lying.read(&mut some).unwrap_err();
        assert!(matches!(error.downcast::<BlobError>().unwrap(), BlobError::Tampered));
        missing.seek(SeekFrom::End(-5)).unwrap();
        assert_eq!(missing.read(&mut some).unwrap_err().kind(), std::io::ErrorKind::NotFound);
    };
    tokio::task::spawn_blocking(check).await.unwrap();
}
