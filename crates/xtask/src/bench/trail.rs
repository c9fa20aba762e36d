//! Linking, verifying and taking away an audit trail of a million events, measured by examples of the tests.

use super::{Figure, Target, speed::number_after};
use crate::{
    postgres::{Durability, Postgres},
    process::capture,
    workspace::Workspace,
};
use anyhow::{Context, Result};

/// Events in the trail.
const EVENTS: &str = "1000000";

/// On SQLite, and on PostgreSQL.
pub fn verification(workspace: &Workspace) -> Result<Vec<Figure>> {
    let mut figures = measure(workspace, "SQLite", None)?;
    let postgres = Postgres::start(workspace, Durability::None)?;
    let server = postgres.create_database(workspace, "trail")?;
    figures.extend(measure(workspace, "PostgreSQL", Some(&server))?);
    Ok(figures)
}

fn measure(workspace: &Workspace, on: &str, server: Option<&str>) -> Result<Vec<Figure>> {
    let mut cargo = workspace.cargo(&[
        "run",
        "--quiet",
        "--release",
        "-p",
        "testing",
        "--example",
        "verify_trail",
        "--",
        EVENTS,
    ]);
    let output = capture(cargo.args(server))?;
    let line = |start: &str| {
        output.lines().find(|line| line.starts_with(start)).with_context(|| format!("no line of {start}"))
    };
    let (speed, memory) = (line("verify: ")?, line("verify: memory")?);
    Ok(vec![
        Figure {
            what: format!("audit trail, verified events/s of one core, {on}"),
            measured: number_after(speed, "events/s,")?,
            goal: Target::AtLeast(200_000.0),
            limit: speed.to_owned(),
        },
        Figure {
            what: format!("audit trail, growth from one verification to the next, MB, {on}"),
            measured: number_after(memory, "by")?,
            goal: Target::AtMost(16.0),
            limit: memory.to_owned(),
        },
    ])
}

/// The whole trail as a file, in either form, on SQLite.
pub fn export(workspace: &Workspace) -> Result<Vec<Figure>> {
    let mut cargo = workspace.cargo(&[
        "run",
        "--quiet",
        "--release",
        "-p",
        "tests",
        "--example",
        "export_trail",
        "--",
        EVENTS,
    ]);
    let output = capture(&mut cargo)?;
    let mut figures = Vec::new();
    for form in ["ndjson", "csv"] {
        let line = output.lines().find(|line| line.starts_with(&format!("{form}: ")));
        let line = line.with_context(|| format!("no line of {form}"))?;
        figures.push(Figure {
            what: format!("audit trail, events/s exported as {form}"),
            measured: number_after(line, &format!("{form}:"))?,
            goal: Target::None,
            limit: line.to_owned(),
        });
        figures.push(Figure {
            what: format!("audit trail, memory growth of the export as {form}, MB"),
            measured: number_after(line, "memory grew by")?,
            goal: Target::AtMost(16.0),
            limit: String::new(),
        });
    }
    Ok(figures)
}
