//! The end of a practice: asked for, waited for, done, and proved to whoever was not there.

use std::time::Duration;

use chrono::TimeDelta;
use jwt_simple::prelude::{Ed25519PublicKey, EdDSAPublicKeyLike as _, Token, VerificationOptions};
use proof::Statement;
use reqwest::Method;
use serde_json::{Value, json};
use shared::{
    deletions::{DeletionStatement, WAITING_DAYS},
    permissions::Role,
};
use tests::{Answer, Answered as _, Backend, Mark, Person, TestApp, new_session, noise, wait_for_job};
use uuid::Uuid;

use crate::{
    legal_holds::{hold, release},
    pipeline::typed,
    uploads::in_one,
};

tests::on_both! {
    nothing_of_a_deleted_practice_is_left_but_its_trail,
    the_certificate_is_the_servers_and_cannot_be_altered,
    another_practice_and_its_people_stay,
    it_can_be_withdrawn_until_it_begins,
    it_asks_for_an_archive_the_name_and_a_second_factor,
    what_comes_in_while_it_is_under_way_goes_too,
    a_legal_hold_comes_before_it,
}

const PATH: &str = "/practice/deletion";

/// On SQLite one writes after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn its_end_and_whoever_is_at_work_there_do_not_wait_for_each_other() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let owner = app.therapist().await;
    let id = practice_of(&owner).await.parse().expect("an id");
    let deletion = asked(&owner).await;
    let mut tx =
        app.app.database.begin(access::Actor::system("system:mail", id, "late")).await.expect("begun");
    let mails: Vec<Uuid> =
        app.query("SELECT id::text FROM mails").await.iter().flat_map(|id| id.parse()).collect();
    for mail in mails {
        access::settle_mail(&mut tx, mail.into(), shared::people::MailState::Sent).await.expect("settled");
    }
    app.clock.advance(TimeDelta::days(WAITING_DAYS));
    let end = api::work::keep_up(&app.app);
    // Every event refers to the practice, and is written last.
    let work = async {
        let waits = "SELECT pid::text FROM pg_stat_activity \
                     WHERE wait_event_type = 'Lock' AND datname = current_database()";
        while app.query(waits).await.is_empty() {}
        tx.commit().await
    };
    let work = tokio::time::timeout(Duration::from_mins(1), work);
    let (end, work) = tokio::join!(end, work);
    work.expect("its end comes to the mails").expect("kept");
    end.expect("the upkeep");
    pass(&app, TimeDelta::minutes(5)).await;
    assert_eq!(shown(&app, &deletion).await["state"], "done");
    app.stop().await;
}

async fn ask(owner: &Person) -> Answer {
    owner.post(PATH, &json!({ "practice_name": "Lindenhof Practice" })).await
}

/// Asked for, with the archive that has to be made before.
async fn asked(owner: &Person) -> Value {
    owner.get("/practice/export").await.expect(200);
    ask(owner).await.created()
}

/// Time passes, and the upkeep that goes on all the time, in two processes at once.
async fn pass(app: &TestApp, time: TimeDelta) {
    app.clock.advance(time);
    let (one, other) = tokio::join!(api::work::keep_up(&app.app), api::work::keep_up(&app.app));
    one.and(other).expect("the upkeep");
}

async fn carried_out(app: &TestApp) {
    pass(app, TimeDelta::days(WAITING_DAYS)).await;
    pass(app, TimeDelta::minutes(5)).await;
}

async fn shown(app: &TestApp, deletion: &Value) -> Value {
    app.nobody().get(&format!("/deletions/{}", deletion["id"].as_str().expect("an id"))).await.ok()
}

fn statement(shown: &Value) -> DeletionStatement {
    signed(shown)
}

/// What the server has signed.
pub fn signed<T: Statement>(shown: &Value) -> T {
    let key = Ed25519PublicKey::from_jwk(shown["public_key"].as_str().expect("a key")).expect("a JWK");
    let certificate = shown["certificate"].as_str().expect("a certificate");
    let options = VerificationOptions { accept_future: true, ..VerificationOptions::default() };
    key.verify_token::<T>(certificate, Some(options)).expect("the server's").custom
}

