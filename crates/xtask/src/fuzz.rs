//! Runs the fuzz targets of `fuzz/` for a bounded time, each from its committed corpus, with the
//! pinned compiler. `cargo fuzz` builds the same targets by hand, and adds the address sanitizer,
//! which needs a nightly compiler and has little to find in crates that forbid `unsafe`.

use crate::{
    process::{Scratch, capture, run, watch},
    report::Report,
    workspace::Workspace,
};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What `cargo fuzz build --release --debug-assertions --sanitizer none` passes to the compiler:
/// counters and comparisons for libFuzzer to see, and checks of overflow that a release lacks.
const FLAGS: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Cllvm-args=-simplifycfg-branch-fold-threshold=0 \
    -Cdebug-assertions -Ccodegen-units=1 --cfg fuzzing";

/// `cargo xtask fuzz`.
pub fn fuzz(workspace: &Workspace, seconds: u32) -> Result<()> {
    let mut report = Report::default();
    report.check("fuzz targets", || run_targets(workspace, seconds));
    report.finish()
}

/// Every target for `seconds`; an error when one of them finds something. What it found stays in
/// the build folder, what it learnt goes.
pub fn run_targets(workspace: &Workspace, seconds: u32) -> Result<()> {
    let targets = targets(workspace)?;
    let programs = build(workspace)?;
    let findings = workspace.target().join("fuzz/findings");
    fs::create_dir_all(&findings)?;
    for target in &targets {
        // libFuzzer writes new inputs into the first folder, and only reads the others.
        let learnt = Scratch::new(&format!("fuzz-{target}"))?;
        let corpus = workspace.root.join("fuzz/corpus").join(target);
        if fs::read_dir(&corpus).map_or(0, Iterator::count) == 0 {
            bail!("{} holds nothing to begin with", workspace.shown(&corpus));
        }
        let mut program = workspace.command(programs.join(target));
        program
            .arg(format!("-max_total_time={seconds}"))
            .args(["-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1"])
            .arg(format!("-artifact_prefix={}/{target}-", findings.display()))
            .args([&learnt.0, &corpus]);
        watch(target, &mut program, &workspace.log("fuzz")?).with_context(|| {
            format!("the target {target} found something; the input is in {}", findings.display())
        })?;
    }
    Ok(())
}

/// The names of the targets in `fuzz/Cargo.toml`.
fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let manifest: toml::Table = fs::read_to_string(workspace.root.join("fuzz/Cargo.toml"))?.parse()?;
    let programs = manifest.get("bin").and_then(toml::Value::as_array).context("fuzz has no targets")?;
    programs
        .iter()
        .map(|it| {
            it.get("name").and_then(toml::Value::as_str).map(str::to_owned).context("a target has no name")
        })
        .collect()
}

/// Builds all targets and returns the folder they are in. A folder of their own, because the flags
/// change every crate.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    let host = host(workspace)?;
    let folder = workspace.target().join("fuzz");
    // With `--target` the flags do not reach build scripts and macros.
    let mut cargo = workspace.cargo(&["build", "--release", "--locked", "--bins", "--target", &host]);
    cargo.arg("--manifest-path").arg(Path::new("fuzz/Cargo.toml")).arg("--target-dir").arg(&folder);
    cargo.env("RUSTFLAGS", FLAGS).env_remove("CARGO_ENCODED_RUSTFLAGS");
    run(&mut cargo)?;
    Ok(folder.join(host).join("release"))
}

/// The platform that the compiler runs on.
fn host(workspace: &Workspace) -> Result<String> {
    let said = capture(workspace.command("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say its platform")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_its_source_and_a_committed_corpus() {
        let workspace = Workspace::find().unwrap();
        let targets = targets(&workspace).unwrap();
        assert!(!targets.is_empty());
        let sources = fs::read_dir(workspace.root.join("fuzz/fuzz_targets")).unwrap().count();
        assert_eq!(targets.len(), sources);
        for target in targets {
            assert!(workspace.root.join(format!("fuzz/fuzz_targets/{target}.rs")).is_file());
            assert!(fs::read_dir(workspace.root.join("fuzz/corpus").join(&target)).unwrap().count() > 0);
        }
    }
}
