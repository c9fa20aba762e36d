//! The database has come back without us: PostgreSQL or whoever runs it did that, and the rest follows.

use std::path::{Path, PathBuf};

use serde_json::json;
use tests::{Binary, TestApp};

use crate::{
    SERVER,
    backups::{command, files, first_backup, kept, lived_in, owned},
    pipeline::typed,
};

tests::on_both! {
    sound_that_is_not_there_comes_from_a_backup_or_is_named,
    a_recording_that_was_on_its_way_is_decoded_again,
}

const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const NEW_KEY: &str = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";

/// Whether the audit trail is intact, and what was printed and said of it.
pub fn verified(settings: &[(String, String)]) -> (bool, String, String) {
    let borrowed: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    tests::run(SERVER, &["verify-audit"], &borrowed)
}

async fn sound_that_is_not_there_comes_from_a_backup_or_is_named(app: &TestApp) {
    let Some(kept) = kept(app).await else { return };
    first_backup(&kept).await;
    let paths = lived_in(&kept.owner).await;
    let audio = paths.last().expect("the sound");
    let before = kept.owner.get(audio).await;
    kept.backup();
    let rest = || command(&["restore", "--all-but-database", "--json"], &kept.settings()).expect("the rest");
    assert_eq!((&rest()["objects"], &rest()["missing"]), (&json!(0), &json!([])), "nothing was missing");
    let parts = files(&kept.app.data().join("blobs"));
    // Not the plain sound, which is gone when it is transcribed.
    let part = parts.iter().find(|file| !file.ends_with("4294967295")).expect("a part");
    std::fs::remove_file(part).expect("removed");
    assert_eq!((&rest()["objects"], &rest()["missing"]), (&json!(1), &json!([])));
    kept.owner.sign_in().await.ok();
    assert!(kept.owner.get(audio).await.body == before.body, "the sound is another");

    std::fs::remove_file(part).expect("removed again");
    let id = part.parent().and_then(Path::file_name).expect("an id").to_string_lossy().into_owned();
    for copy in files(&kept.shelf.path().join("objects")) {
        let mut altered = std::fs::read(&copy).expect("a file");
        let middle = altered.len() / 2;
        altered[middle] ^= 1;
        std::fs::write(&copy, altered).expect("altered");
    }
    let told = rest();
    let missing = told["missing"].as_array().expect("a list");
    assert!(missing.len() == 1 && missing[0].as_str().is_some_and(|path| path.contains(&id)), "{told}");
    assert!(!part.exists(), "what was altered is not taken for what was recorded");
    kept.app.stop().await;
}

async fn a_recording_that_was_on_its_way_is_decoded_again(app: &TestApp) {
    let Some(kept) = kept(app).await else { return };
    first_backup(&kept).await;
    lived_in(&kept.owner).await;
    let rest = || command(&["restore", "--all-but-database", "--json"], &kept.settings()).expect("the rest");
    let stage = "SELECT stage FROM recordings";
    let ended = kept.app.query(stage).await;
    rest();
    assert_eq!(kept.app.query(stage).await, ended, "it was not on its way");
    let under_way = "UPDATE recordings SET state = 'processing', stage = 'speakers'";
    kept.app.attack(under_way).await.expect("the owner of the tables may");
    rest();
    assert_eq!(kept.app.query(stage).await, ["decode"]);
    kept.app.stop().await;
}

/// The files of the embedded database.
fn database(data: &Path) -> Vec<PathBuf> {
    let name = |file: &PathBuf| file.file_name().map(|name| name.to_string_lossy().into_owned());
    let is_its = |file: &PathBuf| name(file).is_some_and(|name| name.starts_with("mindscribe.sqlite"));
    files(data).into_iter().filter(is_its).collect()
}

#[tokio::test]
async fn a_database_from_before_its_key_was_replaced_opens_by_the_rings_of_the_backups() {
    let (shelf, aside) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let with = |keys: &str, data: Option<&Path>| {
        let mut settings =
            owned(&[("ENCRYPTION_KEY", keys), ("BACKUP_DIR", shelf.path().to_str().expect("a plain path"))]);
        settings.extend(data.map(|data| ("DATA_DIR".to_owned(), data.display().to_string())));
        settings
    };
    let (old, new) = (format!("old:{KEY}"), format!("new:{NEW_KEY}"));
    let mut server = Binary::stopped(SERVER, &[]);
    server.move_to(&with(&old, None));
    let owner = server.therapist().await;
    let session = typed(&owner).await;
    let data = server.data();
    command(&["backup", "--json"], &with(&old, Some(&data))).expect("a backup");
    server.kill();
    let copy = |file: &PathBuf| aside.path().join(file.file_name().expect("a name"));
    let then = database(&data);
    for file in &then {
        std::fs::copy(file, copy(file)).expect("copied");
    }
    command(&["rotate-keys", "--json"], &with(&format!("{new},{old}"), Some(&data))).expect("replaced");
    for file in database(&data) {
        std::fs::remove_file(file).expect("removed");
    }
    for file in &then {
        std::fs::copy(copy(file), file).expect("put back");
    }

    let (before, after) = (with(&old, Some(&data)), with(&new, Some(&data)));
    assert!(!verified(&after).0, "the database is of before the key was replaced");
    command(&["restore", "--all-but-database", "--json"], &after).expect("the rings of the backups open it");
    assert!(!verified(&before).0, "the old key is not needed any more");
    server.move_to(&with(&new, None));
    owner.sign_in().await.ok();
    owner.get(&format!("/encounters/{}/transcript", session.encounter)).await.ok();
}

#[tokio::test]
async fn without_a_database_there_is_nothing_to_which_the_rest_could_come_back() {
    let (shelf, data) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let settings = owned(&[
        ("ENCRYPTION_KEY", KEY),
        ("BACKUP_DIR", shelf.path().to_str().expect("a plain path")),
        ("DATA_DIR", data.path().to_str().expect("a plain path")),
    ]);
    let refused =
        command(&["restore", "--all-but-database", "--json"], &settings).expect_err("nothing there");
    assert!(refused.contains("the database is empty"), "{refused}");
    assert_eq!(files(data.path()), Vec::<PathBuf>::new(), "and nothing was made");
}
