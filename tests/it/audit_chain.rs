//! Whoever owns the database can change the audit trail, and it shows: which event, which link, and how. Whoever does
//! not own it cannot even do that.

use std::time::{Duration, Instant};

use audit::{Action, Event, Link, Origin, TrailKey};
use shared::{
    PracticeId,
    audit::{
        TrailBreakKind::{self, *},
        TrailReport,
    },
};
use tests::{Backend, Person, TestApp, new_client};
use uuid::Uuid;

tests::on_both! {
    what_is_recorded_is_linked_within_seconds_and_verifies,
    whatever_is_done_to_an_event_is_found_and_named,
    whatever_is_done_to_a_link_is_found_and_named,
    a_chain_made_anew_without_the_key_is_found,
    an_end_cut_off_and_an_old_state_put_back_are_told_by_the_anchors,
    nobody_changes_or_removes_what_was_recorded,
    what_was_recorded_before_there_were_codes_is_linked_once,
    what_was_seen_too_late_is_linked_by_the_watch,
    what_is_verified_from_some_time_on_holds_to_every_anchor,
    a_forged_event_is_not_linked,
    the_head_of_a_day_is_sent_to_the_privacy_contact_once,
}

/// What the trail is kept in.
const TABLES: [&str; 3] = ["audit_events", "audit_links", "audit_cuts"];

/// The owner's means against one trail.
pub struct Trail<'a> {
    pub app: &'a TestApp,
    pub practice: PracticeId,
}

impl<'a> Trail<'a> {
    /// A trail of three links and more.
    pub async fn lived_in(app: &'a TestApp) -> (Self, Person) {
        let therapist = app.therapist().await;
        let practice = app.app.database.practices().await.expect("practices")[0];
        let trail = Self { app, practice };
        for _ in 0..3 {
            new_client(&therapist).await;
            trail.settled().await;
        }
        (trail, therapist)
    }

    /// Verifies it, without an event of its own.
    pub async fn verify(&self) -> TrailReport {
        let key = self.app.app.database.trail_key(self.practice);
        let anchors = api::trail::read_anchors(&self.app.app.anchors, &key).await.expect("anchors");
        self.app.app.database.verify_trail(self.practice, anchors, None, None).await.expect("read").report
    }

