//! How fast a backup is made and brought back, and in how much memory:
//! `bring_back [NOTES] [MEGABYTES OF SOUND] [postgres://…]`.

#![expect(clippy::expect_used, reason = "what fails here is the measurement's failure")]

use std::{sync::Arc, time::Instant};

use access::{DatabaseTarget, perm, snapshot::Scratch};
use blobs::{BlobAddress, BlobStore};
use bytes::Bytes;
use clinical::{clients, encounters, notes};
use clock::{Clock as _, SystemClock};
use crypto::KeyRing;
use shared::{
    Phi,
    clients::NewClient,
    encounters::{Modality, NewEncounter, Setting},
    notes::NewNote,
    templates::NoteFormat,
};
use testing::TestDatabase;
use upkeep::backups::{self, Shelf};

/// Notes of one commit.
const AT_ONCE: u64 = 500;
/// Megabytes of one stored part.
const PART: u64 = 8;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |otherwise| arguments.next().map_or(otherwise, |it| it.parse().expect("a number"));
    let (notes, megabytes): (u64, u64) = (number(100_000), number(1000));
    let bench = match arguments.next() {
        None => TestDatabase::new().await,
        Some(server) => TestDatabase::on_postgres(server).await,
    };
    let folder = tempfile::tempdir().expect("a folder");
    let recordings = BlobStore::local(&folder.path().join("recordings")).expect("a store");
    let begun = Instant::now();
    add_notes(&bench, notes).await;
    add_sound(&bench, &recordings, megabytes).await;
    println!(
        "filled with {notes} notes and {megabytes} MB of sound in {:.1} s",
        begun.elapsed().as_secs_f64()
    );

    let store = BlobStore::local(&folder.path().join("shelf")).expect("a store");
    let shelf = Shelf::new(store, KeyRing::for_testing());
    for name in ["backup", "backup, nothing new"] {
        let (begun, before) = (Instant::now(), resident_megabytes("VmRSS"));
        let made = backups::make(&shelf, &bench.database, &bench.target, &recordings).await.expect("made");
        let bytes = made.manifest.database_bytes + made.manifest.object_bytes;
        say(name, bytes, begun, before);
    }
    let scratch = Scratch::beside(&bench.target, SystemClock.now()).await.expect("a place");
    let there = BlobStore::local(&folder.path().join("there")).expect("a store");
    let (begun, before) = (Instant::now(), resident_megabytes("VmRSS"));
    let restored =
        backups::restore(&shelf, None, &scratch.target, &there, Arc::new(SystemClock)).await.expect("back");
    assert_eq!(restored.rows["notes"], notes);
    let bytes = restored.database_bytes + restored.object_bytes;
    say("restore", bytes, begun, before);
    scratch.remove().await.expect("removed");
    bench.drop_from_server().await;
}

async fn add_notes(bench: &TestDatabase, count: u64) {
    let (mut tx, granted) = bench.as_therapist::<perm::WriteClients>().await;
    let new = NewClient {
        given_name: Phi::from("Ada"),
        family_name: Phi::from("Quint"),
        date_of_birth: None,
        email: None,
        phone: None,
        pronouns: None,
        external_id: None,
        jurisdiction: None,
    };
    let client = clients::create(&mut tx, granted, new, "US-CA", &[]).await.expect("a client");
    tx.commit().await.expect("kept");
    let (mut tx, granted) = bench.as_therapist::<perm::WriteEncounters>().await;
    let new = NewEncounter {
        client_ids: vec![client.id],
        modality: Modality::Individual,
        setting: Setting::InPerson,
        scheduled_start: None,
        started_at: None,
        ended_at: None,
        cpt_code: None,
        participants: Vec::new(),
    };
    let encounter_id = encounters::create(&mut tx, granted, new).await.expect("a session").id;
    tx.commit().await.expect("kept");
    for _ in 0..count / AT_ONCE {
        let (mut tx, _) = bench.as_therapist::<perm::WriteNotes>().await;
        for _ in 0..AT_ONCE {
            let granted = tx.actor().require().expect("a therapist may");
            let new = NewNote { encounter_id, template_id: NoteFormat::Soap };
            notes::create(&mut tx, granted, new).await.expect("a note");
        }
        tx.commit().await.expect("kept");
    }
    // As long as a note of two pages is when it is sealed.
    bench
        .tamper(match bench.target {
            DatabaseTarget::Sqlite(_) => "UPDATE notes SET content = randomblob(2500)",
            DatabaseTarget::Postgres { .. } => {
                "UPDATE notes SET content = decode(repeat(md5(random()::text), 156), 'hex')"
            }
        })
        .await;
}

async fn add_sound(bench: &TestDatabase, recordings: &BlobStore, megabytes: u64) {
    let practice = bench.therapist().practice_id();
    let key = bench.database.key_of(practice).await.expect("a key");
    let piece = Bytes::from(vec![0x5a; 1_000_000]);
    for _ in 0..megabytes / PART {
        let address = BlobAddress { owner: practice.0, object: SystemClock.new_id(), part: 0 };
        let mut blob = recordings.create(&key, address).expect("a blob");
        for _ in 0..PART {
            blob.write(piece.clone()).await.expect("written");
        }
        blob.finish().await.expect("kept");
    }
}

fn say(what: &str, bytes: u64, begun: Instant, before: f64) {
    let (seconds, megabytes) = (begun.elapsed().as_secs_f64(), bytes as f64 / 1e6);
    println!(
        "{what}: {:.0} MB/s, {megabytes:.0} MB in {seconds:.1} s; memory grew by {:.1} MB, highest {:.1} MB",
        megabytes / seconds,
        (resident_megabytes("VmRSS") - before).max(0.0),
        resident_megabytes("VmHWM"),
    );
}

/// Of `/proc/self/status`; nothing where there is none.
fn resident_megabytes(line: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix(line)).unwrap_or_default();
    let kilobytes: f64 =
        line.trim_matches([':', ' ', '\t']).trim_end_matches(" kB").parse().unwrap_or_default();
    kilobytes / 1000.0
}
