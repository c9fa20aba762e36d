//! Whole recordings through a running server: what it hears, and what that takes.

use super::{Figure, Target, machine, words};
use crate::{
    demo::{Client, has_ended, media_type, prepare, text},
    process::{Scratch, capture, free_port},
    server::{Options, Server, Settings},
    setup::telephone,
    workspace::Workspace,
};
use anyhow::{Context, Result};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

/// How often the job is asked how far it is.
const POLL: Duration = Duration::from_secs(1);
/// Length of a session.
const MINUTES: f64 = 50.0;

/// What came of a recording.
struct Processed {
    heard: String,
    cpu_minutes: f64,
    /// The most resident memory of the server, in MB.
    memory: f64,
}

/// Word error rates of the role-play and of a real conversation. A rate has no goal of its own.
pub fn words(workspace: &Workspace, program: &Path) -> Result<Vec<Figure>> {
    let (telephone, telephone_words) = telephone(workspace)?;
    let recordings = [
        ("role-play, two synthesised voices", role_play(workspace), role_play_words(workspace)?),
        ("real telephone call, 30 s", telephone, telephone_words),
    ];
    let mut figures = Vec::new();
    for (name, file, said) in recordings {
        let processed = process(workspace, program, &file)?;
        figures.push(Figure {
            what: format!("word error rate, %, {name}"),
            measured: words::error_rate(&said, &processed.heard),
            goal: Target::None,
            limit: format!("{} words", said.split_whitespace().count()),
        });
    }
    Ok(figures)
}

/// A session of 50 minutes: the role-play and the real recordings again and again.
pub fn long(workspace: &Workspace, program: &Path) -> Result<Vec<Figure>> {
    let scratch = Scratch::new("bench-session")?;
    let file = scratch.0.join("session.wav");
    let mut join =
        workspace.cargo(&["run", "--quiet", "--release", "-p", "audio", "--example", "join", "--"]);
    join.arg(&file).arg(MINUTES.to_string()).arg(role_play(workspace));
    join.args(super::speed::recordings(workspace).unwrap_or_default());
    capture(&mut join)?;
    let processed = process(workspace, program, &file)?;
    Ok(vec![
        Figure {
            what: format!("CPU minutes for a session of {MINUTES} minutes"),
            measured: processed.cpu_minutes,
            goal: Target::AtMost(13.0),
            limit: "decoding, voices and draft included".to_owned(),
        },
        Figure {
            what: "highest memory of the server meanwhile, MB".to_owned(),
            measured: processed.memory,
            goal: Target::AtMost(450.0),
            limit: format!("{} words heard", processed.heard.split_whitespace().count()),
        },
    ])
}

fn role_play(workspace: &Workspace) -> PathBuf {
    workspace.root.join("assets/role-play/session.ogg")
}

fn role_play_words(workspace: &Workspace) -> Result<String> {
    let turns = fs::read_to_string(workspace.root.join("assets/role-play/turns.json"))?;
    let turns: Vec<Value> = serde_json::from_str(&turns)?;
    Ok(joined(&turns))
}

/// The texts of turns or lines.
fn joined(lines: &[Value]) -> String {
    lines.iter().filter_map(|line| line["text"].as_str()).collect::<Vec<_>>().join(" ")
}

/// Sends a recording to a new server and waits for its draft.
fn process(workspace: &Workspace, program: &Path, file: &Path) -> Result<Processed> {
    let data = Scratch::new("bench-data")?;
    let options =
        Options { arguments: &["serve", "--with-worker"], environment: &[], settings: Settings::Defaults };
    let mut server = Server::start(workspace, program, &data.0, free_port()?, &options)?;
    let mut client = Client::new(&server.address);
    let (encounter, _) = prepare(&mut client, "a-password-for-this-run-only")?;
    let before = machine::cpu_seconds(server.service.id())?;
    let path = format!("/encounters/{encounter}/recordings");
    let recording = client.upload(&path, media_type(file)?, &fs::read(file)?)?;
    let job_id = text(&recording, "job_id")?;
    while !has_ended(&client.get(&format!("/jobs/{job_id}"))?)? {
        server.check_alive()?;
        thread::sleep(POLL);
    }
    let cpu = machine::cpu_seconds(server.service.id())? - before;
    let memory = machine::memory(server.service.id())?.highest;
    let transcript = client.get(&format!("/encounters/{encounter}/transcript"))?;
    let lines = transcript["segments"].as_array().context("the transcript has no lines")?;
    Ok(Processed { heard: joined(lines), cpu_minutes: cpu / 60.0, memory })
}
