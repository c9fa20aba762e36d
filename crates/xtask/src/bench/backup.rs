//! Making a backup of 100,000 notes and 5 GB of sound, and bringing it back, measured by an example of `upkeep`.

use super::{Figure, Target, speed::number_after};
use crate::{
    postgres::{Durability, Postgres},
    process::capture,
    workspace::Workspace,
};
use anyhow::{Context, Result};

const NOTES: &str = "100000";
const MEGABYTES: &str = "5000";

/// On SQLite, and on PostgreSQL.
pub fn there_and_back(workspace: &Workspace) -> Result<Vec<Figure>> {
    let mut figures = measure(workspace, "SQLite", None)?;
    let postgres = Postgres::start(workspace, Durability::None)?;
    let server = postgres.create_database(workspace, "backups")?;
    figures.extend(measure(workspace, "PostgreSQL", Some(&server))?);
    Ok(figures)
}

fn measure(workspace: &Workspace, on: &str, server: Option<&str>) -> Result<Vec<Figure>> {
    let example =
        ["run", "--quiet", "--release", "-p", "upkeep", "--example", "bring_back", "--", NOTES, MEGABYTES];
    let output = capture(workspace.cargo(&example).args(server))?;
    let mut figures = Vec::new();
    for what in ["backup", "restore"] {
        let start = format!("{what}: ");
        let line = output.lines().find(|line| line.starts_with(&start));
        let line = line.with_context(|| format!("no line of {what}"))?;
        figures.push(Figure {
            what: format!("{what} of 100,000 notes and 5 GB of sound, MB/s, {on}"),
            measured: number_after(line, &start)?,
            goal: Target::AtLeast(100.0),
            limit: line.to_owned(),
        });
        figures.push(Figure {
            what: format!("{what}, memory growth, MB, {on}"),
            measured: number_after(line, "memory grew by")?,
            goal: Target::AtMost(64.0),
            limit: String::new(),
        });
    }
    Ok(figures)
}
