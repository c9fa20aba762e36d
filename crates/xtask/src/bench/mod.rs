//! `cargo xtask bench`: the figures to reach, measured on this machine in one run, beside the
//! machine's own limits. Where a peer is compared with, both run alternately.

mod backup;
mod governance;
mod http;
mod keys;
mod list;
mod machine;
mod notes;
mod page;
mod peer;
mod quality;
mod session;
mod sign_in;
mod speed;
mod trail;
mod upload;
mod words;

use crate::{
    postgres::{Durability, Postgres},
    process::{Scratch, free_port},
    server::{Options, Profile, Server, Settings, build},
    setup::{Goal, set_up},
    web,
    workspace::Workspace,
};
use anyhow::Result;
pub use quality::quality;
use std::{
    thread,
    time::{Duration, Instant},
};

/// The most that the first load may take, compressed with brotli.
const FIRST_LOAD_KB: f64 = 400.0;

/// One line of the table.
#[derive(Debug)]
pub struct Figure {
    /// What was measured, with its unit.
    pub what: String,
    pub measured: f64,
    pub goal: Target,
    /// What the machine itself can do, or what it was compared with.
    pub limit: String,
}

/// Which side of a number is the good one.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    AtLeast(f64),
    AtMost(f64),
    /// To be known, not to be reached.
    None,
}

impl Figure {
    fn is_met(&self) -> bool {
        match self.goal {
            Target::AtLeast(goal) => self.measured >= goal,
            Target::AtMost(goal) => self.measured <= goal,
            Target::None => true,
        }
    }
}

/// Measures everything, or what `only` is a part of the title of, and prints the table. What cannot be
/// measured here says why.
pub fn bench(workspace: &Workspace, long: bool, only: &str) -> Result<()> {
    set_up(workspace, Goal::Test)?;
    let program = build(workspace, Profile::Release)?;
    println!("\n{}", machine::description());
    let mut figures = Vec::new();
    let mut measure = |title: &str, how: &mut dyn FnMut() -> Result<Vec<Figure>>| {
        if !title.contains(only) {
            return;
        }
        match how() {
            Ok(found) => {
                println!("measured: {title}");
                figures.extend(found);
            }
            Err(error) => {
                crate::process::let_interrupt_finish();
                println!("not measured: {title}: {error:#}");
            }
        }
    };
    measure("start and idle memory", &mut || start_and_idle(workspace, &program));
    measure("streams", &mut || speed::streams(workspace));
    measure("streams as in the image", &mut || speed::streams_of_the_image(workspace));
    measure("transcription", &mut || speed::transcription(workspace));
    measure("words", &mut || session::words(workspace, &program));
    if long {
        measure("a whole session", &mut || session::long(workspace, &program));
    }
    measure("64 people who sign in at once", &mut || sign_in::memory(workspace, &program));
    measure("audit trail", &mut || trail::verification(workspace));
    measure("audit trail as a file", &mut || trail::export(workspace));
    measure("AI decisions", &mut || governance::decisions(workspace));
    measure("AI report", &mut || governance::report(workspace));
    measure("notes", &mut || notes::compare(workspace, &program));
    measure("data keys", &mut || keys::rotation(workspace, &program));
    measure("backup", &mut || backup::there_and_back(workspace));
    measure("first load", &mut || first_load(workspace));
    measure("the page in Chromium", &mut || page::interactive(workspace, &program));
    let peer = Postgres::start(workspace, Durability::None).and_then(|postgres| {
        let peer = peer::Peer::start(workspace, &postgres)?;
        Ok((peer, postgres))
    });
    match peer {
        Ok((peer, postgres)) => {
            measure("upload of 500 MB", &mut || upload::compare(workspace, &program, &peer));
            measure("people who sign in", &mut || sign_in::compare(workspace, &program, &peer, &postgres));
            measure("list of 50 clients", &mut || list::compare(workspace, &program, &peer, &postgres));
        }
        Err(error) => println!("not measured: upload, sign-in and list beside the Node peer: {error:#}"),
    }
    println!("\n{:<52} {:>10} {:>10}  beside it", "figure", "measured", "goal");
    for figure in &figures {
        let goal = match figure.goal {
            Target::AtLeast(goal) => format!(">= {goal}"),
            Target::AtMost(goal) => format!("<= {goal}"),
            Target::None => String::new(),
        };
        let mark = if figure.is_met() { ' ' } else { '!' };
        println!("{:<52} {:>10.2} {goal:>10} {mark} {}", figure.what, figure.measured, figure.limit);
    }
    let missed = figures.iter().filter(|figure| !figure.is_met()).count();
    println!("\n{} of {} figures reached", figures.len() - missed, figures.len());
    Ok(())
}

/// From the start of the process to the first 200, with migrations done; then its memory at rest.
fn start_and_idle(workspace: &Workspace, program: &std::path::Path) -> Result<Vec<Figure>> {
    let data = Scratch::new("bench-start")?;
    let options = Options { arguments: &["serve"], environment: &[], settings: Settings::Defaults };
    drop(Server::start(workspace, program, &data.0, free_port()?, &options)?);
    let mut times = Vec::new();
    for _ in 0..5 {
        let begun = Instant::now();
        let server = Server::start(workspace, program, &data.0, free_port()?, &options)?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        drop(server);
    }
    let server = Server::start(workspace, program, &data.0, free_port()?, &options)?;
    thread::sleep(Duration::from_secs(2));
    let memory = machine::memory(server.service.id())?.now;
    Ok(vec![
        Figure {
            what: "start to first 200, ms (median of 5)".to_owned(),
            measured: median(&mut times),
            goal: Target::AtMost(150.0),
            limit: "asked every 2 ms".to_owned(),
        },
        Figure {
            what: "idle memory of serve, MB".to_owned(),
            measured: memory,
            goal: Target::AtMost(40.0),
            limit: String::new(),
        },
    ])
}

fn first_load(workspace: &Workspace) -> Result<Vec<Figure>> {
    web::build(workspace)?;
    Ok(vec![Figure {
        what: "first load of the app, kB with brotli".to_owned(),
        measured: web::load(&web::dist(workspace))?.first as f64 / 1000.0,
        goal: Target::AtMost(FIRST_LOAD_KB),
        limit: String::new(),
    }])
}

/// The value in the middle.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
