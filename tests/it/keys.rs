//! Replacing the key-encryption key while everything goes on, and doing without the old one afterwards.

use std::{sync::Arc, time::Duration};

use access::Database;
use crypto::KeyRing;
use entities::data_keys;
use sea_orm::{ActiveValue::Set, EntityTrait as _};
use serde_json::{Value, json};
use tests::{Binary, OwnDatabase, TestApp};
use uuid::Uuid;

use crate::{
    SERVER,
    backups::{command, everything, lived_in, owned},
};

tests::on_both! { a_rotation_that_is_cut_off_again_and_again_comes_to_its_end }

const OLD: &str = "old:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const NEW: &str = "new:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

async fn rotates(others: &[(&str, &str)]) {
    let with = |keys: &str| {
        let mut settings = owned(others);
        settings.extend(owned(&[("ENCRYPTION_KEY", keys)]));
        settings
    };
    let old = with(OLD);
    let borrowed: Vec<(&str, &str)> =
        old.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut server = Binary::start(SERVER, &borrowed);
    let data = ("DATA_DIR".to_owned(), server.data().display().to_string());
    let owner = server.therapist().await;
    let paths = lived_in(&owner).await;
    let before = everything(&owner, &paths).await;
    let run = |arguments: &[&str], keys: &str| {
        let mut settings = with(keys);
        settings.push(data.clone());
        command(arguments, &settings)
    };
    let made = run(&["backup", "--json"], OLD).expect("a backup");
    let backup = made["backup"].as_str().expect("a name");

    server.move_to(&with(&format!("{NEW},{OLD}")));
    owner.sign_in().await.ok();
    // Requests go on while the keys are wrapped anew.
    let (asked, rotated) = tokio::join!(
        async {
            for _ in 0..50 {
                owner.get("/clients").await.ok();
            }
        },
        async { run(&["rotate-keys", "--json"], &format!("{NEW},{OLD}")).expect("rotated") },
    );
    let () = asked;
    assert_eq!(
        (&rotated["not_needed"], &rotated["still_needed"]),
        (&json!(["old"]), &json!([])),
        "{rotated}"
    );
    assert!(rotated["rewrapped"] == rotated["keys"] && rotated["keys"].as_u64() >= Some(3), "{rotated}");
    assert!(rotated["backups"].as_u64() >= Some(1), "{rotated}");
    let again = run(&["rotate-keys", "--json"], &format!("{NEW},{OLD}")).expect("nothing to do");
    assert_eq!((&again["rewrapped"], &again["backups"]), (&json!(0), &json!(0)));

    server.move_to(&with(NEW));
    owner.sign_in().await.ok();
    assert!(everything(&owner, &paths).await == before, "something reads otherwise");
    lived_in(&owner).await;
    let verified: Value = run(&["verify-audit", "--json"], NEW).expect("intact");
    assert_eq!(verified[0]["report"]["intact"], true, "{verified}");
    let old_one = ["restore", "--check", "--from", backup, "--json"];
    run(&old_one, NEW).expect("the backup of the old key opens with the new one");
    // The old key alone opens nothing any more.
    server.kill();
    for keys in [OLD, "other:YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE="] {
        let refused = run(&["rotate-keys", "--json"], keys).expect_err("a retired key");
        assert!(refused.contains("does not open") && refused.lines().count() == 1, "{refused}");
    }
    if others.iter().any(|(name, _)| *name == "DATABASE_URL") {
        return;
    }
    // The old backup comes back under the new key, and the place then needs no other.
    std::fs::remove_dir_all(server.data()).expect("wiped");
    run(&["restore", "--from", backup, "--json"], NEW).expect("it comes back");
    let again = run(&["rotate-keys", "--json"], NEW).expect("nothing to do");
    assert_eq!(again["rewrapped"], json!(0));
    server.restart();
    owner.sign_in().await.ok();
    assert!(everything(&owner, &paths).await == before, "something came back otherwise");
}

#[tokio::test]
async fn keys_are_rotated_under_requests_and_the_old_one_is_dropped_on_sqlite() {
    let shelf = tempfile::tempdir().expect("a folder");
    rotates(&[("BACKUP_DIR", shelf.path().to_str().expect("a plain path"))]).await;
}

#[tokio::test]
async fn keys_are_rotated_under_requests_and_the_old_one_is_dropped_on_postgres() {
    let Some(database) = OwnDatabase::create().await else { return };
    let shelf = tempfile::tempdir().expect("a folder");
    let folder = shelf.path().to_str().expect("a plain path");
    rotates(&[("BACKUP_DIR", folder), ("DATABASE_URL", &database.url)]).await;
    database.remove().await;
}

async fn a_rotation_that_is_cut_off_again_and_again_comes_to_its_end(app: &TestApp) {
    const KEYS: u128 = 700;
    let target = &app.app.config.data.database;
    let present = app.app.database.key_ring();
    let connection = Database::connect(target).await.expect("the database answers");
    let rows = (1..=KEYS).map(|number| {
        let owner = Uuid::from_u128(number);
        data_keys::ActiveModel {
            owner: Set(owner),
            version: Set(1),
            wrapped: Set(present.new_data_key(owner, 1).1),
            created_at: Set(app.app.database.clock().now()),
        }
    });
    data_keys::Entity::insert_many(rows).exec_without_returning(&connection).await.expect("kept");
    // The present ring is one key, in a file of the data folder.
    let file = std::fs::read_to_string(app.data().join("keys").join("encryption.key")).expect("a key");
    let ring = |text: &str| Arc::new(KeyRing::parse(text).expect("a ring"));
    let both = ring(&format!("{NEW},{}", file.trim()));
    let clock = app.app.database.clock().clone();
    let database = Database::open(target, both, clock.clone()).await.expect("both open");
    let mut patience = Duration::from_millis(1);
    let mut cut_off = 0;
    let done = loop {
        if let Ok(done) = tokio::time::timeout(patience, database.rewrap_keys(|_| ())).await {
            break done.expect("it runs");
        }
        cut_off += 1;
        patience = patience * 3 / 2;
    };
    assert!(cut_off > 0 && done.keys >= KEYS as u64, "{cut_off} {done:?}");
    assert_eq!(done.wrapped_by.keys().collect::<Vec<_>>(), ["new"]);
    // The server goes on with the ring that it has.
    app.therapist().await.get("/clients").await.ok();
    let done = database.rewrap_keys(|_| ()).await.expect("it runs");
    assert_eq!(done.wrapped_by.keys().collect::<Vec<_>>(), ["new"], "but for what it added meanwhile");
    let alone = Database::open(target, ring(NEW), clock).await.expect("the new one is enough");
    for number in [1, KEYS] {
        alone.key_of(shared::PracticeId(Uuid::from_u128(number))).await.expect("it opens");
    }
    connection.close().await.expect("closed");
}