/// How many rows each table has of a practice, by the database itself.
async fn rows_of(app: &TestApp, practice: &str) -> Vec<(String, u64)> {
    let (tables, id) = match app.database_url() {
        Some(_) => (
            "SELECT table_name::text FROM information_schema.columns JOIN information_schema.tables \
             USING (table_schema, table_name) WHERE table_schema = 'public' AND column_name = 'practice_id' \
             AND table_type = 'BASE TABLE' AND to_regclass(table_name) NOT IN (SELECT inhrelid FROM pg_inherits)",
            format!("'{practice}'"),
        ),
        None => (
            "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'practice_id' \
             WHERE m.type = 'table'",
            format!("x'{}'", practice.replace('-', "")),
        ),
    };
    let mut rows = Vec::new();
    for table in app.query(tables).await {
        let count = format!("SELECT CAST(count(*) AS TEXT) FROM {table} WHERE practice_id = {id}");
        let count: u64 = app.query(&count).await[0].parse().expect("a number");
        if count > 0 {
            rows.push((table, count));
        }
    }
    rows.sort();
    rows
}

async fn practice_of(person: &Person) -> String {
    person.get("/me").await.ok()["practice"]["id"].as_str().expect("an id").to_owned()
}

async fn nothing_of_a_deleted_practice_is_left_but_its_trail(app: &TestApp) {
    let owner = app.therapist().await;
    let colleague = app.colleague_of(&owner).await;
    let practice = practice_of(&owner).await;
    typed(&owner).await;
    let recorded = new_session(&colleague).await;
    let made = in_one(&colleague, &recorded, "audio/wav", noise(2)).await.created();
    wait_for_job(&colleague, made["job_id"].as_str().expect("a job")).await;
    let mark = Mark::of("left_over");
    owner.post("/clients", &json!({ "given_name": mark.0, "family_name": "Gone" })).await.created();

    let deletion = asked(&owner).await;
    assert_eq!(deletion["state"], "waiting");
    let told = app.postbox.mail_to(&owner.email, 0).await;
    assert!(
        told.text().contains(&format!("/deletions/{}", deletion["id"].as_str().expect("an id"))),
        "{told:?}"
    );
    pass(app, TimeDelta::days(WAITING_DAYS) - TimeDelta::minutes(1)).await;
    owner.sign_in().await.ok();
    owner.get("/clients").await.ok();
    let before = rows_of(app, &practice).await;
    assert!(before.len() > 15, "{before:?}");
    let objects = app.files_named(&format!("blobs/{practice}")).len();
    assert!(objects > 0);

    pass(app, TimeDelta::minutes(1)).await;
    owner.get("/clients").await.refused(401, "unauthenticated");
    colleague.sign_in().await.refused(401, "invalid_credentials");
    assert_eq!(shown(app, &deletion).await["state"], "underway");
    pass(app, TimeDelta::minutes(5)).await;
    let done = shown(app, &deletion).await;
    assert_eq!(done["state"], "done");

    let left: Vec<_> = rows_of(app, &practice).await.into_iter().map(|(table, _)| table).collect();
    // Nothing was cut off its trail.
    assert_eq!(left, access::KEPT_AFTER_DELETION[1..]);
    assert_eq!(app.count("users").await, 0, "nobody is anywhere else");
    assert_eq!(app.count("data_keys").await, 2, "the server's own");
    assert_eq!(app.files_named(&format!("blobs/{practice}")), Vec::<std::path::PathBuf>::new());
    assert_eq!(app.find_marks(&[mark]).await, []);

    let statement = statement(&done);
    let noted: Vec<_> = before
        .iter()
        .filter(|(table, _)| !access::KEPT_AFTER_DELETION.contains(&table.as_str()))
        .map(|(table, _)| table.as_str())
        .collect();
    let removed: Vec<_> = statement.removed.rows.keys().map(String::as_str).collect();
    assert_eq!(removed, noted);
    assert_eq!((statement.removed.accounts, statement.removed.keys), (2, 2));
    assert_eq!(statement.removed.objects, objects as u64);
    assert_eq!(statement.practice_id.to_string(), practice);
    let trail = "SELECT action FROM audit_events WHERE subject = 'deletion' ORDER BY id";
    let trail = app.query(trail).await;
    assert_eq!(trail, ["deletion_requested", "deletion_begun", "practice_deleted"]);
    assert_eq!(statement.kept.audit_events, app.count("audit_events").await);
    // Once more changes nothing, and there is room for another.
    pass(app, TimeDelta::days(1)).await;
    assert_eq!(shown(app, &deletion).await, done);
    app.therapist().await.get("/clients").await.ok();
}

