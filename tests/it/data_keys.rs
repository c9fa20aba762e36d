//! Replacing the keys that data are sealed under: everything is sealed anew while requests go on, and the old ones are
//! destroyed when nothing needs them any more.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use access::{Database, Retired};
use chrono::TimeDelta;
use entities::{data_keys, practices};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr};
use serde_json::json;
use shared::PracticeId;
use tests::{Binary, OwnDatabase, Person, TestApp};
use uuid::Uuid;

use crate::{
    SERVER,
    backups::{command, everything, owned},
    pipeline::typed,
    retention::{recorded, sign, written},
};

tests::on_both! {
    everything_is_sealed_anew_and_the_old_keys_are_destroyed,
    a_field_that_does_not_open_keeps_the_key_it_needs,
    a_practice_from_before_finds_by_hash_what_it_found,
}

/// The versions of every key but the server's root, with their owners.
async fn versions(app: &TestApp) -> Vec<(Uuid, i32)> {
    let connection = Database::connect(&app.app.config.data.database).await.expect("it answers");
    let select = data_keys::Entity::find().filter(data_keys::Column::Owner.ne(Uuid::max()));
    let select = select.order_by_asc(data_keys::Column::Owner).order_by_asc(data_keys::Column::Version);
    let rows = select.all(&connection).await.expect("rows");
    rows.into_iter().map(|row| (row.owner, row.version)).collect()
}

/// Until the new keys seal, and every process knows.
fn sealing(app: &TestApp) {
    app.clock.advance(TimeDelta::seconds(13));
}

async fn everything_is_sealed_anew_and_the_old_keys_are_destroyed(app: &TestApp) {
    let database = &app.app.database;
    let owner = app.therapist().await;
    let (session, recording) = recorded(&owner).await;
    let note = written(&owner, &session).await;
    sign(&owner, &note).await;
    owner.post("/clients", &json!({ "given_name": "Zoë", "family_name": "Byrne" })).await.created();
    let typed = typed(&owner).await;
    let transcript = format!("/encounters/{}/transcript", typed.encounter);
    let paths = [note, transcript, format!("{recording}/audio"), "/colleagues".to_owned()];
    let before = everything(&owner, &paths).await;
    assert_eq!(database.count_fields_to_reseal().await.expect("counted"), 0);

    assert_eq!(database.renew_data_keys().await.expect("renewed"), 2, "the practice's and the server's own");
    let fields = database.count_fields_to_reseal().await.expect("counted");
    assert!(fields > 20, "{fields}");
    // Nobody knows the new keys yet, so nothing is sealed under them, and what is written is sealed as before.
    let early = database.reseal(|_| ()).await.expect("it runs");
    assert!(early.fields == 0 && early.seals_at.is_some(), "{early:?}");
    owner.post("/clients", &json!({ "given_name": "Late", "family_name": "Comer" })).await.created();
    assert!(database.count_fields_to_reseal().await.expect("counted") > fields);

    sealing(app);
    let mut told = 0;
    let done = database.reseal(|so_far| told = so_far).await.expect("it runs");
    assert!(done.fields > fields && done.damaged == 0 && done.seals_at.is_none(), "{done:?}");
    assert_eq!(told, done.fields);
    assert_eq!(database.count_fields_to_reseal().await.expect("counted"), 0);
    assert_eq!(database.reseal(|_| ()).await.expect("it runs").fields, 0);
    // A rotation that is under way is gone on with, and no other begun.
    assert_eq!(database.renew_data_keys().await.expect("asked"), 0);

    let waiting = Retired { waiting: 2, ..Retired::default() };
    assert_eq!(database.retire_data_keys().await.expect("looked"), waiting);
    app.clock.advance(TimeDelta::minutes(61));
    owner.sign_in().await.ok();
    assert!(everything(&owner, &paths).await == before, "something reads otherwise");
    // The recording's sound is wrapped by the practice's old key; nothing is by the server's.
    let kept = Retired { destroyed: 1, kept_for_sound: 1, waiting: 0 };
    assert_eq!(database.retire_data_keys().await.expect("looked"), kept);
    let tag = owner.get("/practice").await.etag();
    owner.patch("/practice", Some(&tag), &json!({ "recording_days": 1 })).await.ok();
    app.clock.advance(TimeDelta::days(400));
    api::work::keep_up(&app.app).await.expect("the upkeep");
    api::work::keep_up(&app.app).await.expect("the upkeep");
    let numbers: Vec<i32> = versions(app).await.into_iter().map(|(_, version)| version).collect();
    assert_eq!(numbers, [0, 2, 0, 2], "hashes and fields; the server's own first");

    owner.sign_in().await.ok();
    let after = everything(&owner, &paths[..2]).await;
    assert!(after.iter().all(|(path, bytes)| before[path] == *bytes), "something reads otherwise");
    let found = owner.get("/clients?q=zoe").await.ok();
    assert_eq!(found["items"].as_array().expect("clients").len(), 1, "{found}");
    let trail = owner.get("/audit/events?action=data_key_destroyed").await.ok();
    assert_eq!(trail["items"].as_array().expect("events").len(), 1, "{trail}");
    // And once more, from here.
    assert_eq!(database.renew_data_keys().await.expect("renewed"), 2);
}

