//! Bundles that were tampered with, in every way that bytes have.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::{
    io::{Cursor, Read as _, Write as _},
    process::Command,
};

use chrono::DateTime;
use jwt_simple::prelude::{Claims, Duration, Ed25519KeyPair, EdDSAKeyPairLike as _, HeaderOptions};
use proof::{CALLS, CheckError, Finding, MANIFEST, Statement, Tree, check};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};
use shared::{
    PracticeId,
    reports::{ReportFile, ReportManifest},
};
use uuid::Uuid;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

const ROWS: &str = "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n";

fn files() -> Vec<(String, Vec<u8>)> {
    let of = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    vec![of("report.json", "{\"calls\":3}"), of(CALLS, ROWS), of("README.txt", "What is in here.")]
}

fn manifest(files: &[(String, Vec<u8>)]) -> ReportManifest {
    let mut tree = Tree::default();
    for row in ROWS.lines() {
        tree.add(row.as_bytes());
    }
    let file = |(name, content): &(String, Vec<u8>)| ReportFile {
        name: name.clone(),
        bytes: content.len() as u64,
        sha256: hex::encode(Sha256::digest(content)),
    };
    ReportManifest {
        practice_id: PracticeId(Uuid::from_u128(7)),
        from: "2026-11-01".parse().expect("a day"),
        until: "2026-11-30".parse().expect("a day"),
        at: DateTime::UNIX_EPOCH,
        software: "MindScribe".to_owned(),
        files: files.iter().map(file).collect(),
        calls: tree.items(),
        calls_root: hex::encode(tree.root()),
        head: None,
    }
}

fn signed(key: &Ed25519KeyPair, manifest: ReportManifest) -> Vec<u8> {
    let mut claims = Claims::with_custom_claims(manifest, Duration::from_days(1)).with_issuer("mindscribe");
    (claims.expires_at, claims.issued_at, claims.invalid_before) = (None, None, None);
    let header =
        HeaderOptions { signature_type: Some(ReportManifest::TYPE.to_owned()), ..HeaderOptions::default() };
    key.sign_with_options(claims, &header).expect("signed").into_bytes()
}

fn pack(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(name.as_str(), SimpleFileOptions::default()).expect("begun");
        writer.write_all(content).expect("written");
    }
    writer.finish().expect("packed").into_inner()
}

struct Bench {
    key: Ed25519KeyPair,
    files: Vec<(String, Vec<u8>)>,
}

impl Bench {
    fn new() -> Self {
        let key = Ed25519KeyPair::generate();
        let mut files = files();
        let manifest = signed(&key, manifest(&files));
        files.push((MANIFEST.to_owned(), manifest));
        Self { key, files }
    }

    fn public(&self) -> String {
        self.key.public_key().to_jwk()
    }

    fn check(&self) -> Result<Vec<Finding>, CheckError> {
        check(Cursor::new(pack(&self.files)), &self.public()).map(|(_, findings)| findings)
    }

    fn content(&mut self, name: &str) -> &mut Vec<u8> {
        &mut self.files.iter_mut().find(|file| file.0 == name).expect("it is there").1
    }
}

#[test]
fn a_bundle_as_it_was_given_out_is_genuine() {
    assert_eq!(Bench::new().check().expect("read"), []);
}

