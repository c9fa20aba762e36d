//! Runs the fuzz targets of `fuzz/` for a bounded time, each from its committed corpus.

use crate::{
    process::{capture, run},
    report::{Outcome, Report},
    workspace::Workspace,
};
use anyhow::{Context, Result};

/// What is missing to run them, if anything is.
fn missing(workspace: &Workspace) -> Option<String> {
    if !workspace.root.join("fuzz/Cargo.toml").is_file() {
        return Some("there is no fuzz folder".to_owned());
    }
    if workspace.find_program("cargo-fuzz").is_none() {
        return Some("cargo-fuzz is missing (cargo install cargo-fuzz)".to_owned());
    }
    if capture(workspace.command("cargo").args(["+nightly", "--version"])).is_err() {
        return Some("a nightly toolchain is missing (rustup toolchain install nightly)".to_owned());
    }
    None
}

/// `cargo xtask fuzz`.
pub fn fuzz(workspace: &Workspace, seconds: u32) -> Result<()> {
    let mut report = Report::default();
    report.step("fuzz targets", || run_targets(workspace, seconds));
    report.finish()
}

/// Every target for `seconds`; skipped where the tools for it are missing.
pub fn run_targets(workspace: &Workspace, seconds: u32) -> Result<Outcome> {
    if let Some(reason) = missing(workspace) {
        return Ok(Outcome::Skipped(reason));
    }
    let targets = capture(workspace.command("cargo").args(["+nightly", "fuzz", "list"]))?;
    for target in targets.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let limit = format!("-max_total_time={seconds}");
        let mut cargo = workspace.command("cargo");
        cargo.args(["+nightly", "fuzz", "run", target, "--", &limit, "-rss_limit_mb=2048"]);
        run(&mut cargo).with_context(|| format!("the target {target} found something"))?;
    }
    Ok(Outcome::Passed)
}
