//! Moments between two backups: PostgreSQL archives its log on the shelf, and comes back as it was at any of them.

use std::path::{Path, PathBuf};

use access::{Database, DatabaseTarget};
use chrono::{DateTime, TimeDelta, Utc};
use clock::{Clock as _, SystemClock};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::json;
use shared::PracticeId;
use tests::{Backend, Binary, Cluster, Mark, OwnBucket, TestApp, new_client};

use crate::{
    SERVER,
    backups::{command, everything, files, first_backup, kept, lived_in, owned},
    by_other_means::verified,
    pipeline::typed,
};

tests::on_both! {
    the_newest_backup_of_a_moment_comes_back,
}

/// Of the installation, which the database server never sees.
const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
/// Of the log archive.
const LOG_KEY: &str = "YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODk=";
/// How everything begins that is compressed here (RFC 1952 §2.3), as long as nothing seals it.
const COMPRESSED: [u8; 8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0];

/// A running server that archives its log, and the shelf.
fn archiving() -> Option<(Cluster, PathBuf)> {
    let cluster = Cluster::create()?;
    let shelf = cluster.new_folder("shelf");
    let archive = format!("archive_command=\"{SERVER}\" archive-log \"%p\" %f");
    let mut cluster = cluster.with(&["archive_mode=on", &archive], &of_the_log(&shelf));
    cluster.start("first").expect("it starts");
    Some((cluster, shelf))
}

/// What the database server is told.
fn of_the_log(shelf: &Path) -> Vec<(String, String)> {
    owned(&[("BACKUP_DIR", shelf.to_str().expect("a plain path")), ("BACKUP_LOG_KEY", LOG_KEY)])
}

/// The first column of what a query finds, as text.
async fn ask(url: &str, query: &str) -> String {
    let target = DatabaseTarget::Postgres { url: url.to_owned(), pool: 1 };
    let connection = Database::connect(&target).await.expect("the server answers");
    let asked = Statement::from_string(connection.get_database_backend(), query);
    let row = connection.query_one_raw(asked).await.expect("the query runs");
    connection.close().await.expect("closed");
    row.and_then(|row| row.try_get_by_index(0).ok()).unwrap_or_default()
}

/// The moment that the database shows, after everything that was kept and before what comes.
async fn moment(url: &str) -> String {
    let now: DateTime<Utc> =
        ask(url, "SELECT to_json(clock_timestamp())::text").await.trim_matches('"').parse().expect("a time");
    now.to_rfc3339()
}

fn keep_base(cluster: &Cluster, shelf: &Path) {
    let kept = cluster.run(SERVER, &["archive-base", "--json"], &of_the_log(shelf));
    assert!(kept.status.success(), "{}", String::from_utf8_lossy(&kept.stderr));
}

/// Makes a data folder of this name that comes back to a moment; what was said where it cannot.
fn prepare(cluster: &Cluster, shelf: &Path, name: &str, at: &str) -> Result<(), String> {
    let to = cluster.data(name).display().to_string();
    let done = cluster.run(SERVER, &["restore", "--to", &to, "--at", at, "--json"], &of_the_log(shelf));
    if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).into_owned()) }
}

async fn the_newest_backup_of_a_moment_comes_back(app: &TestApp) {
    let Some(kept) = kept(app).await else { return };
    first_backup(&kept).await;
    let early = "2020-01-01T00:00:00Z";
    let refused = command(&["restore", "--check", "--at", early, "--json"], &kept.settings());
    assert!(refused.expect_err("nothing is so old").contains("no backup of that moment"));
    let first = kept.backup();
    let at = (SystemClock.now() + TimeDelta::milliseconds(1)).to_rfc3339();
    new_client(&kept.owner).await;
    kept.backup();
    let checked =
        command(&["restore", "--check", "--at", &at, "--json"], &kept.settings()).expect("there is one");
    assert_eq!((&checked["backup"], &checked["rows"]), (&first["backup"], &first["rows"]));
    let made_at: DateTime<Utc> = first["made_at"].as_str().expect("a text").parse().expect("a time");
    let lost = at.parse::<DateTime<Utc>>().expect("a time") - made_at;
    assert_eq!(checked["seconds_not_in_it"], lost.num_seconds());
    let exactly = made_at.to_rfc3339();
    let checked =
        command(&["restore", "--check", "--at", &exactly, "--json"], &kept.settings()).expect("there is one");
    assert_eq!((&checked["backup"], &checked["seconds_not_in_it"]), (&first["backup"], &json!(0)));
    kept.app.stop().await;
}

