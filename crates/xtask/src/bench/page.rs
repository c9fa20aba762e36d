//! How soon the app can be used in Chromium, over the loopback interface.

use super::{Figure, Target, median};
use crate::{
    setup::{chromium, models_folder},
    web,
    workspace::Workspace,
};
use anyhow::{Context, Result};
use std::path::Path;

/// From opening the address, with nothing cached, until a field has been filled in: the browser test
/// of the first load, with this program behind it.
pub fn interactive(workspace: &Workspace, program: &Path) -> Result<Vec<Figure>> {
    web::build(workspace)?;
    let mut node = workspace.command("node");
    node.args(["--test", "--test-reporter=tap", "first-load.test.mjs"])
        .current_dir(workspace.root.join("tests/e2e"))
        .env("CHROMIUM", chromium(workspace).context("Chromium is not installed")?)
        .env("MINDSCRIBE_API", program)
        .env("MINDSCRIBE_MODELS", models_folder(workspace));
    // Where the test fails, the times are still there: the table says what is too slow.
    let output = node.output().context("cannot start node")?;
    let output = String::from_utf8_lossy(&output.stdout);
    let (_, rest) = output.split_once("usable after ").context("the browser test told no times")?;
    let (times, _) = rest.split_once(" ms").context("the browser test told no times")?;
    let mut times = times.split(", ").map(str::parse).collect::<Result<Vec<f64>, _>>()?;
    Ok(vec![Figure {
        what: "app usable in Chromium, ms (median of 3)".to_owned(),
        measured: median(&mut times),
        goal: Target::AtMost(1000.0),
        limit: format!("from {:.0} to {:.0}", times[0], times[times.len() - 1]),
    }])
}
