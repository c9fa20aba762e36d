//! The audit trail is kept for as long as the practice has set, and what is older is removed with a proof.

use chrono::{DateTime, Datelike as _, Utc};
use clock::Clock as _;
use serde_json::{Value, json};
use shared::audit::TrailBreakKind::{self, ForgedCut, Removed, Truncated};
use tests::{Backend, OwnDatabase, Person, TestApp, new_client};
use uuid::Uuid;

use crate::{
    SERVER,
    audit_chain::Trail,
    backups::{command, owned},
    legal_holds::{hold, release},
    retention::{pass, set},
};

tests::on_both! {
    what_is_older_than_the_practice_keeps_it_is_removed_and_the_rest_verifies,
    nothing_is_removed_while_a_client_is_on_legal_hold,
    whatever_is_done_to_a_cut_is_found,
    what_was_tampered_with_is_not_removed,
    the_database_lets_nobody_remove_what_no_cut_takes,
    a_backup_from_before_or_after_a_cut_comes_back_and_verifies,
    the_trail_of_a_deleted_practice_goes_when_its_time_is_over,
}

const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
/// A little more than the seven years that a trail is kept, with the month that it began in.
const OUTLIVED: i64 = 7 * 366 + 31;

/// When an event was recorded, by its id.
fn time_of(id: &Uuid) -> DateTime<Utc> {
    DateTime::from_timestamp_millis((id.as_u64_pair().0 >> 16) as i64).expect("a time")
}

