//! How long a report on so many AI calls takes over HTTP, and in how much memory of the server and whoever receives it; then how
//! long it takes to verify: `ai_report [CALLS]`, on SQLite, or on the PostgreSQL of the tests where `postgres` stands behind.

#![expect(clippy::expect_used, reason = "what fails here is the measurement's failure")]

use std::{
    fs::File,
    io::{BufReader, Write as _},
    time::Instant,
};

use access::Actor;
use audit::{Action, Event};
use entities::ai_calls;
use reqwest::Method;
use sea_orm::ActiveValue::Set;
use shared::governance::{AiCallOutcome, AiPurpose};
use tests::{Answered as _, Backend, TestApp, new_session};

/// Rows of one statement.
const AT_ONCE: usize = 500;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let calls: usize = arguments.next().map_or(1_000_000, |count| count.parse().expect("a number"));
    let backend = if arguments.next().is_some() { Backend::Postgres } else { Backend::Sqlite };
    let app = TestApp::start(backend).await.expect("a server");
    let owner = app.therapist().await;
    let encounter = new_session(&owner).await.encounter.parse().map(Some).expect("an id");
    let systems = owner.get("/governance/systems").await.ok();
    let system = systems["items"][0]["id"].as_str().expect("an id").parse().expect("an id");
    let practice = app.app.database.practices().await.expect("practices")[0];
    for _ in 0..calls / AT_ONCE {
        let actor = Actor::system("system:bench", practice, "bench");
        let mut tx = app.app.database.begin(actor).await.expect("begun");
        let row = |_| ai_calls::ActiveModel {
            id: Set(tx.new_id()),
            practice_id: Set(practice),
            system_id: Set(system),
            purpose: Set(AiPurpose::Transcription),
            encounter_id: Set(encounter),
            job_id: Set(Some(tx.new_id())),
            user_id: Set(None),
            outcome: Set(AiCallOutcome::Succeeded),
            reasons: Set(String::new()),
            version: Set("whisper.cpp 1.8.3, base.en-q8_0".to_owned()),
            rules: Set("2026-11-24 US-CA".to_owned()),
            input_hash: Set(vec![7; 32]),
            output_hash: Set(Some(vec![9; 32])),
            started_at: Set(tx.now()),
            finished_at: Set(Some(tx.now())),
            sound_ms: Set(Some(30_000)),
            ..Default::default()
        };
        let rows: Vec<_> = (0..AT_ONCE).map(row).collect();
        tx.insert_many::<ai_calls::Entity>(rows).await.expect("inserted");
        tx.record(Event::general(Action::AiCallsListed));
        tx.commit().await.expect("kept");
    }
    owner.sign_in().await.ok();
    let (begun, before) = (Instant::now(), resident_megabytes());
    let answer = owner.call(Method::GET, "/governance/report").send().await;
    let mut answer = answer.expect("an answer").error_for_status().expect("the file");
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    let (mut bytes, mut highest) = (0, before);
    while let Some(chunk) = answer.chunk().await.expect("the next bytes") {
        file.write_all(&chunk).expect("written");
        bytes += chunk.len();
        highest = highest.max(resident_megabytes());
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "report: {calls} calls in {seconds:.1} s, {:.0} MB, memory grew by {:.1} MB, highest {highest:.1} MB",
        bytes as f64 / 1e6,
        highest - before
    );
    let key = app.nobody().call(Method::GET, "/signing-key").answer().await.text();
    let begun = Instant::now();
    let bundle = BufReader::new(File::open(file.path()).expect("the file"));
    let (manifest, findings) = proof::check(bundle, &key).expect("a bundle");
    assert!(findings.is_empty() && manifest.calls == calls as u64, "{findings:?}");
    println!("verify: {} calls in {:.2} s", manifest.calls, begun.elapsed().as_secs_f64());
    app.stop().await;
}

fn resident_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a figure");
    line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") * 1024.0 / 1e6
}