async fn the_certificate_is_the_servers_and_cannot_be_altered(app: &TestApp) {
    let owner = app.therapist().await;
    let deletion = asked(&owner).await;
    assert_eq!(shown(app, &deletion).await["certificate"], Value::Null);
    carried_out(app).await;
    let done = shown(app, &deletion).await;
    let certificate = done["certificate"].as_str().expect("a certificate");
    let key = Ed25519PublicKey::from_jwk(done["public_key"].as_str().expect("a key")).expect("a JWK");
    let header = Token::decode_metadata(certificate).expect("a JWS");
    assert_eq!((header.algorithm(), header.signature_type()), ("EdDSA", Some("deletion-certificate+jwt")));
    let (start, end) = (certificate.find('.').expect("three parts"), certificate.len());
    for place in (start + 1..end).step_by(7).filter(|place| certificate.as_bytes()[*place] != b'.') {
        let mut altered = certificate.as_bytes().to_vec();
        altered[place] = if altered[place] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).expect("text");
        assert!(key.verify_token::<DeletionStatement>(&altered, None).is_err(), "at {place}");
    }
    statement(&done);
}

async fn another_practice_and_its_people_stay(app: &TestApp) {
    let owner = app.therapist().await;
    let Some(stranger) = app.stranger_from_another_practice().await else { return };
    let elsewhere = practice_of(&stranger).await;
    let session = typed(&stranger).await;
    // Somebody who is in both.
    let both = app.beside(&owner, Role::Clinician).await;
    let token = app.invite(&stranger, &both.email, Role::Clinician).await;
    both.post("/me/practices", &json!({ "token": token, "password": tests::PASSWORD })).await.ok();
    let before = rows_of(app, &elsewhere).await;
    let deletion = asked(&owner).await;
    carried_out(app).await;
    assert_eq!(statement(&shown(app, &deletion).await).removed.accounts, 1, "the owner");
    // Its weeks go on being looked at; nothing that was there is gone.
    let after = rows_of(app, &elsewhere).await;
    let is_there = |(table, rows): &&(String, u64)| after.iter().any(|(it, now)| it == table && now >= rows);
    assert!(before.iter().all(|one| is_there(&one)), "{before:?} {after:?}");
    both.sign_in().await.ok();
    assert_eq!(practice_of(&both).await, elsewhere);
    stranger.sign_in().await.ok();
    stranger.get(&format!("/encounters/{}/transcript", session.encounter)).await.ok();
    stranger.get("/clients").await.ok();
}

async fn it_can_be_withdrawn_until_it_begins(app: &TestApp) {
    let owner = app.therapist().await;
    let withdraw = async || owner.call(Method::DELETE, PATH).answer().await;
    withdraw().await.refused(404, "not_found");
    let deletion = asked(&owner).await;
    assert_eq!(owner.get(PATH).await.ok()["waiting"]["id"], deletion["id"]);
    ask(&owner).await.refused(409, "deletion_requested");
    pass(app, TimeDelta::minutes(6)).await;
    withdraw().await.refused(403, "step_up_required");
    owner.sign_in().await.ok();
    withdraw().await.expect(204);
    assert_eq!(owner.get(PATH).await.ok()["waiting"], Value::Null);
    assert_eq!(shown(app, &deletion).await["state"], "withdrawn");
    carried_out(app).await;
    owner.sign_in().await.ok();
    owner.get("/clients").await.ok();
    // It can be asked for again, and then it is too late once it has begun.
    asked(&owner).await;
    pass(app, TimeDelta::days(WAITING_DAYS)).await;
    withdraw().await.refused(401, "unauthenticated");
}

