//! Backups: made while the server goes on, brought back byte for byte, refused when anything about them was altered.

use std::{collections::BTreeMap, path::Path, time::Duration};

use access::{
    Database, DatabaseTarget,
    snapshot::{Scratch, remove_leftovers},
};
use api::work::backups::keep_up;
use blobs::BlobStore;
use chrono::TimeDelta;
use clock::{Clock as _, SystemClock};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};
use tests::{
    Binary, Mark, OwnBucket, OwnDatabase, PASSWORD, Person, TestApp, new_session, noise, wait_for_job,
};

use crate::{SERVER, pipeline::typed, uploads::in_one};

tests::on_both! {
    a_backup_holds_nothing_readable_and_comes_back_in_a_check,
    whatever_is_altered_in_a_backup_is_found,
    what_was_copied_once_is_not_copied_again,
    one_that_was_not_finished_is_none,
    a_practice_that_was_deleted_is_not_back_for_long,
    a_chart_that_was_deleted_is_not_back_for_long,
    what_a_killed_drill_leaves_is_removed_later,
    they_are_made_and_tried_by_themselves_once_however_many_processes_there_are,
}

const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// Everything about a practice that can be asked for.
pub async fn everything(person: &Person, paths: &[String]) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for path in paths {
        let answer = person.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        all.insert(path.clone(), answer.body.to_vec());
    }
    all
}

/// A practice with a client, words, a note and a recording; the addresses of all of it.
pub async fn lived_in(owner: &Person) -> Vec<String> {
    let session = typed(owner).await;
    let form = json!({ "encounter_id": session.encounter, "template_id": "soap" });
    let note = owner.post("/notes", &form).await.created()["id"].as_str().expect("an id").to_owned();
    let recorded = new_session(owner).await;
    let made = in_one(owner, &recorded, "audio/wav", noise(20)).await.created();
    wait_for_job(owner, made["job_id"].as_str().expect("a job")).await;
    let recording = made["id"].as_str().expect("an id");
    vec![
        "/clients".to_owned(),
        "/practice".to_owned(),
        "/encounters".to_owned(),
        format!("/encounters/{}/transcript", session.encounter),
        format!("/notes/{note}"),
        format!("/recordings/{recording}"),
        format!("/recordings/{recording}/audio"),
    ]
}

pub fn command(arguments: &[&str], settings: &[(String, String)]) -> Result<Value, String> {
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (done, printed, said) = tests::run(SERVER, arguments, &settings);
    assert!(!printed.contains(KEY) && !said.contains(KEY), "{printed}{said}");
    if done { Ok(serde_json::from_str(&printed).expect("JSON")) } else { Err(said) }
}

