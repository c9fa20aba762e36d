//! What whoever runs the server relies on: health, metrics, settings, memory.

use std::{os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use reqwest::Method;
use serde_json::json;
use tests::{Answered as _, Backend, Binary, PASSWORD, Person, TestApp, new_session, silence, wait_for_job};

use crate::{
    SERVER,
    pipeline::{draft, text, typed, upload},
};

tests::on_both! {
    health_is_told_to_anybody,
    details_are_told_on_this_machine,
    metrics_name_routes_and_no_paths,
    stages_and_calls_are_counted_by_their_names_and_outcomes,
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

async fn stages_and_calls_are_counted_by_their_names_and_outcomes(app: &TestApp) {
    let person = app.therapist().await;
    let session = typed(&person).await;
    let job = draft(&person, &session, "soap").await;
    assert_eq!(job["state"], "succeeded", "{job}");
    let silent = new_session(&person).await;
    let recording = upload(&person, &silent, "audio/wav", silence(2)).await;
    let ended = wait_for_job(&person, text(&recording, "job_id")).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    let metrics = app.nobody().call_at(Method::GET, "/metrics").answer().await.text();
    // The figures are those of the process, in which other tests may run beside this one.
    let counted = |name: &str| {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim().parse::<f64>().is_ok_and(|count| count >= 1.0)
    };
    for name in [
        r#"pipeline_stage_seconds_count{stage="decode",outcome="done"}"#,
        r#"pipeline_stage_seconds_count{stage="voice_activity",outcome="done"}"#,
        r#"pipeline_stage_seconds_count{stage="draft",outcome="done"}"#,
        r#"ai_calls_total{system="local-extract",outcome="succeeded"}"#,
        r#"ai_call_seconds_count{system="local-extract"}"#,
    ] {
        assert!(counted(name), "{name} is not counted in\n{metrics}");
    }
    for id in [text(&job, "id"), text(&recording, "id"), &session.encounter, &silent.client] {
        assert!(!metrics.contains(id), "an id is in the metrics");
    }
}

/// Whether this machine lets a test have a disk of its own (a mount namespace of an unprivileged user).
fn may_mount() -> bool {
    let tried = Command::new("unshare").args(["--user", "--map-root-user", "--mount", "true"]).output();
    let may = tried.is_ok_and(|tried| tried.status.success());
    if !may {
        println!("skipped: this machine lets nobody mount a disk of their own (unshare)");
    }
    may
}

/// A server whose data folder is a disk of 24 MB, 6 of which are taken by a file that can be removed.
fn on_a_small_disk(folder: &Path) -> Binary {
    let script = folder.join("server");
    let mounted = "mount -t tmpfs -o size=24m none \"$DATA_DIR\" && \
                   head -c 6M /dev/zero > \"$DATA_DIR/ballast\" && exec \"$0\" \"$@\"";
    let text = format!(
        "#!/bin/sh\nmkdir -p \"$DATA_DIR\"\n\
         exec unshare --user --map-root-user --mount /bin/sh -c '{mounted}' {SERVER} \"$@\"\n"
    );
    std::fs::write(&script, text).expect("a script");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700)).expect("a program");
    Binary::start(script.to_str().expect("a plain path"), &[])
}

#[tokio::test]
async fn a_full_disk_is_said_to_be_full_and_changes_nothing() {
    if !may_mount() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let server = on_a_small_disk(folder.path());
    let person = server.therapist().await;
    let line = "x".repeat(9_000);
    let long = json!({ "lines": vec![json!({ "role": "client", "text": line }); 100] });
    let mut sessions = Vec::new();
    for _ in 0..20 {
        sessions.push(new_session(&person).await.encounter);
    }
    let mut kept = Vec::new();
    let refused = loop {
        let session = sessions.pop().expect("20 MB do not fit on the disk");
        let path = format!("/encounters/{session}/transcript");
        let put = person.call(Method::PUT, &path).header("if-none-match", "*").json(&long);
        let answer = put.answer().await;
        if answer.status != 201 {
            answer.refused(507, "storage_full");
            break path;
        }
        kept.push(path);
    };
    assert!(!kept.is_empty());
    // A recording is refused the same way.
    let to_record = format!("/encounters/{}/recordings", sessions.pop().expect("another session"));
    person.send(&to_record, "audio/wav", silence(60)).await.refused(507, "storage_full");
    assert_eq!(person.call_at(Method::GET, "/health").answer().await.status, 200);

    let seen_from_outside = format!("/proc/{}/root{}", server.id(), server.data().display());
    std::fs::remove_file(Path::new(&seen_from_outside).join("ballast")).expect("removed");
    person.get(&refused).await.refused(404, "not_found");
    assert_eq!(person.get(to_record.trim_end_matches("/recordings")).await.ok()["recording"], json!(null));
    for path in &kept {
        assert_eq!(person.get(path).await.ok()["segments"].as_array().map(Vec::len), Some(100));
    }
    person.call(Method::PUT, &refused).header("if-none-match", "*").json(&long).answer().await.created();
    person.send(&to_record, "audio/wav", silence(1)).await.created();
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
    for name in ["PORT", "DATABASE_URL", "JWT_SECRET", "LOG_LEVEL", "ENCRYPTION_KEY", "BASE_URL", "SMTP_URL"]
    {
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

#[test]
fn a_crash_writes_nothing_of_the_memory_down() {
    let server = Binary::start(SERVER, &[]);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.id())).expect("the limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("the limit");
    assert_eq!(core.split_whitespace().collect::<Vec<_>>()[4..6], ["0", "0"], "{core}");
}

#[tokio::test]
async fn sixty_four_people_sign_in_at_once_below_200_mb() {
    let server = Binary::start(SERVER, &[]);
    server.therapist().await;
    let sign_ins = (0..64).map(|_| async {
        let person = Person::new(&server.address, "vera@practice.example");
        let answer =
            person.post("/auth/login", &json!({ "email": person.email, "password": PASSWORD })).await;
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

#[tokio::test]
async fn connections_that_the_database_has_ended_are_replaced_without_anybody_noticing() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let person = app.therapist().await;
    person.get("/clients").await.ok();
    let all = "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let ended = app.query(all).await;
    assert!(!ended.is_empty(), "the software had no connection");
    person.get("/clients").await.ok();
    app.stop().await;
}