async fn it_asks_for_an_archive_the_name_and_a_second_factor(app: &TestApp) {
    let owner = app.therapist().await;
    let administrator = app.beside(&owner, Role::Administrator).await;
    assert_eq!(owner.get(PATH).await.ok(), json!({ "exported_at": null, "waiting": null }));
    ask(&owner).await.refused(409, "export_first");
    owner.get("/practice/export").await.expect(200);
    owner.post(PATH, &json!({ "practice_name": "Another" })).await.refused(422, "validation");
    pass(app, TimeDelta::minutes(6)).await;
    ask(&owner).await.refused(403, "step_up_required");
    assert_eq!(app.count("deletions").await, 0);
    // An archive is soon out of date.
    pass(app, TimeDelta::days(31)).await;
    owner.sign_in().await.ok();
    administrator.sign_in().await.ok();
    ask(&owner).await.refused(409, "export_first");
    for answer in [ask(&administrator).await, administrator.get(PATH).await] {
        answer.refused(403, "forbidden");
    }
    app.nobody().get("/deletions/0198c0de-0000-7000-8000-000000000000").await.refused(404, "not_found");
}

async fn what_comes_in_while_it_is_under_way_goes_too(app: &TestApp) {
    let owner = app.therapist().await;
    let practice = practice_of(&owner).await;
    let deletion = asked(&owner).await;
    pass(app, TimeDelta::days(WAITING_DAYS)).await;
    // As a job would that was under way.
    let id = practice.parse().expect("an id");
    let actor = access::Actor::system("system:pipeline", id, "late");
    let mut tx = app.app.database.begin(actor).await.expect("there are keys still");
    let mail = access::NewMail { to: "x@y.example".into(), subject: "Late".into(), text: "Late".into() };
    tx.post(&mail).await.expect("a row");
    tx.record(audit::Event::general(audit::Action::MailSent));
    tx.commit().await.expect("kept");
    let folder = app.data().join("blobs").join(&practice);
    std::fs::create_dir_all(folder.join("late")).expect("a folder");
    std::fs::write(folder.join("late/00000000"), b"sealed").expect("a file");
    pass(app, TimeDelta::minutes(5)).await;
    let done = shown(app, &deletion).await;
    assert_eq!((&done["state"], folder.join("late/00000000").exists()), (&json!("done"), false));
    let left: Vec<_> = rows_of(app, &practice).await.into_iter().map(|(table, _)| table).collect();
    // Nothing was cut off its trail.
    assert_eq!(left, access::KEPT_AFTER_DELETION[1..]);
    let certificate = statement(&done);
    assert!(certificate.removed.rows["mails"] > 1, "{certificate:?}");
}

async fn a_legal_hold_comes_before_it(app: &TestApp) {
    let owner = app.therapist().await;
    let client = tests::new_client(&owner).await;
    let held = hold(&owner, &client).await;
    owner.get("/practice/export").await.expect(200);
    ask(&owner).await.refused(409, "on_legal_hold");
    release(&owner, &held).await.ok();
    let deletion = ask(&owner).await.created();
    // One that is placed meanwhile does not make it wait for its end: somebody has to ask anew.
    let held = hold(&owner, &client).await;
    carried_out(app).await;
    assert_eq!(shown(app, &deletion).await["state"], "withdrawn");
    owner.sign_in().await.ok();
    owner.get(&format!("/clients/{client}")).await.ok();
    let withdrawn = "SELECT actor FROM audit_events WHERE action = 'deletion_withdrawn'";
    assert_eq!(app.query(withdrawn).await, ["system:deletion"]);
    release(&owner, &held).await.ok();
    carried_out(app).await;
    owner.sign_in().await.ok();
    owner.get(&format!("/clients/{client}")).await.ok();
}
