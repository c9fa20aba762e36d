//! `cargo xtask check`: what a developer runs every few minutes.

use crate::{
    checks,
    process::{run, run_logged},
    report::Report,
    setup::{Goal, WASM_TARGET, set_up},
    workspace::Workspace,
};
use anyhow::Result;

/// Crates whose tests need no server, no model and no database.
const SMALL: &[&str] = &["shared", "clock", "crypto", "llm", "telemetry", "weights", "xtask"];

/// Format, clippy and the tests of the small crates.
pub fn check(workspace: &Workspace) -> Result<()> {
    set_up(workspace, Goal::Check)?;
    let mut report = Report::default();
    report.check("format", || format(workspace));
    report.check("licences, bans, sources", || checks::licences::check(workspace));
    report.check("links in documents", || checks::links::check(workspace));
    report.check("task definitions", || checks::deploy::check(workspace));
    report.check("clippy", || clippy(workspace));
    report.check("clippy, browser app", || clippy_web(workspace));
    report.check("unit tests", || {
        let mut arguments = Vec::new();
        for name in SMALL {
            arguments.extend(["--package", name]);
        }
        run_tests(workspace, &arguments, &[])
    });
    report.finish()
}

/// `cargo fmt` over every workspace of the checkout.
pub fn format(workspace: &Workspace) -> Result<()> {
    run(&mut workspace.cargo(&["fmt", "--all", "--check"]))?;
    for manifest in ["tools/wasm-bindgen-shim/Cargo.toml", "fuzz/Cargo.toml"] {
        if workspace.root.join(manifest).is_file() {
            run(&mut workspace.cargo(&["fmt", "--manifest-path", manifest, "--check"]))?;
        }
    }
    Ok(())
}

/// Clippy over all that runs on this machine, with warnings as errors.
pub fn clippy(workspace: &Workspace) -> Result<()> {
    run(&mut workspace.cargo(&["clippy", "--all-targets", "--", "-D", "warnings"]))
}

/// Clippy over what runs in the browser.
pub fn clippy_web(workspace: &Workspace) -> Result<()> {
    run(&mut workspace.cargo(&[
        "clippy",
        "--package",
        "web",
        "--target",
        WASM_TARGET,
        "--",
        "-D",
        "warnings",
    ]))
}

/// Tests by cargo-nextest where it is installed, by `cargo test` elsewhere.
pub fn run_tests(workspace: &Workspace, arguments: &[&str], environment: &[(&str, String)]) -> Result<()> {
    let mut cargo = if workspace.find_program("cargo-nextest").is_some() {
        workspace.cargo(&["nextest", "run", "--no-fail-fast", "--no-tests=pass", "--failure-output", "final"])
    } else {
        workspace.cargo(&["test", "--no-fail-fast"])
    };
    // What a claim says of itself is worth more than where it was said from.
    cargo
        .args(arguments)
        .env("RUST_BACKTRACE", "0")
        .envs(environment.iter().map(|(name, value)| (*name, value)));
    run_logged(&mut cargo, &workspace.log("tests")?)
}