#[test]
fn what_was_altered_is_named() {
    let named = |change: fn(&mut Bench)| {
        let mut bench = Bench::new();
        change(&mut bench);
        bench.check().expect("read").iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(named(|it| it.content("report.json")[10] = b'4'), ["report.json was altered"]);
    assert_eq!(named(|it| it.content("README.txt").push(b' ')), ["README.txt was altered"]);
    let calls = ["calls.ndjson was altered", "calls.ndjson does not hold the calls that were signed"];
    assert_eq!(named(|it| it.content(CALLS)[6] = b'9'), calls, "a call says something else");
    assert_eq!(named(|it| it.content(CALLS).truncate(18)), calls, "a call is gone");
    let swapped = |it: &mut Bench| *it.content(CALLS) = b"{\"id\":2}\n{\"id\":1}\n{\"id\":3}\n".to_vec();
    assert_eq!(named(swapped), calls, "two changed places");
    assert_eq!(named(|it| drop(it.files.remove(0))), ["report.json is missing"]);
    let added = |it: &mut Bench| it.files.insert(0, ("more.txt".to_owned(), Vec::new()));
    assert_eq!(named(added), ["more.txt was added"]);
    let renamed = |it: &mut Bench| it.files[0].0 = "other.json".to_owned();
    assert_eq!(named(renamed), ["other.json was added", "report.json is missing"]);
    let empty = |it: &mut Bench| it.content(CALLS).clear();
    assert_eq!(named(empty), calls);
}

#[test]
fn a_list_that_was_not_signed_by_this_key_says_nothing() {
    let mut bench = Bench::new();
    bench.files.pop();
    assert!(matches!(bench.check(), Err(CheckError::NoManifest)));
    // Made anew for other calls, by somebody else.
    let mut bench = Bench::new();
    *bench.content(MANIFEST) = signed(&Ed25519KeyPair::generate(), manifest(&files()));
    assert!(matches!(bench.check(), Err(CheckError::NotGenuine(_))));
    // By the right key, and of another kind.
    let mut bench = Bench::new();
    let header =
        HeaderOptions { signature_type: Some("audit-export+jwt".to_owned()), ..HeaderOptions::default() };
    let claims = Claims::with_custom_claims(manifest(&files()), Duration::from_days(1));
    *bench.content(MANIFEST) = bench.key.sign_with_options(claims, &header).expect("signed").into_bytes();
    assert!(matches!(bench.check(), Err(CheckError::NotGenuine(_))));
    let whole = pack(&Bench::new().files);
    assert!(matches!(check(Cursor::new(&whole[..whole.len() / 2]), "{}"), Err(CheckError::Unreadable(_))));
}

/// The verifier: a program that has the bundle and the key, and nothing else.
#[test]
fn the_command_says_whether_a_bundle_is_genuine_and_names_what_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let (bundle, key) = (folder.path().join("report.zip"), folder.path().join("key.json"));
    let mut bench = Bench::new();
    std::fs::write(&key, bench.public()).expect("written");
    let verify = |bytes: Vec<u8>| {
        std::fs::write(&bundle, bytes).expect("written");
        let program = Command::new(env!("CARGO_BIN_EXE_mindscribe-verify"));
        let output = { program }.args([&bundle, &key]).env_clear().output().expect("it starts");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, told) = verify(pack(&bench.files));
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("from 2026-11-01 to 2026-11-30") && told.contains("with 3 calls"), "{told}");
    bench.content(CALLS)[6] = b'9';
    let (code, told) = verify(pack(&bench.files));
    assert_eq!(code, Some(1));
    assert!(told.starts_with("NOT GENUINE: calls.ndjson was altered\n"), "{told}");
    let (code, told) = verify(Vec::new());
    assert_eq!(
        (code, told.starts_with("NOT GENUINE: the bundle cannot be opened")),
        (Some(1), true),
        "{told}"
    );
    let asked = Command::new(env!("CARGO_BIN_EXE_mindscribe-verify")).output().expect("it starts");
    assert_eq!(asked.status.code(), Some(2), "it says how it is used");
}

/// Everything that is in an archive, in its order.
fn unpack(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut all = Vec::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).ok()?;
        let mut content = Vec::new();
        file.read_to_end(&mut content).ok()?;
        all.push((file.name().ok()?.into_owned(), content));
    }
    Some(all)
}

proptest! {
    /// A byte of the archive is another: it is found, unless it says nothing about what is in it (when a file was made, how it
    /// is packed).
    #[test]
    fn no_byte_is_altered_unseen(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let bench = Bench::new();
        let mut bytes = pack(&bench.files);
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let genuine = check(Cursor::new(&bytes), &bench.public()).is_ok_and(|(_, findings)| findings.is_empty());
        prop_assert!(!genuine || unpack(&bytes) == Some(bench.files));
    }

    /// Whatever somebody hands in as a bundle, the answer is an answer.
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let answer = check(Cursor::new(bytes), "no key");
        prop_assert!(answer.is_err());
    }
}
