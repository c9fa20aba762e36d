//! What is archived comes back as it was, or not at all.

use std::path::{Path, PathBuf};

use blobs::BlobStore;
use chrono::TimeDelta;
use clock::{Clock as _, SystemClock};
use crypto::KeyRing;
use tempfile::TempDir;

use super::{LogArchive, LogError, LogName};

const ONE: &str = "000000010000000000000001";
const TWO: &str = "000000010000000000000002";

struct Place {
    folder: TempDir,
    archive: LogArchive,
    ring: KeyRing,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let archive = LogArchive::new(&BlobStore::local(&folder.path().join("shelf")).unwrap());
        Self { folder, archive, ring: KeyRing::for_testing() }
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let file = self.folder.path().join(name);
        std::fs::write(&file, content).unwrap();
        file
    }

    async fn keep(&self, name: &str, content: &[u8]) -> Result<(), LogError> {
        self.archive.keep(&self.ring, name.parse().unwrap(), &self.file("segment", content)).await
    }

    async fn fetch(&self, name: &str) -> Result<Vec<u8>, LogError> {
        let to = self.folder.path().join("RECOVERYXLOG");
        let fetched = self.archive.fetch(&self.ring, name.parse().unwrap(), &to).await;
        assert!(!to.with_extension("fetching").exists());
        fetched.map(|()| {
            let content = std::fs::read(&to).unwrap();
            std::fs::remove_file(&to).unwrap();
            content
        })
    }

    fn stored(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        collect(&self.folder.path().join("shelf"), &mut found);
        found.sort();
        found
    }

    async fn base(&self, tar: &[u8]) -> super::Base {
        let mut base = self.archive.begin_base(&self.ring, SystemClock.new_id()).await.unwrap();
        assert_eq!(base.pour(&mut &tar[..]).await.unwrap(), tar.len() as u64);
        self.archive.end_base(base, SystemClock.now()).await.unwrap()
    }
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() { collect(&entry.path(), found) } else { found.push(entry.path()) }
    }
}

/// Of 16 MiB as PostgreSQL's are: something, and then nothing.
fn segment(word: &str) -> Vec<u8> {
    let mut bytes = word.repeat(1000).into_bytes();
    bytes.resize(16 << 20, 0);
    bytes
}

#[tokio::test]
async fn a_segment_is_kept_once_and_fetched_as_it_was() {
    let place = Place::new();
    let one = segment("one");
    place.keep(ONE, &one).await.unwrap();
    place.keep(ONE, &one).await.expect("the same again");
    for other in [&segment("two")[..], &one[..one.len() - 1], &[&one[..], b"more"].concat(), b""] {
        assert!(matches!(place.keep(ONE, other).await, Err(LogError::Other(_))));
    }
    assert!(place.fetch(ONE).await.unwrap() == one);
    assert!(matches!(place.fetch(TWO).await, Err(LogError::NotFound(_))));
    // Most of it is nothing, and it is sealed.
    for file in place.stored() {
        let bytes = std::fs::read(&file).unwrap();
        assert!(bytes.len() < 200_000, "{}", bytes.len());
        // The head of what is compressed (RFC 1952 §2.3), which stands at the beginning of it.
        assert!(!bytes.windows(8).any(|bytes| bytes == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0]));
    }
}

#[tokio::test]
async fn what_was_altered_is_refused_and_not_taken_for_the_end_of_the_log() {
    let place = Place::new();
    place.keep(ONE, &segment("one")).await.unwrap();
    place.keep(TWO, &segment("two")).await.unwrap();
    let [one, two, key] = &place.stored()[..] else { panic!("{:?}", place.stored()) };
    let whole = std::fs::read(one).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    for altered in [&flipped[..], &whole[..whole.len() - 1], &whole[..40], b"", &std::fs::read(two).unwrap()]
    {
        std::fs::write(one, altered).unwrap();
        assert!(matches!(place.fetch(ONE).await, Err(LogError::Tampered(_))), "{}", altered.len());
        assert!(matches!(place.keep(ONE, &segment("one")).await, Err(LogError::Other(_))));
    }
    std::fs::write(one, &whole).unwrap();
    place.fetch(ONE).await.unwrap();
    let wrapped = std::fs::read(key).unwrap();
    std::fs::remove_file(key).unwrap();
    assert!(matches!(place.fetch(ONE).await, Err(LogError::NoKey)));
    let third = "000000010000000000000003";
    assert!(matches!(place.keep(third, b"x").await, Err(LogError::NoKey)), "no other key is made");
    std::fs::write(key, wrapped).unwrap();
    let other = KeyRing::parse(&"ab".repeat(32)).unwrap();
    let to = place.folder.path().join("there");
    let name: LogName = ONE.parse().unwrap();
    assert!(matches!(place.archive.fetch(&other, name, &to).await, Err(LogError::Key(_))));
}

