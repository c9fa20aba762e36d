//! How many decisions about AI calls one core makes in a second, with every rule on, and how long the slowest hundredth takes:
//! `decisions [COUNT]`.

#![expect(clippy::expect_used, reason = "what fails here is the measurement's failure")]

use std::{collections::BTreeSet, hint::black_box, time::Instant};

use governance::policy::{Budget, Facts, Place, RunBy, Version, decide, refusals};
use shared::{
    consents::{Standing, Standings},
    governance::{AiData, AiPurpose},
};

fn main() {
    let count: usize = std::env::args().nth(1).map_or(1_000_000, |count| count.parse().expect("a number"));
    let on = "2026-11-24".parse().expect("a day");
    let facts = |jurisdiction: &str| Facts {
        on,
        purpose: AiPurpose::Transcription,
        data: AiData::Client,
        stopped: false,
        set_up: true,
        switched_on: true,
        run_by: RunBy::Associate(on, Some(on)),
        version: Version::Pinned,
        budget: Some(Budget { allowed: 5_000_000, spent: 1 }),
        place: Place::new(jurisdiction.to_owned(), on, BTreeSet::new()),
        session: Some(Standings { recording: Standing::InWriting, ai: Standing::Aloud }),
    };
    let places = ["US-IL", "US-TX", "US-CA", "US-OR"].map(facts);
    let (begun, mut took) = (Instant::now(), Vec::with_capacity(count));
    for facts in places.iter().cycle().take(count) {
        let one = Instant::now();
        black_box(refusals(&decide(black_box(facts))));
        took.push(one.elapsed());
    }
    let seconds = begun.elapsed().as_secs_f64();
    took.sort_unstable();
    let p99 = took[count * 99 / 100].as_secs_f64() * 1e3;
    println!("decisions: {:.0} decisions/s of one core, p99 {p99:.4} ms", count as f64 / seconds);
}