#[test]
fn a_bucket_keeps_the_log_as_a_folder_does() {
    let Some(bucket) = OwnBucket::create() else { return };
    let mut settings = owned(&bucket.settings());
    settings.retain(|(name, _)| name != "AWS_S3_BUCKET");
    settings.extend(owned(&[("BACKUP_S3_BUCKET", bucket.name()), ("BACKUP_LOG_KEY", LOG_KEY)]));
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (one, other, back) = (path("one"), path("other"), path("back"));
    let mut of_the_installation = settings.clone();
    of_the_installation.extend(owned(&[("ENCRYPTION_KEY", KEY), ("DATA_DIR", &path("data"))]));
    command(&["backup", "--json"], &of_the_installation).expect("a backup on the same shelf");
    let content: Vec<u8> =
        (0..4_000_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    std::fs::write(&one, &content).expect("written");
    std::fs::write(&other, b"another").expect("written");
    let borrowed: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let run = |arguments: &[&str]| tests::run(SERVER, arguments, &borrowed);
    let name = "000000010000000000000007";
    for (file, is_kept) in [(&one, true), (&one, true), (&other, false)] {
        let (done, _, said) = run(&["archive-log", file, name]);
        assert!(done == is_kept && !said.contains(LOG_KEY), "{said}");
    }
    let (done, _, said) = run(&["fetch-log", name, &back]);
    assert!(done && std::fs::read(&back).expect("a file") == content, "{said}");
    let (done, _, said) = run(&["fetch-log", "000000010000000000000008", &back]);
    assert!(!done && said.contains("is not in the archive"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_practice_comes_back_as_it_was_at_a_moment_between_two_backups() {
    let Some((mut cluster, shelf)) = archiving() else { return };
    let (url, anchors) = (cluster.url("postgres"), tempfile::tempdir().expect("a folder"));
    let settings = owned(&[
        ("DATABASE_URL", &url),
        ("ENCRYPTION_KEY", KEY),
        ("BACKUP_DIR", shelf.to_str().expect("a plain path")),
        ("AUDIT_ANCHOR_DIR", anchors.path().to_str().expect("a plain path")),
    ]);
    let borrowed: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let app = TestApp::start_with(Backend::Sqlite, &borrowed).await.expect("a server");
    keep_base(&cluster, &shelf);
    let owner = app.therapist().await;
    let gone = typed(&owner).await;
    let (mark, mut paths) = (Mark::of("archived"), lived_in(&owner).await);
    owner.post("/clients", &json!({ "given_name": mark.0, "family_name": "Quint" })).await.created();
    // What changes with the other client is left out.
    paths.retain(|path| !["/clients", "/encounters"].contains(&path.as_str()));
    let before = everything(&owner, &paths).await;
    let token = owner.token();
    let at = moment(&url).await;
    let later = new_client(&owner).await;
    // The sound comes from a backup that is younger than the moment.
    let target = &app.app.config.data.database;
    let backups = app.app.backups.as_ref().expect("a shelf");
    upkeep::backups::make(backups, &app.app.database, target, &app.app.scribe.blobs).await.expect("a backup");
    let request = json!({ "ground": "entered_by_mistake", "client_name": "Mara Quint" });
    let asked = owner.post(&format!("/clients/{}/deletion", gone.client), &request).await.created();
    for time in [TimeDelta::days(7), TimeDelta::minutes(5)] {
        app.clock.advance(time);
        Box::pin(api::work::keep_up(&app.app)).await.expect("the upkeep");
    }
    owner.sign_in().await.ok();
    let proof = format!("/client-deletions/{}", asked["id"].as_str().expect("an id"));
    assert_eq!(owner.get(&proof).await.ok()["state"], "done");
    let practice = ask(&url, "SELECT id::text FROM practices").await.parse().expect("an id");
    api::trail::anchor(&app.app, PracticeId(practice)).await.expect("anchored");
    app.stop().await;
    cluster.stop();

    prepare(&cluster, &shelf, "second", &at).expect("a data folder");
    cluster.start("second").expect("it comes back");
    let mut server = Binary::stopped(SERVER, &borrowed);
    let mut there = settings.clone();
    there.extend(owned(&[("DATA_DIR", server.data().to_str().expect("a plain path"))]));
    let (intact, told, _) = verified(&there);
    assert!(!intact && told.contains("truncated"), "{told}");
    let restored =
        command(&["restore", "--all-but-database", "--json"], &there).expect("the rest comes back");
    assert_eq!((&restored["deleted_again"], &restored["missing"]), (&json!(1), &json!([])), "{restored}");
    for some in ["objects", "anchors_put_aside", "sign_ins_ended"] {
        assert!(restored[some].as_u64() > Some(0), "{some}: {restored}");
    }
    let (intact, told, said) = verified(&there);
    assert!(intact, "{told}{said}");
    server.restart();
    let owner = owner.at(&server.address);
    owner.hold(&token);
    owner.get("/practice").await.refused(401, "unauthenticated");
    owner.hold("");
    owner.sign_in().await.ok();
    assert!(everything(&owner, &paths).await == before, "something came back otherwise");
    owner.get(&format!("/clients/{later}")).await.refused(404, "not_found");
    owner.get(&format!("/clients/{}", gone.client)).await.refused(404, "not_found");
    owner.get(&format!("/encounters/{}/transcript", gone.encounter)).await.refused(404, "not_found");
    // And it lives on, and goes on archiving.
    lived_in(&owner).await;
    server.kill();
    cluster.stop();
    for file in files(&shelf.join("log")) {
        let bytes = std::fs::read(&file).expect("a file");
        let is_sealed = !bytes.windows(COMPRESSED.len()).any(|bytes| bytes == COMPRESSED);
        assert!(is_sealed && !mark.is_in(&bytes), "{}", file.display());
    }
}

#[tokio::test]
async fn a_log_that_was_cut_altered_or_is_missing_ends_the_recovery_and_not_the_log() {
    let Some((mut cluster, shelf)) = archiving() else { return };
    let url = cluster.url("postgres");
    let early = moment(&url).await;
    keep_base(&cluster, &shelf);
    ask(&url, "CREATE TABLE words AS SELECT 'before' AS word").await;
    let at = moment(&url).await;
    ask(&url, "INSERT INTO words VALUES ('after') RETURNING word").await;
    let segment = ask(&url, "SELECT pg_walfile_name(pg_current_wal_lsn())").await;
    cluster.stop();

    // What pg_basebackup has not brought to its end is none.
    let stored = files(&shelf.join("log"));
    let failed = cluster.run(SERVER, &["archive-base"], &of_the_log(&shelf));
    assert!(!failed.status.success() && files(&shelf.join("log")) == stored);

    let refused = prepare(&cluster, &shelf, "too early", &early).expect_err("nothing is so old");
    assert!(refused.contains("no base backup") && !refused.contains(LOG_KEY), "{refused}");
    let refused = prepare(&cluster, &shelf, "first", &at).expect_err("there is something");
    assert!(refused.contains("not empty"), "{refused}");

    let is_segment = |file: &PathBuf| {
        let id = file.parent().and_then(Path::file_name).map(|id| id.to_string_lossy().replace('-', ""));
        id.is_some_and(|id| id.to_uppercase().starts_with(&segment))
    };
    let last = files(&shelf.join("log")).into_iter().find(is_segment).expect("the segment was archived");
    let whole = std::fs::read(&last).expect("a file");
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    let fetch = |cluster: &Cluster| {
        cluster.run(SERVER, &["fetch-log", &segment, "fetched"], &of_the_log(&shelf)).status.code()
    };
    for (turn, altered) in [Some(&whole[..whole.len() - 1]), Some(&flipped), None].iter().enumerate() {
        match altered {
            Some(altered) => std::fs::write(&last, altered).expect("altered"),
            None => std::fs::remove_file(&last).expect("removed"),
        }
        assert_eq!(fetch(&cluster), Some(if altered.is_some() { 255 } else { 1 }));
        let name = format!("damaged {turn}");
        prepare(&cluster, &shelf, &name, &at).expect("a data folder");
        let said = cluster.start(&name).expect_err("it must not start without what is missing");
        let why = if altered.is_some() { "exit code 255" } else { "ended before configured recovery target" };
        assert!(said.contains("FATAL") && said.contains(why), "{said}");
    }
    std::fs::write(&last, &whole).expect("as it was");
    assert_eq!(fetch(&cluster), Some(0));
    let wrong = owned(&[("BACKUP_DIR", shelf.to_str().expect("a plain path")), ("BACKUP_LOG_KEY", KEY)]);
    let refused = cluster.run(SERVER, &["fetch-log", &segment, "fetched"], &wrong).status.code();
    assert_eq!(refused, Some(255), "with another key it is not the end of the log either");
    prepare(&cluster, &shelf, "whole", &at).expect("a data folder");
    cluster.start("whole").expect("it comes back");
    assert_eq!(ask(&url, "SELECT string_agg(word, ',') FROM words").await, "before");
}