#[tokio::test]
async fn a_base_backup_is_there_when_it_has_ended_and_found_by_its_moment() {
    let place = Place::new();
    let before = SystemClock.now();
    let tar: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_be_bytes).collect();
    let mut unfinished = place.archive.begin_base(&place.ring, SystemClock.new_id()).await.unwrap();
    unfinished.pour(&mut &tar[..]).await.unwrap();
    drop(unfinished);
    assert_eq!(place.archive.list_bases(&place.ring).await.unwrap(), []);
    let first = place.base(&tar).await;
    let second = place.base(b"second").await;
    assert_eq!(place.archive.list_bases(&place.ring).await.unwrap().len(), 2);
    let found = async |at| place.archive.newest_base_until(&place.ring, at).await;
    assert!(matches!(found(before).await, Err(LogError::NoBase)));
    assert_eq!(found(first.ended_at).await.unwrap().id, first.id);
    assert_eq!(found(SystemClock.now()).await.unwrap().id, second.id);
    let mut out = Vec::new();
    place.archive.write_base(&place.ring, first, &mut out).await.unwrap();
    assert!(out == tar);
    for file in place.stored().iter().filter(|file| file.to_string_lossy().contains(&first.id.to_string())) {
        let whole = std::fs::read(file).unwrap();
        std::fs::write(file, &whole[..whole.len() - 1]).unwrap();
        let mut out = Vec::new();
        let opened = place.archive.newest_base_until(&place.ring, first.ended_at).await;
        let failed = match opened {
            Ok(base) => place.archive.write_base(&place.ring, base, &mut out).await.unwrap_err(),
            Err(error) => error,
        };
        assert!(matches!(failed, LogError::Tampered(_)), "{failed}");
        std::fs::write(file, &whole).unwrap();
    }
}

#[tokio::test]
async fn what_is_old_goes_but_for_what_the_newest_base_needs() {
    let place = Place::new();
    place.keep(ONE, b"before the bases").await.unwrap();
    place.keep("00000002.history", b"1\t0/3000000\tno recovery target").await.unwrap();
    let first = place.base(b"first").await;
    let (days, now) = (TimeDelta::days(7), SystemClock.now());
    assert_eq!(place.archive.prune(now + TimeDelta::days(6), days).await.unwrap(), 0);
    let second = place.base(b"second").await;
    // The log of the hour before it stays, in case that clocks differ.
    assert_eq!(place.archive.prune(now + TimeDelta::days(8), days).await.unwrap(), 2);
    assert_eq!(place.archive.list_bases(&place.ring).await.unwrap(), [second]);
    assert!(place.fetch(ONE).await.is_ok() && first.id < second.id);
    // Long before the newest base, it goes.
    let long_ago = std::time::SystemTime::from(now - TimeDelta::days(30));
    for file in place.stored() {
        std::fs::File::options().write(true).open(file).unwrap().set_modified(long_ago).unwrap();
    }
    assert_eq!(place.archive.prune(now, days).await.unwrap(), 1);
    assert!(matches!(place.fetch(ONE).await, Err(LogError::NotFound(_))));
    place.fetch("00000002.history").await.unwrap();
    assert_eq!(place.archive.list_bases(&place.ring).await.unwrap(), [second]);
}

#[tokio::test]
async fn another_key_takes_over() {
    let place = Place::new();
    place.keep(ONE, b"segment").await.unwrap();
    let (old, new) = ("11".repeat(32), "22".repeat(32));
    let both = KeyRing::parse(&format!("new:{new},testing:{}", "5a".repeat(32))).unwrap();
    place.archive.rewrap(&both).await.unwrap();
    let to = place.folder.path().join("there");
    let name: LogName = ONE.parse().unwrap();
    let fetched = async |ring: &str| place.archive.fetch(&KeyRing::parse(ring).unwrap(), name, &to).await;
    fetched(&format!("new:{new}")).await.unwrap();
    assert!(matches!(fetched(&format!("testing:{old}")).await, Err(LogError::Key(_))));
}