/// The start of the month so many years ago.
fn kept_from(app: &TestApp, years: i32) -> DateTime<Utc> {
    let now = app.clock.now();
    let day = chrono::NaiveDate::from_ymd_opt(now.year() - years, now.month(), 1).expect("a day");
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

async fn shortened(app: &TestApp) -> usize {
    let cuts = "SELECT action FROM audit_events WHERE action = 'audit_trail_shortened' AND outcome = 'done'";
    app.query(cuts).await.len()
}

/// A client was added, and it is linked.
async fn work(trail: &Trail<'_>, person: &Person) -> String {
    let client = new_client(person).await;
    assert!(trail.settled().await.intact);
    client
}

async fn what_is_older_than_the_practice_keeps_it_is_removed_and_the_rest_verifies(app: &TestApp) {
    let (trail, owner) = Trail::lived_in(app).await;
    let old = work(&trail, &owner).await;
    let first = trail.ids().await;
    pass(app, &owner, 365).await;
    let new = work(&trail, &owner).await;
    let before = trail.ids().await;
    assert_eq!((before[0], shortened(app).await), (first[0], 0), "nothing is old yet");

    pass(app, &owner, OUTLIVED - 365).await;
    let report = trail.settled().await;
    assert!(report.intact && report.complete, "{report:?}");
    let left = trail.ids().await;
    let since = kept_from(app, 7);
    let kept: Vec<_> = before.iter().copied().filter(|id| time_of(id) >= since).collect();
    assert!(!kept.is_empty() && !kept.contains(&first[first.len() - 1]));
    assert_eq!(left[..kept.len()], kept, "exactly what is older is gone");
    let gone = before.len() - kept.len();
    let cut = report.shortened.expect("a cut");
    assert_eq!((cut.events, cut.kept_from), (gone as u64, since));
    assert_eq!((report.events, shortened(app).await), (left.len() as u64, 1), "by two processes once");
    let total = app.query("SELECT CAST(total AS TEXT) FROM audit_links ORDER BY number DESC LIMIT 1").await;
    assert_eq!(total, [(report.events + cut.events).to_string()], "the count goes on");

    // It is read as before.
    let readers = async |client: &str| {
        let page = owner.get(&format!("/clients/{client}/readers")).await.ok();
        page["items"].as_array().map(Vec::len)
    };
    assert_eq!((readers(&old).await, readers(&new).await), (Some(0), Some(1)));
    let page = owner.get("/audit/events?limit=200").await.ok();
    let oldest = page["items"].as_array().and_then(|items| items.last()).expect("an event")["at"].clone();
    assert!(oldest.as_str().expect("a time").parse::<DateTime<Utc>>().expect("a time") >= since, "{oldest}");
    assert_eq!(api::trail::watch_once(&app.app).await.expect("watched"), 0);
    let answer = owner.post_nothing("/audit/verify").await.ok();
    assert_eq!((&answer["intact"], &answer["shortened"]["events"]), (&json!(true), &json!(gone)), "{answer}");

    let retention = owner.get("/audit/retention").await.ok();
    assert_eq!((&retention["years"], &retention["removed"]), (&json!(7), &json!(gone)), "{retention}");
    let kept_since = retention["kept_since"].as_str().expect("a time").parse::<DateTime<Utc>>();
    assert_eq!(kept_since.expect("a time"), since);

    // Nothing more in this month; a practice that keeps it longer keeps it.
    pass(app, &owner, 0).await;
    assert_eq!(shortened(app).await, 1);
    set(&owner, json!({ "audit_years": 20 })).await;
    let kept = trail.ids().await;
    pass(app, &owner, 5 * 365).await;
    assert_eq!(trail.ids().await[..kept.len()], kept);
    set(&owner, json!({ "audit_years": 6 })).await;
    trail.settled().await;
    pass(app, &owner, 0).await;
    let report = trail.settled().await;
    assert!(report.intact, "{report:?}");
    let second = report.shortened.expect("a cut");
    assert!(second.number > cut.number && second.events > cut.events, "{second:?}");
    let since = kept_from(app, 6);
    assert!(trail.ids().await.iter().all(|id| time_of(id) >= since));
}

async fn nothing_is_removed_while_a_client_is_on_legal_hold(app: &TestApp) {
    let (trail, owner) = Trail::lived_in(app).await;
    let client = work(&trail, &owner).await;
    let held = hold(&owner, &client).await;
    trail.settled().await;
    let before = trail.ids().await;
    pass(app, &owner, OUTLIVED).await;
    assert_eq!((trail.ids().await[..before.len()].to_vec(), shortened(app).await), (before.clone(), 0));
    let retention = owner.get("/audit/retention").await.ok();
    assert_eq!((&retention["held"], &retention["removed"]), (&json!(true), &json!(0)), "{retention}");
    release(&owner, &held).await.ok();
    trail.settled().await;
    pass(app, &owner, 0).await;
    assert!(trail.settled().await.intact);
    assert!(trail.ids().await[0] > before[before.len() - 1], "all of it is gone");
}

/// A trail that was shortened twice, with what was there between.
async fn shortened_twice(app: &TestApp) -> (Trail<'_>, Person) {
    let (trail, owner) = Trail::lived_in(app).await;
    pass(app, &owner, 365).await;
    for _ in 0..2 {
        work(&trail, &owner).await;
    }
    pass(app, &owner, OUTLIVED - 365).await;
    work(&trail, &owner).await;
    assert_eq!(shortened(app).await, 1);
    trail.keep().await;
    // What was there before the second one, under another name.
    let copies = ["events", "links"].map(|it| {
        format!("DROP TABLE IF EXISTS old_{it}; CREATE TABLE old_{it} AS SELECT * FROM kept_{it};")
    });
    app.attack(&copies.concat()).await.expect("kept");
    pass(app, &owner, 400).await;
    work(&trail, &owner).await;
    assert_eq!(shortened(app).await, 2);
    api::trail::anchor(&app.app, trail.practice).await.expect("anchored");
    trail.keep().await;
    (trail, owner)
}

async fn whatever_is_done_to_a_cut_is_found(app: &TestApp) {
    let (trail, _owner) = shortened_twice(app).await;
    let cut: i64 =
        app.query("SELECT CAST(max(number) AS TEXT) FROM audit_cuts").await[0].parse().expect("a number");
    let newest = format!("WHERE number = {cut}");
    let kinds = async |attack: &str| -> Vec<TrailBreakKind> {
        trail.found(attack).await.into_iter().map(|(kind, ..)| kind).collect()
    };
    let zeros = trail.id(Uuid::nil());
    for change in [
        "number = number + 1",
        "number = number - 1",
        &format!("id = {zeros}"),
        "at = '2020-01-01T00:00:00+00:00'",
        "kept_from = '2020-01-01T00:00:00+00:00'",
        "link = (SELECT link FROM kept_cuts ORDER BY number LIMIT 1)",
        &format!("last_event = {zeros}"),
        "events = events + 1",
        "total = total - 1",
        "mac = (SELECT mac FROM kept_cuts ORDER BY number LIMIT 1)",
    ] {
        let found = kinds(&format!("UPDATE audit_cuts SET {change} {newest}")).await;
        assert!(found.contains(&ForgedCut), "{change}: {found:?}");
    }
    // Moved forward, with what it would take.
    let bound = if trail.on_sqlite() { "instr(entries, id)" } else { "position(uuid_send(id) in entries)" };
    let next = format!(
        "DELETE FROM audit_events WHERE EXISTS (SELECT 1 FROM audit_links WHERE number = {0} AND {bound} > 0); \
         DELETE FROM audit_links WHERE number = {0};",
        cut + 1
    );
    let found = kinds(&format!("{next} UPDATE audit_cuts SET number = number + 1 {newest}")).await;
    assert!(found.contains(&ForgedCut), "{found:?}");
    // Without one. It may be what was anchored that day.
    let mut found = trail.found(&next).await;
    found.retain(|(kind, ..)| *kind != Truncated);
    assert_eq!(found, [(Removed, None, Some(cut + 1))]);
    let found = kinds("DELETE FROM audit_cuts").await;
    assert!(found.contains(&ForgedCut) && found.contains(&Removed), "{found:?}");
    // Rolled back: alone, and with what it took, which agrees with the cut before.
    let found = kinds(&format!("DELETE FROM audit_cuts {newest}")).await;
    assert!(found.contains(&ForgedCut) && found.contains(&Removed), "{found:?}");
    let found = kinds(&format!(
        "INSERT INTO audit_events SELECT * FROM old_events WHERE id NOT IN (SELECT id FROM audit_events); \
         INSERT INTO audit_links SELECT * FROM old_links WHERE number NOT IN (SELECT number FROM audit_links); \
         DELETE FROM audit_cuts {newest}"
    ))
    .await;
    assert_eq!(found, [ForgedCut]);
    assert_eq!(trail.found("SELECT 1").await, [], "what was put back is what was there");
}

async fn what_was_tampered_with_is_not_removed(app: &TestApp) {
    let (trail, owner) = Trail::lived_in(app).await;
    let ids = trail.ids().await;
    trail.keep().await;
    trail
        .attack(&format!(
            "UPDATE audit_events SET outcome = 'done', actor = 'nobody' WHERE id = {}",
            trail.id(ids[2])
        ))
        .await;
    pass(app, &owner, OUTLIVED).await;
    assert_eq!((trail.ids().await[..ids.len()].to_vec(), shortened(app).await), (ids.clone(), 0));
    assert!(!trail.settled().await.intact, "it is still there to be found");
    // Nor is what somebody has removed without a cut made good by one.
    let mended = format!(
        "DELETE FROM audit_events WHERE id = {0}; INSERT INTO audit_events SELECT * FROM kept_events WHERE id = {0}; \
         DELETE FROM audit_links WHERE number = 1;",
        trail.id(ids[2])
    );
    trail.attack(&mended).await;
    pass(app, &owner, 0).await;
    assert_eq!((trail.ids().await[0], shortened(app).await), (ids[0], 0));
}

async fn the_database_lets_nobody_remove_what_no_cut_takes(app: &TestApp) {
    let (trail, owner) = Trail::lived_in(app).await;
    pass(app, &owner, OUTLIVED).await;
    trail.settled().await;
    assert_eq!(shortened(app).await, 1);
    for table in ["audit_events", "audit_links", "audit_cuts"] {
        let mut statements = vec![format!("DELETE FROM {table}"), format!("UPDATE {table} SET mac = mac")];
        if app.backend == Backend::Postgres {
            statements.push(format!("TRUNCATE {table}"));
        }
        for statement in statements {
            let refused = app.attack(&statement).await.expect_err(&statement);
            assert!(refused.contains("is only added to"), "{statement}: {refused}");
        }
    }
}

async fn a_backup_from_before_or_after_a_cut_comes_back_and_verifies(app: &TestApp) {
    let shelf = tempfile::tempdir().expect("a folder");
    let settings = [("BACKUP_DIR", shelf.path().to_str().expect("a plain path")), ("ENCRYPTION_KEY", KEY)];
    let Some(app) = TestApp::start_with(app.backend, &settings).await else { return };
    let (trail, owner) = Trail::lived_in(&app).await;
    let events = trail.ids().await.len();
    let before = comes_back(&app, &settings).await;
    // That it came back is an event as well.
    assert_eq!((&before["events"], &before["shortened"]), (&json!(events + 1), &Value::Null), "{before}");
    pass(&app, &owner, OUTLIVED).await;
    let here = trail.settled().await;
    let after = comes_back(&app, &settings).await;
    assert_eq!(after["shortened"], json!(here.shortened.expect("a cut")), "{after}");
    assert_eq!(after["events"], json!(here.events + 1));
    app.stop().await;
}

/// Makes a backup, brings it back where nothing is, and verifies the trail there.
async fn comes_back(app: &TestApp, settings: &[(&str, &str)]) -> Value {
    let kept = app.app.backups.as_ref().expect("a shelf");
    let (database, recordings) = (&app.app.database, &app.app.scribe.blobs);
    let made = upkeep::backups::make(kept, database, &app.app.config.data.database, recordings).await;
    let name = made.expect("a backup").manifest.name();
    let there = tempfile::tempdir().expect("a folder");
    let mut settings = owned(settings);
    settings.extend(owned(&[("DATA_DIR", there.path().join("data").to_str().expect("a plain path"))]));
    let own = if app.backend == Backend::Postgres { OwnDatabase::create().await } else { None };
    settings.extend(own.iter().map(|own| ("DATABASE_URL".to_owned(), own.url.clone())));
    command(&["restore", "--json", "--from", &name], &settings).expect("it comes back");
    let borrowed: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (intact, printed, said) = tests::run(SERVER, &["verify-audit", "--json"], &borrowed);
    assert!(intact, "{printed} {said}");
    if let Some(own) = own {
        own.remove().await;
    }
    let reports: Value = serde_json::from_str(&printed).expect("JSON");
    reports[0]["report"].clone()
}

async fn the_trail_of_a_deleted_practice_goes_when_its_time_is_over(app: &TestApp) {
    let (trail, owner) = Trail::lived_in(app).await;
    owner.get("/practice/export").await.expect(200);
    owner.post("/practice/deletion", &json!({ "practice_name": "Lindenhof Practice" })).await.created();
    app.clock.advance(chrono::TimeDelta::days(15));
    api::work::keep_up(&app.app).await.expect("the upkeep");
    trail.settled().await;
    assert_eq!(app.count("clients").await, 0);
    let before = trail.ids().await;
    app.clock.advance(chrono::TimeDelta::days(OUTLIVED));
    api::work::keep_up(&app.app).await.expect("the upkeep");
    let report = trail.settled().await;
    assert!(report.intact, "{report:?}");
    let left = trail.ids().await;
    // The newest link is what the chain goes on from.
    assert!(left.len() < before.len() && shortened(app).await == 1, "{} of {}", left.len(), before.len());
}

/// The years of the trail that have a table, and how many events each has.
async fn years(app: &TestApp) -> Vec<(String, u64)> {
    let tables = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_events'::regclass ORDER BY 1";
    let mut years = Vec::new();
    for table in app.query(tables).await {
        let events = app.count(&table).await;
        years.push((table.replace("audit_events_", ""), events));
    }
    years
}

#[tokio::test]
async fn a_year_has_a_table_before_it_begins_and_none_when_nothing_of_it_is_left() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let (trail, owner) = Trail::lived_in(&app).await;
    let first = app.clock.now().year();
    let has = async |year: i32| years(&app).await.into_iter().find(|(name, _)| *name == year.to_string());
    assert!(has(first).await.is_some_and(|(_, events)| events > 0) && has(first + 1).await.is_some());
    for later in 1..=9 {
        pass(&app, &owner, 366).await;
        trail.settled().await;
        let now = app.clock.now().year();
        assert!(has(now + 1).await.is_some(), "{later}: {:?}", years(&app).await);
    }
    pass(&app, &owner, 0).await;
    let there = years(&app).await;
    assert!(has(first).await.is_none() && has(first + 1).await.is_none(), "{there:?}");
    assert!(there.iter().any(|(name, events)| name == "others" && *events == 0), "{there:?}");
    let report = trail.settled().await;
    assert!(report.intact && report.shortened.is_some(), "{report:?}");
    app.stop().await;
}

#[tokio::test]
async fn what_is_recorded_in_a_year_without_a_table_is_kept_and_verifies() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let (trail, owner) = Trail::lived_in(&app).await;
    // Nobody has kept up for three years.
    app.clock.advance(chrono::TimeDelta::days(3 * 366));
    owner.sign_in().await.ok();
    work(&trail, &owner).await;
    let others = years(&app).await.into_iter().find(|(name, _)| name == "others");
    assert!(others.as_ref().is_some_and(|(_, events)| *events > 2), "{others:?}");
    let year = app.clock.now().year();
    pass(&app, &owner, 0).await;
    let there = years(&app).await;
    assert!(!there.iter().any(|(name, _)| *name == year.to_string()), "it stays among the others: {there:?}");
    assert!(there.iter().any(|(name, _)| *name == (year + 1).to_string()), "{there:?}");
    assert!(trail.settled().await.intact);
    // The newest link stays until there is a newer one.
    pass(&app, &owner, OUTLIVED).await;
    trail.settled().await;
    pass(&app, &owner, 0).await;
    let report = trail.settled().await;
    assert!(report.intact, "{report:?}");
    assert!(trail.ids().await.iter().all(|id| time_of(id) >= kept_from(&app, 7)));
    app.stop().await;
}
