//! Sealing everything anew under new data keys while people work: how fast, and how much longer they wait.

use super::{Figure, Target, http::Connection, list::ask};
use crate::{
    demo::{Client, prepare},
    postgres::{Durability, Postgres},
    process::{Scratch, capture, free_port},
    server::{Options, Server, Settings},
    workspace::Workspace,
};
use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};
use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

/// People who ask for the first page of clients, and how often each does.
const CALLERS: u64 = 8;
const EVERY: Duration = Duration::from_millis(40);
/// How long they are watched before.
const BEFORE: Duration = Duration::from_secs(10);
/// Turns of six seconds in which clients are added, and by how many at once.
const TURNS: usize = 4;
const ADDING: usize = 16;

/// On SQLite, and on PostgreSQL.
pub fn rotation(workspace: &Workspace, program: &Path) -> Result<Vec<Figure>> {
    let mut figures = measure(workspace, program, "SQLite", None)?;
    let postgres = Postgres::start(workspace, Durability::Full)?;
    let database = postgres.create_database(workspace, "ours")?;
    figures.extend(measure(workspace, program, "PostgreSQL", Some(&database))?);
    Ok(figures)
}

fn measure(workspace: &Workspace, program: &Path, on: &str, url: Option<&str>) -> Result<Vec<Figure>> {
    let data = Scratch::new("bench-keys")?;
    let port = free_port()?;
    let mut environment = vec![("RATE_LIMIT_MAX_REQUESTS", "100000000")];
    environment.extend(url.map(|url| ("DATABASE_URL", url)));
    let options = Options { arguments: &["serve"], environment: &environment, settings: Settings::Defaults };
    let server = Server::start(workspace, program, &data.0, port, &options)?;
    let mut client = Client::new(&server.address);
    prepare(&mut client, "a-password-for-this-run-only")?;
    let form = json!({
        "given_name": "Robin", "family_name": "Example", "email": "robin@example.org", "phone": "555 0100",
        "pronouns": "they/them", "external_id": "A-1", "date_of_birth": "1990-01-01",
    });
    let form = form.to_string();
    let bearer = client.bearer();
    let add = format!(
        "POST /api/v1/clients HTTP/1.1\r\nHost: localhost\r\nAuthorization: {bearer}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    for _ in 0..TURNS {
        ask(port, &add, server.service.id(), ADDING)?;
    }
    let list = format!(
        "GET /api/v1/clients?limit=50 HTTP/1.1\r\nHost: localhost\r\nAuthorization: {bearer}\r\n\r\n"
    );
    let ended = AtomicBool::new(false);
    let (before, _) = watch(port, &list, &ended, Some(BEFORE))?;
    let ((waits, begun), rotated) = thread::scope(|scope| -> Result<_> {
        let watching = scope.spawn(|| watch(port, &list, &ended, None));
        let mut command = workspace.command(program);
        command.args(["rotate-keys", "--data", "--json"]).env("DATA_DIR", &data.0).envs(environment);
        let said = capture(&mut command);
        let now = Instant::now();
        ended.store(true, Relaxed);
        let watched = watching.join().map_err(|_panic| anyhow!("a caller panicked"))??;
        Ok((watched, (said?, now)))
    })?;
    let (said, now) = rotated;
    let said: Value = serde_json::from_str(said.trim())?;
    let number = |name: &str| said[name].as_f64().with_context(|| format!("no {name}"));
    // Only while fields are sealed anew: before, the command waits until the new keys seal.
    let since = (now - begun).saturating_sub(Duration::from_secs_f64(number("seconds")?));
    let (before, meanwhile) = (p99(before, Duration::ZERO)?, p99(waits, since)?);
    Ok(vec![
        Figure {
            what: format!("fields sealed anew a second under load, {on}"),
            measured: number("fields_per_second")?,
            goal: Target::AtLeast(20_000.0),
            limit: format!("{} fields in {} s", number("fields")?, number("seconds")?),
        },
        Figure {
            what: format!("p99 of the list of clients meanwhile, times before, {on}"),
            measured: meanwhile.1 / before.1,
            goal: Target::AtMost(2.0),
            limit: format!(
                "{:.1} after {:.1} ms; {} requests, none failed",
                meanwhile.1, before.1, meanwhile.0
            ),
        },
    ])
}

/// When each request began, and how long its answer took.
type Waits = Vec<(Duration, Duration)>;

/// Asks evenly until `ended`, or for a time. An answer that is no success is an error.
fn watch(port: u16, request: &str, ended: &AtomicBool, time: Option<Duration>) -> Result<(Waits, Instant)> {
    let begun = Instant::now();
    let waits = thread::scope(|scope| -> Result<Waits> {
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                scope.spawn(move || -> Result<Waits> {
                    let mut connection = Connection::open(port)?;
                    let mut waits = Vec::new();
                    let mut next = EVERY.mul_f64(caller as f64 / CALLERS as f64);
                    while !ended.load(Relaxed) && time.is_none_or(|time| begun.elapsed() < time) {
                        thread::sleep(next.saturating_sub(begun.elapsed()));
                        connection.send(request.as_bytes())?;
                        connection.read_answer()?;
                        // From when it should have begun: who waits in line waits too.
                        waits.push((next, begun.elapsed().saturating_sub(next)));
                        next += EVERY;
                    }
                    Ok(waits)
                })
            })
            .collect();
        let mut all = Vec::new();
        for caller in callers {
            all.extend(caller.join().map_err(|_panic| anyhow!("a caller panicked"))??);
        }
        Ok(all)
    })?;
    Ok((waits, begun))
}

/// How many requests began since then, and how long 99 of 100 took at most, in milliseconds.
fn p99(waits: Waits, since: Duration) -> Result<(usize, f64)> {
    let mut waits: Vec<_> = waits.into_iter().filter(|(at, _)| *at >= since).map(|(_, wait)| wait).collect();
    waits.sort_unstable();
    let at = (waits.len() * 99 / 100).min(waits.len().saturating_sub(1));
    let wait = waits.get(at).context("nobody asked meanwhile")?;
    Ok((waits.len(), wait.as_secs_f64() * 1000.0))
}