    /// Waits until everything has its link.
    pub async fn settled(&self) -> TrailReport {
        let begun = Instant::now();
        loop {
            let report = self.verify().await;
            if report.unlinked == 0 {
                return report;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "{report:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub fn on_sqlite(&self) -> bool {
        self.app.backend == Backend::Sqlite
    }

    fn literal(&self, bytes: &[u8]) -> String {
        let hex = hex::encode(bytes);
        if self.on_sqlite() { format!("x'{hex}'") } else { format!("'\\x{hex}'::bytea") }
    }

    pub fn id(&self, id: Uuid) -> String {
        if self.on_sqlite() { self.literal(id.as_bytes()) } else { format!("'{id}'") }
    }

    /// The ids of all events, in order.
    pub async fn ids(&self) -> Vec<Uuid> {
        let text = if self.on_sqlite() { "lower(hex(id))" } else { "id::text" };
        let ids = self.app.query(&format!("SELECT {text} FROM audit_events ORDER BY id")).await;
        ids.iter().map(|id| id.parse().expect("an id")).collect()
    }

    /// Does something as the owner of the database, who takes the triggers away before.
    pub async fn attack(&self, statements: &str) {
        let off = if self.on_sqlite() {
            let drop = |table: &str| {
                ["update", "delete", "replace"]
                    .map(|name| format!("DROP TRIGGER IF EXISTS {table}_kept_from_{name};"))
                    .concat()
            };
            format!("PRAGMA foreign_keys = OFF; {}", TABLES.map(drop).concat())
        } else {
            TABLES.map(|table| format!("ALTER TABLE {table} DISABLE TRIGGER ALL;")).concat()
        };
        self.app.attack(&format!("{off}{statements}")).await.expect("the owner may do anything");
    }

    /// Keeps the trail as it is, as an owner does who has a copy.
    pub async fn keep(&self) {
        let copy = |table: &str| {
            let copy = table.replace("audit", "kept");
            format!("DROP TABLE IF EXISTS {copy}; CREATE TABLE {copy} AS SELECT * FROM {table};")
        };
        self.app.attack(&TABLES.map(copy).concat()).await.expect("kept");
    }

    pub async fn put_back(&self) {
        let back = |table: &str| {
            format!(
                "DELETE FROM {table}; INSERT INTO {table} SELECT * FROM {};",
                table.replace("audit", "kept")
            )
        };
        self.attack(&TABLES.map(back).concat()).await;
    }

    /// What is found after an attack, which is undone afterwards.
    pub async fn found(&self, attack: &str) -> Vec<(TrailBreakKind, Option<Uuid>, Option<i64>)> {
        self.attack(attack).await;
        let report = self.verify().await;
        self.put_back().await;
        assert_eq!(report.intact, report.breaks.is_empty(), "{attack}: {report:?}");
        assert_eq!(report.first_break, report.breaks.first().copied(), "{report:?}");
        assert_eq!(report.breaks_found, report.breaks.len() as u64, "{report:?}");
        report.breaks.iter().map(|found| (found.kind, found.event_id.map(|id| id.0), found.link)).collect()
    }

    /// The same of events alone.
    async fn found_events(&self, attack: &str) -> Vec<(TrailBreakKind, Uuid)> {
        let found = self.found(attack).await;
        let mut events: Vec<_> = found
            .iter()
            .map(|(kind, id, _)| (*kind, id.unwrap_or_else(|| panic!("{attack}: {found:?}"))))
            .collect();
        events.sort_by_key(|(_, id)| *id);
        events
    }

    async fn links(&self) -> i64 {
        self.app.query("SELECT CAST(max(number) AS TEXT) FROM audit_links").await[0]
            .parse()
            .expect("a number")
    }
}

async fn what_is_recorded_is_linked_within_seconds_and_verifies(app: &TestApp) {
    let (trail, therapist) = Trail::lived_in(app).await;
    let begun = Instant::now();
    therapist.get("/clients").await.ok();
    let report = trail.settled().await;
    println!("a new event was linked after {:?}", begun.elapsed());
    assert!(report.intact && report.complete, "{report:?}");
    assert_eq!(report.events, trail.ids().await.len() as u64);
    assert!(report.links >= 3 && report.first_break.is_none(), "{report:?}");

    // Every event is bound once.
    let total = app.query("SELECT CAST(total AS TEXT) FROM audit_links ORDER BY number DESC LIMIT 1").await;
    assert_eq!(total, [report.events.to_string()]);
    let health: serde_json::Value = reqwest::get(format!("{}/health/detailed", app.address))
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let chain =
        health["components"].as_array().expect("components").iter().find(|it| it["name"] == "audit chain");
    assert_eq!(chain.expect("the chain")["state"], "ok", "{health}");

    let answer = app.auditor_beside(&therapist).await.post_nothing("/audit/verify").await.ok();
    assert_eq!((&answer["intact"], &answer["complete"]), (&true.into(), &true.into()), "{answer}");
    assert_eq!(answer["head"]["mac"].as_str().map(str::len), Some(64), "{answer}");
    assert!(answer["anchored"]["number"].as_i64() >= Some(1), "{answer}");
}

async fn whatever_is_done_to_an_event_is_found_and_named(app: &TestApp) {
    let (trail, _therapist) = Trail::lived_in(app).await;
    trail.keep().await;
    let ids = trail.ids().await;
    let (one, other, last) = (ids[3], ids[5], ids[ids.len() - 1]);
    let (one_id, other_id) = (trail.id(one), trail.id(other));
    let practice = trail.id(trail.practice.0);

    for change in [
        "at = '2020-01-01T00:00:00+00:00'",
        "action = 'note_read'",
        &format!("user_id = {practice}"),
        "actor = 'system:nobody'",
        &format!("client_id = {practice}"),
        "subject = 'nothing'",
        &format!("subject_id = {practice}"),
        "outcome = 'forbidden'",
        "request_id = 'another'",
        "detail = ''",
        "network = '203.0.113.0/24'",
        "network = NULL",
        "role = 'biller'",
        "purpose = 'export'",
        "session_id = NULL",
        &format!("emergency_id = {practice}"),
        &format!("mac = (SELECT mac FROM kept_events WHERE id = {other_id})"),
        "mac = NULL",
    ] {
        let attack = format!("UPDATE audit_events SET {change} WHERE id = {one_id}");
        assert_eq!(trail.found_events(&attack).await, [(Altered, one)], "{change}");
    }
    if trail.on_sqlite() {
        // SQLite keeps anything anywhere.
        let attack = format!("UPDATE audit_events SET user_id = 'nobody' WHERE id = {one_id}");
        assert_eq!(trail.found_events(&attack).await, [(Altered, one)]);
    }
    let new = Uuid::from_u64_pair(one.as_u64_pair().0, 7);
    let new_id = trail.id(new);
    let mut both = vec![(Removed, one), (Inserted, new)];
    both.sort_by_key(|(_, id)| *id);
    let attack = format!("UPDATE audit_events SET id = {new_id} WHERE id = {one_id}");
    assert_eq!(trail.found_events(&attack).await, both);
    let attack =
        format!("UPDATE audit_events SET practice_id = {} WHERE id = {one_id}", trail.id(Uuid::from_u128(9)));
    assert_eq!(trail.found_events(&attack).await, [(Removed, one)]);

    assert_eq!(
        trail.found_events(&format!("DELETE FROM audit_events WHERE id = {one_id}")).await,
        [(Removed, one)]
    );
    let tail = ids[ids.len() - 3..].iter().map(|id| (Removed, *id)).collect::<Vec<_>>();
    let attack = format!("DELETE FROM audit_events WHERE id >= {}", trail.id(tail[0].1));
    assert_eq!(trail.found_events(&attack).await, tail);

    // One that never was, where it would stand by its id and after the last, without a code and with another's.
    let columns = "practice_id, at, action, user_id, actor, client_id, subject, subject_id, outcome, request_id, \
                   detail, emergency_id";
    let later = Uuid::from_u64_pair(last.as_u64_pair().0, u64::MAX);
    for (id, code) in [(new, "NULL"), (new, "mac"), (later, "NULL"), (later, "mac")] {
        let attack = format!(
            "INSERT INTO audit_events (id, {columns}, mac) \
             SELECT {}, {columns}, {code} FROM kept_events WHERE id = {one_id}",
            trail.id(id)
        );
        assert_eq!(trail.found_events(&attack).await, [(Inserted, id)], "{code}");
    }

    // Two in each other's place, and at each other's time.
    let nowhere = trail.id(Uuid::from_u128(9));
    let attack = format!(
        "UPDATE audit_events SET id = {nowhere} WHERE id = {one_id}; \
         UPDATE audit_events SET id = {one_id} WHERE id = {other_id}; \
         UPDATE audit_events SET id = {other_id} WHERE id = {nowhere}"
    );
    assert_eq!(trail.found_events(&attack).await, [(Reordered, one), (Reordered, other)]);
    let at_time_of = |id: &str, other: &str| {
        format!(
            "UPDATE audit_events SET at = (SELECT at FROM kept_events WHERE id = {other}) WHERE id = {id};"
        )
    };
    let attack = at_time_of(&one_id, &other_id) + &at_time_of(&other_id, &one_id);
    assert_eq!(trail.found_events(&attack).await, [(Reordered, one), (Reordered, other)]);

    assert_eq!(trail.found("SELECT 1").await, [], "what was put back is what was there");
}

async fn whatever_is_done_to_a_link_is_found_and_named(app: &TestApp) {
    let (trail, _therapist) = Trail::lived_in(app).await;
    trail.keep().await;
    let zeros = trail.literal(&[0; 32]);
    let one_more = trail.literal(&[0]);
    for change in [
        "made_at = '2020-01-01T00:00:00+00:00'",
        "total = total + 1",
        &format!("entries = entries || {one_more}"),
        &format!("previous = {zeros}"),
        &format!("mac = {zeros}"),
    ] {
        let found = trail.found(&format!("UPDATE audit_links SET {change} WHERE number = 2")).await;
        assert_eq!(found, [(ForgedLink, None, Some(2))], "{change}");
    }
    assert_eq!(trail.found("DELETE FROM audit_links WHERE number = 2").await, [(Removed, None, Some(2))]);
    let swap = "UPDATE audit_links SET number = -1 WHERE number = 1; \
                UPDATE audit_links SET number = 1 WHERE number = 2; \
                UPDATE audit_links SET number = 2 WHERE number = -1";
    let mut found = trail.found(swap).await;
    found.sort_by_key(|(_, _, link)| *link);
    // The first one is anchored, and is not the one that was.
    found.retain(|(kind, ..)| *kind != Truncated);
    assert_eq!(found, [(Reordered, None, Some(1)), (Reordered, None, Some(2))]);
}

async fn a_chain_made_anew_without_the_key_is_found(app: &TestApp) {
    let (trail, _therapist) = Trail::lived_in(app).await;
    trail.keep().await;
    let own = TrailKey::of(trail.practice, &[0; 32]);
    let rows: Vec<_> = trail.ids().await.into_iter().map(|id| (id, [0; 16])).collect();
    let link = Link::after(None, &own, chrono::DateTime::UNIX_EPOCH, Origin::Sealed, &rows);
    let attack = format!(
        "UPDATE audit_events SET outcome = 'done'; DELETE FROM audit_links; \
         INSERT INTO audit_links (practice_id, number, made_at, total, entries, previous, mac) \
         VALUES ({}, 1, '{}', {}, {}, {}, {})",
        trail.id(trail.practice.0),
        link.made_at.to_rfc3339(),
        link.total,
        trail.literal(&link.entries),
        trail.literal(&link.previous),
        trail.literal(&link.mac)
    );
    let found = trail.found(&attack).await;
    let count = |kind| found.iter().filter(|found| found.0 == kind).count();
    assert_eq!((count(ForgedLink), count(Altered)), (1, rows.len()), "{found:?}");
    assert!(count(Truncated) >= 1, "{found:?}");
}

async fn an_end_cut_off_and_an_old_state_put_back_are_told_by_the_anchors(app: &TestApp) {
    let (trail, therapist) = Trail::lived_in(app).await;
    trail.keep().await;
    new_client(&therapist).await;
    trail.settled().await;
    api::trail::anchor(&app.app, trail.practice).await.expect("anchored");
    let anchored = trail.links().await;

    // The end is cut off, events and links, so that what is left agrees.
    let held = if trail.on_sqlite() {
        "instr(entries, audit_events.id)"
    } else {
        "position(uuid_send(audit_events.id) in entries)"
    };
    let cut = format!(
        "DELETE FROM audit_events WHERE NOT EXISTS (SELECT 1 FROM audit_links WHERE number < {anchored} AND {held} > 0); \
         DELETE FROM audit_links WHERE number = {anchored}"
    );
    assert_eq!(trail.found(&cut).await, [(Truncated, None, Some(anchored))]);

    // That has put the state back from before the anchor, as a snapshot would.
    let report = trail.verify().await;
    let found: Vec<_> = report.breaks.iter().map(|found| (found.kind, found.link)).collect();
    assert_eq!(found, [(Truncated, Some(anchored))], "{report:?}");

    // The server goes on, the chain grows past the anchor, and it is still told.
    while trail.links().await <= anchored {
        new_client(&therapist).await;
        trail.settled().await;
    }
    let report = trail.verify().await;
    let found: Vec<_> = report.breaks.iter().map(|found| (found.kind, found.link)).collect();
    assert_eq!(found, [(Truncated, Some(anchored))], "{report:?}");
    let refused = api::trail::anchor(&app.app, trail.practice).await.expect_err("no anchor hides it");
    assert!(matches!(refused, api::trail::AnchorError::ChainLost), "{refused}");

    let answer = app.auditor_beside(&therapist).await.post_nothing("/audit/verify").await.ok();
    assert_eq!(answer["intact"], false);
    assert_eq!(answer["first_break"]["kind"], "truncated");

    // An anchor that somebody else has written is none.
    let latest = app.data().join("anchors").join(trail.practice.to_string()).join("latest");
    let text = std::fs::read_to_string(&latest).expect("an anchor");
    std::fs::write(&latest, text.replacen(&format!("\"number\":{anchored}"), "\"number\":1", 1))
        .expect("written");
    let report = trail.verify().await;
    assert!(report.breaks.iter().any(|found| found.kind == ForgedAnchor), "{report:?}");
}

async fn nobody_changes_or_removes_what_was_recorded(app: &TestApp) {
    let (trail, _therapist) = Trail::lived_in(app).await;
    for table in ["audit_events", "audit_links"] {
        let mut statements = vec![format!("UPDATE {table} SET mac = NULL"), format!("DELETE FROM {table}")];
        if trail.on_sqlite() {
            statements.push(format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}"));
        } else {
            statements.push(format!("UPDATE {table} SET mac = NULL WHERE false"));
            statements.push(format!("TRUNCATE {table}"));
            statements.push("TRUNCATE practices CASCADE".to_owned());
        }
        for statement in statements {
            let refused = app.attack(&statement).await.expect_err(&statement);
            assert!(refused.contains("is only added to"), "{statement}: {refused}");
        }
    }
    assert!(trail.verify().await.intact);
}

async fn what_was_recorded_before_there_were_codes_is_linked_once(app: &TestApp) {
    let (trail, therapist) = Trail::lived_in(app).await;
    // As it was before: no codes, no links, no anchors.
    trail.attack("UPDATE audit_events SET mac = NULL; DELETE FROM audit_links;").await;
    std::fs::remove_dir_all(app.data().join("anchors")).expect("no anchors");
    let before = trail.ids().await;
    new_client(&therapist).await;
    let report = trail.settled().await;
    assert!(report.intact, "{report:?}");
    assert_eq!(
        app.query("SELECT CAST(count(*) AS TEXT) FROM audit_events WHERE mac IS NULL").await,
        [before.len().to_string()]
    );

    // From now on nobody slips in another.
    trail.keep().await;
    let new = Uuid::from_u64_pair(before[2].as_u64_pair().0, 7);
    let attack = format!(
        "INSERT INTO audit_events (id, practice_id, at, action, actor, subject, outcome, request_id) \
         SELECT {}, practice_id, at, action, actor, subject, outcome, request_id FROM kept_events WHERE id = {}",
        trail.id(new),
        trail.id(before[2])
    );
    assert_eq!(trail.found_events(&attack).await, [(Inserted, new)]);
}

async fn what_was_seen_too_late_is_linked_by_the_watch(app: &TestApp) {
    let (trail, therapist) = Trail::lived_in(app).await;
    trail.keep().await;
    // A row that is kept a long time after its id was made: taken out before its link and put back later.
    let late = trail.ids().await[4];
    let late_id = trail.id(late);
    trail.attack(&format!("DELETE FROM audit_links; DELETE FROM audit_events WHERE id = {late_id};")).await;
    std::fs::remove_dir_all(app.data().join("anchors")).expect("no anchors");
    app.clock.advance(chrono::TimeDelta::hours(1));
    new_client(&therapist).await;
    trail.settled().await;
    trail.attack(&format!("INSERT INTO audit_events SELECT * FROM kept_events WHERE id = {late_id}")).await;
    new_client(&therapist).await;
    let begun = Instant::now();
    while trail.verify().await.unlinked > 1 {
        assert!(begun.elapsed() < Duration::from_secs(30), "the rounds go on");
    }
    assert_eq!(trail.verify().await.unlinked, 1, "the rounds have gone past it");
    assert_eq!(api::trail::watch_once(&app.app).await.expect("watched"), 0);
    let report = trail.verify().await;
    assert_eq!((report.unlinked, report.intact), (0, true), "{report:?}");
}

async fn what_is_verified_from_some_time_on_holds_to_every_anchor(app: &TestApp) {
    let (trail, _therapist) = Trail::lived_in(app).await;
    api::trail::anchor(&app.app, trail.practice).await.expect("anchored");
    let anchored = trail.links().await;
    // Two days later: the anchors are of links that are not read any more.
    app.clock.advance(chrono::TimeDelta::days(2));
    assert_eq!(api::trail::watch_once(&app.app).await.expect("watched"), 0, "nothing has happened since");
    let actor = access::Actor::system("system:test", trail.practice, "two days later");
    app.app.record(actor, Event::general(Action::AuditRead)).await.expect("recorded");
    trail.settled().await;
    assert_eq!(api::trail::watch_once(&app.app).await.expect("watched"), 0);
    trail.attack(&format!("DELETE FROM audit_links WHERE number = {anchored}")).await;
    assert!(api::trail::watch_once(&app.app).await.expect("watched") > 0, "an anchored link is not there");
}

async fn a_forged_event_is_not_linked(app: &TestApp) {
    let (trail, therapist) = Trail::lived_in(app).await;
    trail.keep().await;
    // Of this moment, so that the next round sees it.
    let new = clock::Clock::new_id(app.clock.as_ref());
    let columns = "practice_id, at, action, user_id, actor, client_id, subject, subject_id, outcome, request_id, \
                   detail, emergency_id, mac";
    trail
        .attack(&format!(
            "INSERT INTO audit_events (id, {columns}) SELECT {}, {columns} FROM kept_events WHERE id = {}",
            trail.id(new),
            trail.id(trail.ids().await[3])
        ))
        .await;
    new_client(&therapist).await;
    let begun = Instant::now();
    let report = loop {
        let report = trail.verify().await;
        if report.unlinked == 0 {
            break report;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{report:?}");
    };
    let found: Vec<_> = report.breaks.iter().map(|it| (it.kind, it.event_id.map(|id| id.0))).collect();
    assert_eq!(found, [(Inserted, Some(new))]);
    assert_eq!(api::trail::watch_once(&app.app).await.expect("watched"), 1);
}

async fn the_head_of_a_day_is_sent_to_the_privacy_contact_once(app: &TestApp) {
    let (trail, therapist) = Trail::lived_in(app).await;
    let tag = therapist.get("/practice").await.header("etag").to_owned();
    therapist
        .patch("/practice", Some(&tag), &serde_json::json!({ "privacy_contact": "privacy@practice.example" }))
        .await
        .ok();
    // Today was anchored before there was anybody to be told.
    let folder = app.data().join("anchors").join(trail.practice.to_string());
    std::fs::remove_dir_all(&folder).expect("anchors");
    trail.settled().await;
    api::trail::anchor(&app.app, trail.practice).await.expect("anchored");
    api::trail::anchor(&app.app, trail.practice).await.expect("anchored again");
    let mail = app.postbox.mail_to("privacy@practice.example", 0).await;
    let hex = if trail.on_sqlite() { "lower(hex(mac))" } else { "encode(mac, 'hex')" };
    let codes = app.query(&format!("SELECT {hex} FROM audit_links")).await;
    assert!(codes.iter().any(|code| mail.text().contains(code)), "{}", mail.text());
    assert_eq!(app.query("SELECT action FROM audit_events WHERE action = 'audit_anchored'").await.len(), 1);
    assert_eq!(std::fs::read_dir(folder).expect("anchors").count(), 2, "that of the day and the latest");
}

/// `verify-audit --json`, and whether it was content.
fn verify_audit(settings: &[(&str, &str)], arguments: &[&str]) -> (bool, serde_json::Value, String) {
    let arguments = [&["verify-audit", "--json"], arguments].concat();
    let (done, printed, said) = tests::run(crate::SERVER, &arguments, settings);
    (done, serde_json::from_str(&printed).unwrap_or_default(), said)
}

/// Waits until the command finds a link for every event.
fn settled(settings: &[(&str, &str)]) -> serde_json::Value {
    let begun = Instant::now();
    loop {
        let (done, reports, said) = verify_audit(settings, &[]);
        assert!(done, "{reports} {said}");
        if reports[0]["report"]["unlinked"] == 0 {
            return reports[0]["report"].clone();
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{reports}");
    }
}

/// Kills the server while people work, again and again.
async fn an_untouched_trail_is_intact_however_often_the_server_is_killed(database: Option<&str>) {
    let key = format!("test:{}", base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [7; 32]));
    let mut settings = vec![("ENCRYPTION_KEY", key.as_str())];
    settings.extend(database.map(|url| ("DATABASE_URL", url)));
    let mut server = tests::Binary::start(crate::SERVER, &settings);
    let data = server.data().display().to_string();
    let therapist = server.therapist().await;
    settings.push(("DATA_DIR", &data));
    for round in 0..4 {
        let work = async {
            loop {
                let asked = [(); 8].map(|()| therapist.call(reqwest::Method::GET, "/clients").send());
                futures_util::future::join_all(asked).await;
            }
        };
        let killed = tokio::time::timeout(Duration::from_millis(400 + 170 * round), work).await;
        assert!(killed.is_err());
        server.kill();
        let (done, reports, said) = verify_audit(&settings, &[]);
        assert!(done, "{reports} {said}");
        server.restart();
    }
    let report = settled(&settings);
    assert!(report["events"].as_u64() > Some(40), "{report}");
    assert_eq!(report["intact"], true);
    let (done, reports, said) = verify_audit(&settings, &["--from-anchor"]);
    assert!(done && reports[0]["report"]["anchored"]["number"].as_i64() >= Some(1), "{reports} {said}");
}

#[tokio::test]
async fn an_untouched_trail_is_intact_however_often_the_server_is_killed_on_sqlite() {
    an_untouched_trail_is_intact_however_often_the_server_is_killed(None).await;
}

#[tokio::test]
async fn an_untouched_trail_is_intact_however_often_the_server_is_killed_on_postgres() {
    let Some(own) = tests::OwnDatabase::create().await else { return };
    an_untouched_trail_is_intact_however_often_the_server_is_killed(Some(&own.url)).await;
    own.remove().await;
}

#[tokio::test]
async fn processes_that_link_at_once_make_one_chain() {
    let Some(own) = tests::OwnDatabase::create().await else { return };
    let key = format!("test:{}", base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [7; 32]));
    let anchors = tempfile::tempdir().expect("a folder");
    let anchors = anchors.path().display().to_string();
    let settings = [
        ("ENCRYPTION_KEY", key.as_str()),
        ("DATABASE_URL", own.url.as_str()),
        ("DATABASE_POOL", "8"),
        ("AUDIT_ANCHOR_DIR", anchors.as_str()),
    ];
    let (one, other) =
        (tests::Binary::start(crate::SERVER, &settings), tests::Binary::start(crate::SERVER, &settings));
    let here = one.therapist().await;
    let there = Person::new(&other.address, "vera@practice.example");
    there.hold(&here.token());
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(4) {
        let asked = [&here, &there, &here, &there].map(|person| person.get("/clients"));
        for answer in futures_util::future::join_all(asked).await {
            answer.ok();
        }
    }
    let report = settled(&settings);
    let metrics = reqwest::get(format!("{}/metrics", one.address)).await.expect("an answer");
    let metrics = metrics.text().await.expect("a text");
    let rounds = |of: &str| -> u64 {
        let line = metrics.lines().find_map(|line| line.strip_prefix(of)).expect("a figure");
        line.trim().parse().expect("a number")
    };
    let bucket = |at_most| rounds(&format!("audit_chain_lag_seconds_bucket{{le=\"{at_most}\"}}"));
    let all = rounds("audit_chain_lag_seconds_count");
    println!(
        "{all} rounds of one of two processes: lag within 0.5 s {}, 1 s {}, 2 s {}",
        bucket("0.5"),
        bucket("1"),
        bucket("2")
    );
    assert!(all > 0 && bucket("5") == all, "{metrics}");
    assert!(report["links"].as_u64() >= Some(5), "{report}");
    // Each event is bound once, though both servers bind whatever they find.
    let administrator = access::DatabaseTarget::Postgres { url: own.url.clone(), pool: 1 };
    let connection = access::Database::connect(&administrator).await.expect("the database answers");
    let select = "SELECT (SELECT count(*) FROM audit_events) - (SELECT max(total) FROM audit_links)";
    let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, select);
    let row =
        sea_orm::ConnectionTrait::query_one_raw(&connection, statement).await.expect("read").expect("a row");
    assert_eq!(row.try_get_by_index::<i64>(0).expect("a number"), 0);

    // The command names what the owner of the database has done, and fails.
    let attack = "ALTER TABLE audit_events DISABLE TRIGGER ALL; \
                  DELETE FROM audit_events WHERE id = (SELECT id FROM audit_events ORDER BY id OFFSET 5 LIMIT 1)";
    sea_orm::ConnectionTrait::execute_unprepared(&connection, attack)
        .await
        .expect("the owner may do anything");
    connection.close().await.expect("closed");
    let (done, printed, said) = tests::run(crate::SERVER, &["verify-audit"], &settings);
    assert!(!done && said.contains("is not intact"), "{said}");
    assert!(printed.contains("NOT INTACT") && printed.contains(": removed, event "), "{printed}");
    drop((one, other));
    own.remove().await;
}
