//! The audit trail as a file: whole, signed, and checked by somebody else.

use std::time::{Duration, Instant};

use audit::{Action, Event};
use chrono::TimeDelta;
use proof::Statement as _;
use reqwest::Method;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use shared::audit::TrailManifest;
use tests::{Answer, Answered as _, Backend, Person, TestApp, new_client};
use uuid::Uuid;

tests::on_both! {
    an_export_is_whole_and_signed,
    an_event_that_the_server_has_not_written_so_is_counted,
    it_asks_for_a_factor_shown_a_moment_ago,
    a_ticket_opens_it_to_one_sign_in_for_five_minutes,
}

const PATH: &str = "/audit/export";

/// An export, taken apart.
struct Export {
    text: String,
    lines: Vec<String>,
    manifest: TrailManifest,
}

impl Export {
    async fn of(app: &TestApp, answer: Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.text());
        let text = answer.text();
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        let last = lines.pop().expect("a last line");
        let signed = match serde_json::from_str::<Value>(&last) {
            Ok(last) => last["manifest"].as_str().expect("a signature").to_owned(),
            Err(_) => last.trim_end().rsplit('"').nth(1).expect("a signature").to_owned(),
        };
        let key = app.nobody().get("/signing-key").await;
        assert_eq!((key.status, key.header("content-type")), (200, "application/jwk+json"));
        let manifest: TrailManifest =
            TrailManifest::read(&key.text(), &signed).expect("the server's signature");
        let before = &text[..text.len() - last.len() - if text.ends_with("\r\n") { 2 } else { 1 }];
        assert_eq!(manifest.sha256, hex::encode(Sha256::digest(before)));
        Self { text, lines, manifest }
    }

    fn events(&self) -> Vec<Value> {
        self.lines.iter().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

/// More events than two pages hold.
async fn fill(app: &TestApp) {
    let practice = app.app.database.practices().await.expect("practices")[0];
    let actor = access::Actor::system("system:test", practice, "filled");
    for _ in 0..3 {
        let mut tx = app.app.database.begin(actor.clone()).await.expect("a transaction");
        (0..800).for_each(|_| tx.record(Event::of(Action::NoteRead, Uuid::from_u128(7))));
        tx.commit().await.expect("kept");
    }
}

async fn an_export_is_whole_and_signed(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    fill(app).await;
    let begun = Instant::now();
    while app.count("audit_links").await == 0 {
        assert!(begun.elapsed() < Duration::from_secs(30), "the trail is linked within seconds");
    }
    let kept = app.query("SELECT CAST(count(*) AS TEXT) FROM audit_events").await[0].clone();
    let answer = owner.get(PATH).await;
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    let export = Export::of(app, answer).await;
    let events = export.events();
    // That it is taken away is in it or not: it is of the same moment.
    let count: usize = kept.parse().expect("a number");
    assert!((count..=count + 1).contains(&events.len()), "{count} {}", events.len());
    assert_eq!(export.manifest.events, events.len() as u64);
    assert_eq!(export.manifest.without_own_code, 0);
    assert!(events.is_sorted_by(|one, next| one["id"].as_str() < next["id"].as_str()));
    assert_eq!(serde_json::json!(export.manifest.first), events[0]["id"]);
    assert_eq!(serde_json::json!(export.manifest.last), events[events.len() - 1]["id"]);
    let head = export.manifest.head.as_ref().expect("a chain");
    let kept = app.query("SELECT CAST(number AS TEXT) FROM audit_links").await;
    assert!(kept.contains(&head.number.to_string()));

    // What is asked for, and nothing else, in the other form too.
    let filter = format!("client_id={client}&action=client_created");
    let export = Export::of(app, owner.get(&format!("{PATH}?{filter}")).await).await;
    assert_eq!(export.events().len(), 1);
    assert_eq!(export.manifest.filter.client_id.map(|id| id.to_string()), Some(client.clone()));
    let answer = owner.get(&format!("{PATH}?format=csv&{filter}")).await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    let export = Export::of(app, answer).await;
    assert_eq!((export.lines.len(), export.manifest.events), (2, 1), "{}", export.text);
    assert!(export.lines[0].starts_with("\"id\",\"at\",\"action\""));
    assert!(export.lines[1].contains("\"client_created\",\"done\"") && export.lines[1].contains(&client));
    let export = Export::of(app, owner.get(&format!("{PATH}?action=nothing")).await).await;
    assert_eq!((export.lines.len(), export.manifest.events, export.manifest.first), (0, 0, None));
    owner.get(&format!("{PATH}?format=xml")).await.refused(400, "invalid_request");
    let recorded = app.query("SELECT action FROM audit_events WHERE action = 'audit_exported'").await;
    assert_eq!(recorded.len(), 4);
}

async fn an_event_that_the_server_has_not_written_so_is_counted(app: &TestApp) {
    let owner = app.therapist().await;
    new_client(&owner).await;
    let off = match app.backend {
        Backend::Sqlite => "DROP TRIGGER audit_events_kept_from_update;",
        Backend::Postgres => "ALTER TABLE audit_events DISABLE TRIGGER ALL;",
    };
    let attack = format!("{off} UPDATE audit_events SET role = 'biller' WHERE action = 'client_created'");
    app.attack(&attack).await.expect("the owner may do anything");
    let export = Export::of(app, owner.get(PATH).await).await;
    assert_eq!(export.manifest.without_own_code, 1);
}

async fn it_asks_for_a_factor_shown_a_moment_ago(app: &TestApp) {
    let owner = app.therapist().await;
    let clinician = app.colleague_of(&owner).await;
    clinician.get(PATH).await.refused(403, "forbidden");
    clinician.post_nothing(PATH).await.refused(403, "forbidden");
    app.clock.advance(TimeDelta::minutes(6));
    owner.get(PATH).await.refused(403, "step_up_required");
    owner.post_nothing(PATH).await.refused(403, "step_up_required");
}

async fn a_ticket_opens_it_to_one_sign_in_for_five_minutes(app: &TestApp) {
    let owner = app.therapist().await;
    let ticket = async |person: &Person| {
        let answer = person.post_nothing(PATH).await;
        let cookie = answer.cookie("audit-ticket").expect("a ticket");
        assert_eq!(answer.ok()["expires_in"], 300);
        format!("audit-ticket={cookie}")
    };
    let with =
        async |ticket: &str| app.nobody().call(Method::GET, PATH).header("cookie", ticket).answer().await;
    let own = ticket(&owner).await;
    Export::of(app, with(&own).await).await;
    app.nobody().get(PATH).await.refused(401, "unauthenticated");
    with(&own.replace('.', ".1")).await.refused(401, "unauthenticated");
    // One of another kind opens nothing.
    let other = owner.post_nothing("/practice/export").await;
    let other = other.cookie("export-ticket").expect("a ticket");
    with(&format!("audit-ticket={other}")).await.refused(401, "unauthenticated");
    app.clock.advance(TimeDelta::minutes(6));
    with(&own).await.refused(401, "unauthenticated");
    owner.sign_in().await.ok();
    let own = ticket(&owner).await;
    owner.post_nothing("/auth/logout").await.expect(204);
    with(&own).await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn somebody_else_tells_that_a_file_was_changed() {
    let app = TestApp::start(Backend::Sqlite).await.expect("SQLite is always there");
    let owner = app.therapist().await;
    new_client(&owner).await;
    let folder = tempfile::tempdir().expect("a folder");
    let (file, key) = (folder.path().join("trail"), folder.path().join("key.jwk"));
    std::fs::write(&key, app.nobody().get("/signing-key").await.text()).expect("written");
    let data = app.data().display().to_string();
    let check = |text: &str, with_key: bool| {
        std::fs::write(&file, text).expect("written");
        let (file, key) = (file.display().to_string(), key.display().to_string());
        let mut arguments = vec!["verify-audit", "--file", &file];
        let mut settings = Vec::new();
        if with_key {
            arguments.extend(["--public-key", &key]);
        } else {
            settings.push(("DATA_DIR", data.as_str()));
        }
        tests::run(crate::SERVER, &arguments, &settings)
    };
    for form in ["ndjson", "csv"] {
        let text = owner.get(&format!("{PATH}?format={form}")).await.text();
        for with_key in [true, false] {
            let (done, printed, said) = check(&text, with_key);
            assert!(done && printed.contains("as given out on"), "{printed} {said}");
            assert!(!said.contains("own code"), "{said}");
        }
        let lines: Vec<_> = text.split_inclusive('\n').collect();
        let (first, last) = (lines[..3].concat(), lines[4..].concat());
        let changes = [
            text.replacen("client_created", "client_read", 1),
            first.clone() + &last,
            format!("{first}{}{}{last}", lines[3], lines[3]),
            lines[..lines.len() - 1].concat(),
            text[..text.len() - 20].to_owned(),
        ];
        for (number, changed) in changes.iter().enumerate() {
            assert_ne!(changed, &text);
            assert!(!check(changed, true).0, "{form} {number}");
        }
    }
    // The key of somebody else's server.
    let text = owner.get(PATH).await.text();
    let other = TestApp::start(Backend::Sqlite).await.expect("SQLite is always there");
    std::fs::write(&key, other.nobody().get("/signing-key").await.text()).expect("written");
    assert!(!check(&text, true).0);
    other.stop().await;
    app.stop().await;
}
