//! What whoever runs the server relies on: health, metrics, settings, memory.

use reqwest::Method;
use tests::{Answered as _, Binary, Person, TestApp};

use crate::SERVER;

tests::on_both! {
    health_is_told_to_anybody,
    details_are_told_on_this_machine,
    metrics_name_routes_and_no_paths,
}

async fn health_is_told_to_anybody(app: &TestApp) {
    let health = app.nobody().call_at(Method::GET, "/health").answer().await.ok();
    assert_eq!(health["status"], "healthy");
    assert_eq!(health["database"], "connected");
    assert!(health["timestamp"].as_str().is_some_and(|at| at.ends_with('Z')));
    assert!(health["uptime"].is_u64());
}

async fn details_are_told_on_this_machine(app: &TestApp) {
    let details = app.nobody().call_at(Method::GET, "/health/detailed").answer().await.ok();
    assert_eq!(details["status"], "healthy");
    let components = details["components"].as_array().expect("a list");
    let database = components.iter().find(|it| it["name"] == "database").expect("the database is listed");
    assert_eq!(database["state"], "ok");
}

async fn metrics_name_routes_and_no_paths(app: &TestApp) {
    let person = app.therapist().await;
    let id = "0198a5a5-0000-7000-8000-000000000001";
    person.get(&format!("/clients/{id}")).await.refused(404, "not_found");
    let metrics = app.nobody().call_at(Method::GET, "/metrics").answer().await;
    assert_eq!(metrics.status, 200);
    assert!(metrics.text().contains("http_request"), "{}", metrics.text());
    assert!(!metrics.text().contains(id));
}

#[tokio::test]
async fn a_server_without_its_database_is_unhealthy() {
    let Some(mut app) = TestApp::start(tests::Backend::Postgres).await else { return };
    let nobody = app.nobody();
    app.lose_database().await;
    let health = nobody.call_at(Method::GET, "/health").answer().await.expect(503);
    assert_eq!(health["status"], "unhealthy");
    nobody.sign_in().await.refused(500, "internal");
    app.stop().await;
}

#[tokio::test]
async fn a_server_without_its_keys_says_so_and_does_not_start() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut server = Binary::start(SERVER, &[]);
    server.therapist().await;
    server.kill();
    let keys = server.data().join("keys");
    for file in std::fs::read_dir(&keys).expect("the folder of keys").flatten() {
        let mode = file.metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "only the server may read its keys");
        std::fs::remove_file(file.path()).expect("removed");
    }
    let data = server.data().display().to_string();
    let settings = [("DATA_DIR", data.as_str()), ("PORT", "0")];
    let (started, _, said) = tests::run(SERVER, &["serve"], &settings);
    assert!(!started);
    assert!(said.contains("key"), "{said}");
}

#[test]
fn wrong_settings_are_all_told_at_once_and_without_their_values() {
    let settings = [
        ("APP_ENV", "production"),
        ("PORT", "a-zebra"),
        ("DATABASE_URL", "mysql://zebra:zebra@localhost"),
        ("JWT_SECRET", "zebra"),
        ("LOG_LEVEL", "zebra"),
    ];
    let (in_order, printed, said) = tests::run(SERVER, &["check-config"], &settings);
    assert!(!in_order);
    for name in ["PORT", "DATABASE_URL", "JWT_SECRET", "LOG_LEVEL", "ENCRYPTION_KEY", "BASE_URL"] {
        assert!(said.contains(name), "{name} is missing:\n{said}");
    }
    assert!(!said.contains("zebra") && !printed.contains("zebra"), "{said}");
    let (in_order, ..) = tests::run(SERVER, &["check-config"], &[]);
    assert!(in_order);
    // The server itself refuses to start for the same reasons.
    let (started, _, said) = tests::run(SERVER, &["serve"], &settings);
    assert!(!started && said.contains("JWT_SECRET"), "{said}");
}

#[test]
fn every_command_explains_itself() {
    let (_, help, _) = tests::run(SERVER, &["--help"], &[]);
    for command in ["serve", "work", "migrate", "check-config", "export-openapi"] {
        assert!(help.contains(command), "{help}");
        let (explained, text, _) = tests::run(SERVER, &[command, "--help"], &[]);
        assert!(explained && text.contains("Usage"), "{command}: {text}");
    }
}

#[tokio::test]
async fn sixty_four_people_sign_in_at_once_below_200_mb() {
    let server = Binary::start(SERVER, &[]);
    server.therapist().await;
    let sign_ins = (0..64).map(|_| async {
        let person = Person::new(&server.address, "vera@practice.example");
        let answer = person.sign_in().await;
        // Whoever waits too long is told to come back; nobody is told anything else.
        assert!(answer.status == 200 || answer.code() == "busy", "{}", answer.text());
        u32::from(answer.status == 200)
    });
    let signed_in: u32 = futures_util::future::join_all(sign_ins).await.into_iter().sum();
    let memory = server.most_memory_kb();
    println!("{signed_in} of 64 signed in; at most {memory} kB of memory");
    assert!(signed_in > 0);
    assert!(memory < 200_000, "{memory} kB");
}
