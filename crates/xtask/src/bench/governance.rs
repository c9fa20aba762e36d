//! Decisions about AI calls, and a report on a million of them, measured by examples.

use super::{Figure, Target, speed::number_after};
use crate::{process::capture, workspace::Workspace};
use anyhow::{Context, Result};

/// Calls in the report, and in the one that is verified by itself.
const CALLS: [&str; 2] = ["1000000", "10000"];

/// How fast it is decided whether a call may be made.
pub fn decisions(workspace: &Workspace) -> Result<Vec<Figure>> {
    let line = run(workspace, "governance", "decisions", "1000000", "decisions:")?;
    Ok(vec![
        Figure {
            what: "AI decisions/s of one core, every rule on".to_owned(),
            measured: number_after(&line, "decisions:")?,
            goal: Target::AtLeast(10_000.0),
            limit: String::new(),
        },
        Figure {
            what: "AI decision, p99, ms".to_owned(),
            measured: number_after(&line, "p99")?,
            goal: Target::AtMost(1.0),
            limit: String::new(),
        },
    ])
}

/// What a report takes to be made, and to be verified.
pub fn report(workspace: &Workspace) -> Result<Vec<Figure>> {
    let [many, few] = CALLS;
    let made = run(workspace, "tests", "ai_report", many, "report:")?;
    let verified = run(workspace, "tests", "ai_report", few, "verify:")?;
    Ok(vec![
        Figure {
            what: "report on a million AI calls, s".to_owned(),
            measured: number_after(&made, "calls in")?,
            goal: Target::AtMost(60.0),
            limit: made.clone(),
        },
        Figure {
            what: "memory of server and receiver meanwhile, MB".to_owned(),
            measured: number_after(&made, "highest")?,
            goal: Target::AtMost(256.0),
            limit: String::new(),
        },
        Figure {
            what: "report on ten thousand AI calls, verified, s".to_owned(),
            measured: number_after(&verified, "calls in")?,
            goal: Target::AtMost(2.0),
            limit: String::new(),
        },
    ])
}

fn run(workspace: &Workspace, package: &str, example: &str, count: &str, line: &str) -> Result<String> {
    let arguments = ["run", "--quiet", "--release", "-p", package, "--example", example, "--", count];
    let output = capture(&mut workspace.cargo(&arguments))?;
    let found = output.lines().find(|one| one.starts_with(line));
    Ok(found.with_context(|| format!("no line of {line}"))?.to_owned())
}
