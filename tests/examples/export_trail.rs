//! How fast a trail is taken away over HTTP, in either form, and in how much memory of the server and whoever receives it:
//! `export_trail [EVENTS]`, on SQLite, or on the PostgreSQL of the tests where there is one and `postgres` stands behind.

#![expect(clippy::expect_used, reason = "what fails here is the measurement's failure")]

use std::time::{Duration, Instant};

use access::Actor;
use audit::{Action, Event};
use reqwest::Method;
use tests::{Backend, Person, TestApp};
use uuid::Uuid;

/// Events of one commit.
const AT_ONCE: u128 = 1000;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let events: u128 = arguments.next().map_or(1_000_000, |count| count.parse().expect("a number"));
    let backend = if arguments.next().is_some() { Backend::Postgres } else { Backend::Sqlite };
    let app = TestApp::start(backend).await.expect("a server");
    let owner = app.therapist().await;
    let practice = app.app.database.practices().await.expect("practices")[0];
    for commit in 0..events / AT_ONCE {
        let actor = Actor::system("system:bench", practice, "bench");
        let mut tx = app.app.database.begin(actor).await.expect("begun");
        for number in 0..AT_ONCE {
            let client = Uuid::from_u128(commit * AT_ONCE + number);
            tx.record(Event::of(Action::ClientRead, client).about(client.into()));
        }
        tx.commit().await.expect("kept");
    }
    // What linking them takes is not the export's.
    let linked =
        async || app.app.database.find_link(practice, None).await.expect("read").map_or(0, |link| link.total);
    while (linked().await as u128) < events {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    // Once for the memory that any export takes.
    for (name, form) in [("ndjson, first", "ndjson"), ("ndjson", "ndjson"), ("csv", "csv")] {
        let (begun, before) = (Instant::now(), resident_megabytes());
        let taken = export(&owner, form).await;
        assert!(taken.lines > events && taken.signed, "{} lines of {events}", taken.lines);
        let seconds = begun.elapsed().as_secs_f64();
        let (rate, megabytes) = (taken.lines as f64 / seconds, taken.bytes as f64 / 1e6);
        println!(
            "{name}: {rate:.0} events/s, {megabytes:.0} MB in {seconds:.1} s, memory grew by {:.1} MB, highest {:.1} MB",
            taken.highest - before,
            taken.highest
        );
    }
    app.stop().await;
}

struct Taken {
    lines: u128,
    bytes: u64,
    /// Whether the last line says that it is whole.
    signed: bool,
    /// The most resident memory meanwhile, in MB.
    highest: f64,
}

async fn export(owner: &Person, form: &str) -> Taken {
    owner.sign_in().await.ok();
    let answer = owner.call(Method::GET, &format!("/audit/export?format={form}")).send().await;
    let mut answer = answer.expect("an answer").error_for_status().expect("the file");
    let mut taken = Taken { lines: 0, bytes: 0, signed: false, highest: resident_megabytes() };
    let mut last = Vec::new();
    while let Some(chunk) = answer.chunk().await.expect("the next bytes") {
        taken.lines += (chunk.split(|byte| *byte == b'\n').count() - 1) as u128;
        taken.bytes += chunk.len() as u64;
        taken.highest = taken.highest.max(resident_megabytes());
        last.extend_from_slice(&chunk);
        last.drain(..last.len().saturating_sub(4096));
    }
    let end = String::from_utf8_lossy(&last);
    taken.signed = end.trim_end().lines().last().is_some_and(|line| line.contains("\"manifest\""));
    taken
}

fn resident_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a figure");
    line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") * 1024.0 / 1e6
}
