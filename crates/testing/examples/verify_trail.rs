//! How fast a trail is linked and verified, and in how much memory: `verify_trail [EVENTS] [postgres://…]`.

#![expect(clippy::expect_used, reason = "what fails here is the measurement's failure")]

use std::time::Instant;

use access::Chainer;
use audit::{Action, Event};
use chrono::TimeDelta;
use testing::TestDatabase;
use uuid::Uuid;

/// Events of one commit, and so of one link.
const AT_ONCE: u128 = 1000;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let events: u128 = arguments.next().map_or(1_000_000, |count| count.parse().expect("a number"));
    let bench = match arguments.next() {
        None => TestDatabase::new().await,
        Some(server) => TestDatabase::on_postgres(server).await,
    };
    let actor = bench.therapist();
    let practice = actor.practice_id();

    let begun = Instant::now();
    for commit in 0..events / AT_ONCE {
        let mut tx = bench.begin(actor.clone()).await;
        for number in 0..AT_ONCE {
            let client = Uuid::from_u128(commit * AT_ONCE + number);
            tx.record(Event::of(Action::ClientRead, client).about(client.into()));
        }
        tx.commit().await.expect("kept");
        bench.clock.advance(TimeDelta::seconds(1));
    }
    println!("filled with {events} events in {:.1} s", begun.elapsed().as_secs_f64());

    let (begun, used) = (Instant::now(), cpu_seconds());
    let linked = Chainer::new(bench.database.clone()).link(practice).await.expect("linked");
    // The practice itself was registered.
    let events = events + 1;
    assert_eq!(linked.events as u128, events);
    say("link", events, begun, used);

    // Once for the memory that any verification takes.
    for name in ["verify, first", "verify"] {
        let (begun, used, before) = (Instant::now(), cpu_seconds(), resident_megabytes("VmRSS"));
        let report =
            bench.database.verify_trail(practice, Vec::new(), None, None).await.expect("read").report;
        assert!(report.intact && u128::from(report.events) == events, "{report:?}");
        say(name, events, begun, used);
        let growth = resident_megabytes("VmRSS") - before;
        println!("{name}: memory grew by {growth:.1} MB, highest {:.1} MB", resident_megabytes("VmHWM"));
    }
    bench.drop_from_server().await;
}

fn say(what: &str, events: u128, begun: Instant, used: f64) {
    let (wall, core) = (begun.elapsed().as_secs_f64(), cpu_seconds() - used);
    let rate = |seconds: f64| events as f64 / seconds;
    println!("{what}: {:.0} events/s, {:.0} per second of one core", rate(wall), rate(core));
}

/// What this process has used, user and system, at the 100 ticks a second of Linux.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let (_, rest) = stat.rsplit_once(')').expect("a name in brackets");
    let ticks = rest.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<f64>().expect("a number"));
    ticks.sum::<f64>() / 100.0
}

fn resident_megabytes(field: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix(field)).expect("a figure");
    let kib = line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<f64>().expect("a number");
    kib * 1024.0 / 1e6
}