async fn a_field_that_does_not_open_keeps_the_key_it_needs(app: &TestApp) {
    let database = &app.app.database;
    let owner = app.therapist().await;
    let practice = PracticeId(versions(app).await.last().expect("a key").0);
    database.renew_data_keys().await.expect("renewed");
    sealing(app);
    let connection = Database::connect(&app.app.config.data.database).await.expect("it answers");
    let row = practices::Entity::find_by_id(practice).one(&connection).await.expect("a row").expect("there");
    let mut broken = row.name.0.clone();
    broken[20] ^= 1;
    let broken = practices::Entity::update_many().col_expr(practices::Column::Name, Expr::value(broken));
    broken.filter(practices::Column::Id.eq(practice)).exec(&connection).await.expect("broken");
    let done = database.reseal(|_| ()).await.expect("it runs");
    assert_eq!(done.damaged, 1, "{done:?}");
    app.clock.advance(TimeDelta::hours(2));
    let kept = database.retire_data_keys().await.expect("looked");
    assert_eq!((kept.destroyed, kept.waiting), (1, 1), "the server's goes, the practice's stays");
    // Brought back as it was, it opens.
    let mended = practices::Entity::update_many().col_expr(practices::Column::Name, Expr::value(row.name.0));
    mended.filter(practices::Column::Id.eq(practice)).exec(&connection).await.expect("mended");
    owner.sign_in().await.ok();
    owner.get("/practice").await.ok();
    assert_eq!(database.reseal(|_| ()).await.expect("it runs").fields, 1);
}

async fn a_practice_from_before_finds_by_hash_what_it_found(app: &TestApp) {
    let database = &app.app.database;
    let owner = app.therapist().await;
    // As practices were made before: one version, which hashed as well.
    let connection = Database::connect(&app.app.config.data.database).await.expect("it answers");
    let of_hashes = data_keys::Column::Version.eq(0);
    data_keys::Entity::delete_many().filter(of_hashes).exec(&connection).await.expect("removed");
    app.clock.advance(TimeDelta::seconds(3));
    owner.post("/clients", &json!({ "given_name": "Zoë", "family_name": "Byrne" })).await.created();
    database.renew_data_keys().await.expect("renewed");
    sealing(app);
    assert!(database.reseal(|_| ()).await.expect("it runs").fields > 0);
    app.clock.advance(TimeDelta::hours(2));
    assert_eq!(database.retire_data_keys().await.expect("looked").destroyed, 2);
    app.clock.advance(TimeDelta::seconds(3));
    owner.sign_in().await.ok();
    let found = owner.get("/clients?q=byrne").await.ok();
    assert_eq!(found["items"].as_array().expect("clients").len(), 1, "{found}");
}

/// Requests of every kind, one after the other, until they are told to stop; how many there were. None may fail.
async fn goes_on(owner: &Person, stop: &tokio::sync::Notify) -> usize {
    let mut asked = 0;
    let work = async {
        loop {
            let name = format!("Client {asked}");
            owner.post("/clients", &json!({ "given_name": name, "family_name": "Busy" })).await.created();
            owner.get("/clients?limit=50").await.ok();
            owner.get("/me").await.ok();
            asked += 3;
        }
    };
    tokio::select! { () = work => {} () = stop.notified() => {} }
    asked
}

/// A rotation that is killed again and again while people work, on a server in a process of its own.
async fn is_killed(others: &[(&str, &str)]) {
    const CLIENTS: usize = 1500;
    let server = Binary::start(SERVER, others);
    let owner = server.therapist().await;
    for number in 0..CLIENTS {
        let form = json!({ "given_name": "Ada", "family_name": format!("Number {number}"), "phone": "1" });
        owner.post("/clients", &form).await.created();
    }
    let mut settings = owned(others);
    settings.push(("DATA_DIR".to_owned(), server.data().display().to_string()));
    let stop = tokio::sync::Notify::new();
    let rotation = async {
        let mut patience = Duration::from_millis(400);
        let mut killed = 0;
        loop {
            let mut run = tokio::process::Command::from(Command::new(SERVER));
            run.args(["rotate-keys", "--data", "--json"]).env_clear().envs(settings.iter().cloned());
            let mut run = run
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .kill_on_drop(true)
                .spawn()
                .expect("it starts");
            if let Ok(ended) = tokio::time::timeout(patience, run.wait()).await {
                assert!(ended.expect("it ends").success());
                break;
            }
            run.kill().await.expect("killed");
            killed += 1;
            patience = patience * 5 / 4;
        }
        stop.notify_one();
        killed
    };
    let (asked, killed) = tokio::join!(goes_on(&owner, &stop), rotation);
    assert!(killed >= 3 && asked >= 30, "{killed} {asked}");
    let done = command(&["rotate-keys", "--data", "--json"], &settings).expect("nothing is left");
    assert_eq!((&done["fields"], &done["damaged"]), (&json!(0), &json!(0)), "{done}");
    assert_eq!((&done["new_keys"], &done["waiting"]), (&json!(0), &json!(2)), "{done}");
    let last = owner.get(&format!("/clients?q={}", CLIENTS - 1)).await.ok();
    assert_eq!(last["items"][0]["family_name"], format!("Number {}", CLIENTS - 1), "{last}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_rotation_that_is_killed_again_and_again_loses_nothing_and_fails_nobody_on_sqlite() {
    is_killed(&[("RATE_LIMIT_MAX_REQUESTS", "1000000")]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_rotation_that_is_killed_again_and_again_loses_nothing_and_fails_nobody_on_postgres() {
    let Some(database) = OwnDatabase::create().await else { return };
    is_killed(&[("RATE_LIMIT_MAX_REQUESTS", "1000000"), ("DATABASE_URL", &database.url)]).await;
    database.remove().await;
}
