//! `cargo xtask test`: everything that CI checks, with a summary at the end.

use crate::{
    check::{clippy, clippy_web, format, run_tests},
    checks, fuzz,
    postgres::{Durability, Postgres},
    process::run_logged,
    report::Report,
    s3::ObjectServer,
    server::{Profile, build},
    setup::{Goal, chromium, models_folder, nginx, redis, set_up},
    web,
    workspace::Workspace,
};
use anyhow::{Context, Result, bail};

/// The most that the first load of the app may take, compressed with brotli.
const FIRST_LOAD_BYTES: u64 = 400_000;
/// How long each fuzz target runs here.
const FUZZ_SECONDS: u32 = 20;

/// Runs all checks, cheap ones first, and goes on after a failure.
pub fn test(workspace: &Workspace) -> Result<()> {
    set_up(workspace, Goal::Test)?;
    let mut report = Report::default();
    report.check("format", || format(workspace));
    report.check("licences, bans, sources", || checks::licences::check(workspace));
    report.check("links in documents", || checks::links::check(workspace));
    report.check("task definitions", || checks::deploy::check(workspace));
    report.check("nginx configuration", || checks::nginx::check(workspace));
    report.check("clippy", || clippy(workspace));
    report.check("clippy, browser app", || clippy_web(workspace));
    report.check("browser app", || {
        web::build(workspace)?;
        let bytes = web::load(&web::dist(workspace))?.first;
        if bytes > FIRST_LOAD_BYTES {
            bail!("the first load is {bytes} bytes with brotli, more than {FIRST_LOAD_BYTES}");
        }
        Ok(())
    });
    report.check("tests", || tests(workspace));
    report.check("tests of the browser app's logic", || run_tests(workspace, &["--package", "web"], &[]));
    report.check("browser", || browser(workspace));
    report.check("fuzz targets", || fuzz::run_targets(workspace, FUZZ_SECONDS));
    report.finish()
}

/// All tests of the workspace, on SQLite and on a PostgreSQL and an S3 server of our own.
fn tests(workspace: &Workspace) -> Result<()> {
    let postgres = Postgres::start(workspace, Durability::None)?;
    let mut environment = environment(workspace);
    environment.push(("MINDSCRIBE_TEST_PG", postgres.url.clone()));
    let objects = ObjectServer::start(workspace)?;
    environment.push(("MINDSCRIBE_TEST_S3", objects.url.clone()));
    run_tests(workspace, &[], &environment)
}

/// What tests find outside the checkout.
fn environment(workspace: &Workspace) -> Vec<(&'static str, String)> {
    let mut environment = vec![("MINDSCRIBE_MODELS", models_folder(workspace).display().to_string())];
    if let Some(program) = nginx(workspace) {
        environment.push(("MINDSCRIBE_TEST_NGINX", program.display().to_string()));
    }
    if let Some(program) = redis(workspace) {
        environment.push(("MINDSCRIBE_TEST_REDIS", program.display().to_string()));
    }
    environment
}

/// The stories in a real browser, against real servers that they start themselves.
fn browser(workspace: &Workspace) -> Result<()> {
    web::build(workspace)?;
    build(workspace, Profile::Dev)?;
    let chromium = chromium(workspace).context("Chromium is not installed")?;
    let mut npm = workspace.command("npm");
    npm.args(["test", "--silent"]).current_dir(workspace.root.join("tests/e2e")).env("CHROMIUM", chromium);
    run_logged(&mut npm, &workspace.log("browser")?)
}