pub fn owned(settings: &[(&str, &str)]) -> Vec<(String, String)> {
    settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Lives somewhere, is backed up, and comes back elsewhere, where nothing else is.
async fn comes_back(here: Vec<(String, String)>, there: Vec<(String, String)>) {
    let borrowed: Vec<(&str, &str)> =
        here.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut server = Binary::start(SERVER, &borrowed);
    let owner = server.therapist().await;
    let paths = lived_in(&owner).await;
    let before = everything(&owner, &paths).await;
    let data = ("DATA_DIR".to_owned(), server.data().display().to_string());
    let mut settings = here.clone();
    settings.push(data.clone());
    let made = command(&["backup", "--json"], &settings).expect("a backup");
    assert!(made["objects"].as_u64() > Some(0) && made["rows"].as_u64() > Some(50), "{made}");
    // What comes after it is not in it.
    owner.post("/clients", &json!({ "given_name": "Too", "family_name": "Late" })).await.created();
    let refused = command(&["restore", "--json"], &settings).expect_err("there is something");
    assert!(refused.contains("not empty") && refused.lines().count() == 1, "{refused}");
    server.kill();

    // On PostgreSQL and S3 there may be nothing.
    let _ = std::fs::remove_dir_all(server.data());
    assert!(!server.data().exists());
    let mut settings = there.clone();
    settings.push(data);
    let mut wrong = settings.clone();
    wrong.retain(|(name, _)| name != "ENCRYPTION_KEY");
    wrong.push(("ENCRYPTION_KEY".to_owned(), "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=".to_owned()));
    let refused = command(&["restore", "--json"], &wrong).expect_err("another key");
    assert!(refused.contains("does not authenticate"), "{refused}");
    let restored = command(&["restore", "--json"], &settings).expect("it comes back");
    for same in ["backup", "rows", "objects", "bytes"] {
        assert_eq!(restored[same], made[same], "{same}");
    }
    server.move_to(&there);
    owner.get("/practice").await.refused(401, "unauthenticated");
    owner.sign_in().await.ok();
    assert!(everything(&owner, &paths).await == before, "something came back otherwise");
    // And it lives on.
    lived_in(&owner).await;
    let checked = command(&["restore", "--check", "--json"], &settings).expect("it would come back again");
    assert_eq!(checked["practices"], 1);
}

#[tokio::test]
async fn a_practice_on_sqlite_and_a_folder_comes_back_byte_for_byte() {
    let shelf = tempfile::tempdir().expect("a folder");
    let settings = owned(&[("ENCRYPTION_KEY", KEY), ("BACKUP_DIR", &shelf.path().display().to_string())]);
    comes_back(settings.clone(), settings).await;
}

#[tokio::test]
async fn a_practice_on_postgres_and_s3_comes_back_byte_for_byte() {
    let (Some(first), Some(second)) = (OwnDatabase::create().await, OwnDatabase::create().await) else {
        return;
    };
    let buckets = (OwnBucket::create(), OwnBucket::create(), OwnBucket::create());
    if let (Some(here), Some(there), Some(shelf)) = buckets {
        // A bucket is there when something was put into it.
        let settings = |bucket: &OwnBucket, database: &OwnDatabase| {
            let mut settings = owned(&bucket.settings());
            settings.extend(owned(&[("ENCRYPTION_KEY", KEY), ("DATABASE_URL", &database.url)]));
            settings.extend(owned(&[("BACKUP_S3_BUCKET", shelf.name())]));
            settings
        };
        comes_back(settings(&here, &first), settings(&there, &second)).await;
    }
    first.remove().await;
    second.remove().await;
}

pub fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// A server that keeps backups in a folder, with something in it.
pub struct Kept {
    pub shelf: tempfile::TempDir,
    pub app: TestApp,
    pub owner: Person,
}

/// `on_both` has started a server for us; this one also has a shelf.
pub async fn kept(app: &TestApp) -> Option<Kept> {
    let shelf = tempfile::tempdir().expect("a folder");
    let settings = [("BACKUP_DIR", shelf.path().to_str().expect("a plain path")), ("ENCRYPTION_KEY", KEY)];
    let app = TestApp::start_with(app.backend, &settings).await?;
    let owner = app.therapist().await;
    Some(Kept { shelf, app, owner })
}

impl Kept {
    pub fn settings(&self) -> Vec<(String, String)> {
        let mut settings = owned(&[
            ("ENCRYPTION_KEY", KEY),
            ("BACKUP_DIR", self.shelf.path().to_str().expect("a plain path")),
            ("DATA_DIR", self.app.data().to_str().expect("a plain path")),
        ]);
        if let Some(url) = self.app.database_url() {
            settings.extend(owned(&[("DATABASE_URL", url)]));
        }
        settings
    }

    pub fn backup(&self) -> Value {
        command(&["backup", "--json"], &self.settings()).expect("a backup")
    }

    fn check(&self) -> Result<Value, String> {
        command(&["restore", "--check", "--json"], &self.settings())
    }

    fn manifests(&self) -> usize {
        let folder = self.shelf.path().join("manifests");
        if folder.exists() { files(&folder).len() } else { 0 }
    }
}

/// The worker of the server makes one by itself as soon as it starts, and tries it.
pub async fn first_backup(kept: &Kept) {
    let begun = std::time::Instant::now();
    while !kept.shelf.path().join("drills").is_dir() {
        assert!(begun.elapsed() < Duration::from_mins(1), "no backup");
        tokio::task::yield_now().await;
    }
}

async fn a_backup_holds_nothing_readable_and_comes_back_in_a_check(app: &TestApp) {
    let Some(kept) = kept(app).await else { return };
    first_backup(&kept).await;
    let mark = Mark::of("backed_up");
    kept.owner.post("/clients", &json!({ "given_name": mark.0, "family_name": "Quint" })).await.created();
    lived_in(&kept.owner).await;
    let made = kept.backup();
    for file in files(kept.shelf.path()) {
        assert!(!mark.is_in(&std::fs::read(&file).expect("a file")), "{}", file.display());
    }
    assert_eq!(kept.app.find_marks(&[mark]).await, []);
    let beside = |kept: &Kept| std::fs::read_dir(kept.app.data()).expect("a folder").count();
    let before = beside(&kept);
    let checked = kept.check().expect("it comes back");
    for same in ["backup", "rows", "objects", "bytes"] {
        assert_eq!(checked[same], made[same], "{same}");
    }
    assert_eq!(checked["practices"], 1);
    assert_eq!(beside(&kept), before, "nothing is left of it");
    kept.app.stop().await;
}

async fn whatever_is_altered_in_a_backup_is_found(app: &TestApp) {
    let Some(kept) = kept(app).await else { return };
    first_backup(&kept).await;
    lived_in(&kept.owner).await;
    kept.backup();
    kept.check().expect("whole");
    let newest = files(&kept.shelf.path().join("manifests")).pop().expect("a manifest");
    let text = std::fs::read_to_string(&newest).expect("text");
    let id = text.split("\\\"id\\\":\\\"").nth(1).and_then(|rest| rest.get(..36)).expect("an id").to_owned();
    let mut tried = 0;
    for file in files(kept.shelf.path()) {
        let of_this_one = file == newest
            || file.to_string_lossy().contains(&id)
            || file.to_string_lossy().contains("/objects/");
        if !of_this_one {
            continue;
        }
        let whole = std::fs::read(&file).expect("a file");
        let cut = whole[..whole.len() - 1].to_vec();
        let mut flipped = whole.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        for altered in [cut, flipped] {
            std::fs::write(&file, &altered).expect("altered");
            let found = kept.check().expect_err(&file.display().to_string());
            assert_eq!(found.lines().count(), 1, "{found}");
            tried += 1;
        }
        std::fs::remove_file(&file).expect("removed");
        if file != newest {
            kept.check().expect_err("something is missing");
        }
        std::fs::write(&file, &whole).expect("as it was");
    }
    assert!(tried >= 8, "only {tried}");
    kept.check().expect("whole again");
    kept.app.stop().await;
}

async fn what_was_copied_once_is_not_copied_again(app: &TestApp) {
    let Some(kept) = kept(app).await else { return };
    first_backup(&kept).await;
    lived_in(&kept.owner).await;
    let first = kept.backup();
    assert!(first["copied"].as_u64() > Some(0), "{first}");
    let second = kept.backup();
    assert_eq!((&second["objects"], &second["copied"]), (&first["objects"], &json!(0)));
    let more = new_session(&kept.owner).await;
    let made = in_one(&kept.owner, &more, "audio/wav", noise(1)).await.created();
    wait_for_job(&kept.owner, made["job_id"].as_str().expect("a job")).await;
    let third = kept.backup();
    assert!(
        third["copied"].as_u64() > Some(0) && third["copied"].as_u64() < third["objects"].as_u64(),
        "{third}"
    );
    kept.app.stop().await;
}

async fn one_that_was_not_finished_is_none(app: &TestApp) {
    let Some(kept) = kept(app).await else { return };
    first_backup(&kept).await;
    lived_in(&kept.owner).await;
    let shelf = kept.app.app.backups.as_ref().expect("a shelf");
    let (database, recordings) = (&kept.app.app.database, &kept.app.app.scribe.blobs);
    let target = &kept.app.app.config.data.database;
    let mut cut_off = 0;
    for patience in [0, 1, 2, 4, 8, 16, 32, 64] {
        let before = kept.manifests();
        let made = upkeep::backups::make(shelf, database, target, recordings);
        let made = tokio::time::timeout(Duration::from_millis(patience), made).await;
        let whole = usize::from(made.is_ok());
        cut_off += 1 - whole;
        assert_eq!(kept.manifests(), before + whole, "after {patience} ms");
    }
    assert!(cut_off > 0);
    kept.check().expect("the newest is whole");
    let unfinished = |kept: &Kept| {
        let left = std::fs::read_dir(kept.shelf.path()).expect("a folder").flatten();
        left.filter(|entry| entry.file_name().len() == 36).count()
    };
    assert!(unfinished(&kept) >= kept.manifests());
    // What they left is removed when it is a day old.
    let later = SystemClock.now() + TimeDelta::hours(25);
    upkeep::backups::prune(shelf, later).await.expect("pruned");
    assert_eq!(unfinished(&kept), kept.manifests(), "what is whole, and nothing else");
    kept.check().expect("the newest is still whole");
    kept.app.stop().await;
}

async fn a_practice_that_was_deleted_is_not_back_for_long(app: &TestApp) {
    let Some(kept) = kept(app).await else { return };
    first_backup(&kept).await;
    lived_in(&kept.owner).await;
    let made = kept.backup();
    kept.owner.get("/practice/export").await.expect(200);
    let name = json!({ "practice_name": "Lindenhof Practice" });
    let deletion = kept.owner.post("/practice/deletion", &name).await.created();
    let proof = format!("/deletions/{}", deletion["id"].as_str().expect("an id"));
    for time in [TimeDelta::days(14), TimeDelta::minutes(5)] {
        kept.app.clock.advance(time);
        Box::pin(api::work::keep_up(&kept.app.app)).await.expect("the upkeep");
    }
    assert_eq!(kept.app.nobody().get(&proof).await.ok()["state"], "done");

    let (mut server, elsewhere) = brought_back(&kept, &made).await;
    let owner = Person::new(&server.address, &kept.owner.email);
    let begun = std::time::Instant::now();
    // It may be there for a moment, and ask for the second factor.
    let password = json!({ "email": owner.email, "password": PASSWORD });
    while owner.post("/auth/login", &password).await.status != 401 {
        assert!(begun.elapsed() < Duration::from_mins(1), "the practice is back");
    }
    if let Some(elsewhere) = elsewhere {
        server.kill();
        elsewhere.remove().await;
    }
    kept.app.stop().await;
}

/// Brings a backup back in another place, where one thing is deleted again, and starts a server there.
async fn brought_back(kept: &Kept, made: &Value) -> (Binary, Option<OwnDatabase>) {
    let elsewhere = match kept.app.database_url() {
        Some(_) => Some(OwnDatabase::create().await.expect("PostgreSQL")),
        None => None,
    };
    let mut there = kept.settings();
    there.retain(|(name, _)| !["DATA_DIR", "DATABASE_URL"].contains(&name.as_str()));
    there.extend(elsewhere.iter().flat_map(|database| owned(&[("DATABASE_URL", &database.url)])));
    let borrowed: Vec<(&str, &str)> =
        there.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut server = Binary::stopped(SERVER, &borrowed);
    there.extend(owned(&[("DATA_DIR", server.data().to_str().expect("a plain path"))]));
    let backup = made["backup"].as_str().expect("a name");
    let restored = command(&["restore", "--from", backup, "--json"], &there).expect("it comes back");
    assert_eq!(restored["deleted_again"], 1);
    server.restart();
    (server, elsewhere)
}

/// Of what is in a backup, by itself: how many charts and sessions, and how many of them nothing opens any more.
async fn without_their_secret(kept: &Kept, made: &Value) -> [(&'static str, i64, i64); 2] {
    let folder = tempfile::tempdir().expect("a folder");
    let own = match kept.app.database_url() {
        Some(_) => Some(OwnDatabase::create().await.expect("PostgreSQL")),
        None => None,
    };
    let target = match &own {
        Some(own) => DatabaseTarget::Postgres { url: own.url.clone(), pool: 2 },
        None => DatabaseTarget::Sqlite(folder.path().join("there.db")),
    };
    let shelf = kept.app.app.backups.as_ref().expect("a shelf");
    let (name, clock) = (made["backup"].as_str(), std::sync::Arc::new(SystemClock));
    upkeep::backups::restore(shelf, name, &target, &BlobStore::in_memory(), clock)
        .await
        .expect("it comes back");
    let connection = Database::connect(&target).await.expect("it answers");
    let mut found = Vec::new();
    for (table, keys, column) in
        [("clients", "client_keys", "client_id"), ("encounters", "encounter_keys", "encounter_id")]
    {
        let sql = format!(
            "SELECT COUNT(*) AS there, COUNT(*) - COUNT(k.secret) AS closed FROM {table} t LEFT JOIN {keys} k ON k.{column} = t.id"
        );
        let counted = Statement::from_string(connection.get_database_backend(), sql);
        let row = connection.query_one_raw(counted).await.expect("counted").expect("a row");
        found.push((
            table,
            row.try_get("", "there").expect("a count"),
            row.try_get("", "closed").expect("a count"),
        ));
    }
    connection.close().await.expect("closed");
    if let Some(own) = own {
        own.remove().await;
    }
    found.try_into().expect("two")
}

async fn a_chart_that_was_deleted_is_not_back_for_long(app: &TestApp) {
    let Some(kept) = kept(app).await else { return };
    first_backup(&kept).await;
    let (gone, stays) = (typed(&kept.owner).await, typed(&kept.owner).await);
    let made = kept.backup();
    let request = json!({ "ground": "entered_by_mistake", "client_name": "Mara Quint" });
    let asked = kept.owner.post(&format!("/clients/{}/deletion", gone.client), &request).await.created();
    for time in [TimeDelta::days(7), TimeDelta::minutes(5)] {
        kept.app.clock.advance(time);
        Box::pin(api::work::keep_up(&kept.app.app)).await.expect("the upkeep");
    }
    kept.owner.sign_in().await.ok();
    let proof = format!("/client-deletions/{}", asked["id"].as_str().expect("an id"));
    assert_eq!(kept.owner.get(&proof).await.ok()["state"], "done");

    assert_eq!(without_their_secret(&kept, &made).await, [("clients", 2, 1), ("encounters", 2, 1)]);
    let (mut server, elsewhere) = brought_back(&kept, &made).await;
    // What has not been used here was not used there either.
    let owner = kept.owner.at(&server.address);
    owner.sign_in().await.ok();
    owner.get(&format!("/clients/{}", gone.client)).await.refused(404, "not_found");
    owner.get(&format!("/encounters/{}", gone.encounter)).await.refused(404, "not_found");
    owner.get(&format!("/encounters/{}/transcript", stays.encounter)).await.ok();
    if let Some(elsewhere) = elsewhere {
        server.kill();
        elsewhere.remove().await;
    }
    kept.app.stop().await;
}

async fn what_a_killed_drill_leaves_is_removed_later(app: &TestApp) {
    let target = &app.app.config.data.database;
    let now = app.clock.now();
    let left = Scratch::beside(target, now).await.expect("a scratch").target;
    if let DatabaseTarget::Sqlite(file) = &left {
        std::fs::write(file, b"half").expect("written");
    }
    let there = async || match &left {
        DatabaseTarget::Sqlite(file) => file.exists(),
        DatabaseTarget::Postgres { url, .. } => {
            let name = url.rsplit('/').next().and_then(|name| name.split('?').next()).expect("a name");
            !app.query(&format!("SELECT datname::text FROM pg_database WHERE datname = '{name}'"))
                .await
                .is_empty()
        }
    };
    assert!(there().await);
    remove_leftovers(target, now + TimeDelta::hours(11)).await.expect("looked");
    assert!(there().await, "somebody may be at it");
    remove_leftovers(target, now + TimeDelta::hours(13)).await.expect("removed");
    assert!(!there().await);
}

async fn they_are_made_and_tried_by_themselves_once_however_many_processes_there_are(app: &TestApp) {
    let Some(kept) = kept(app).await else { return };
    first_backup(&kept).await;
    let hour = async || {
        kept.app.clock.advance(TimeDelta::minutes(50));
        let app = &kept.app.app;
        let (one, other) = tokio::join!(keep_up(app), keep_up(app));
        one.and(other).expect("the upkeep");
    };
    let before = kept.manifests();
    for turn in 1..=3 {
        Box::pin(hour()).await;
        assert_eq!(kept.manifests(), before + turn);
    }
    // Nothing is due before its hour.
    keep_up(&kept.app.app).await.expect("the upkeep");
    assert_eq!(kept.manifests(), before + 3);
    let drills = files(&kept.shelf.path().join("drills"));
    let drill: Value = serde_json::from_slice(&std::fs::read(&drills[0]).expect("a file")).expect("JSON");
    assert_eq!((drills.len(), &drill["succeeded"]), (1, &json!(true)), "{drill}");
    assert!(drill["seconds"].as_f64() > Some(0.0) && drill["rows"].as_u64() > Some(0), "{drill}");
    kept.app.clock.advance(TimeDelta::days(31));
    keep_up(&kept.app.app).await.expect("the upkeep");
    assert_eq!(files(&kept.shelf.path().join("drills")).len(), 2);
    kept.app.stop().await;
}
