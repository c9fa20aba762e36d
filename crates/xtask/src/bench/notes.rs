//! Beginning a note, with its event in the audit trail, asked for by many at once: beside the Node peer, whose audit row is
//! bound to nothing, and beside what PostgreSQL itself keeps durably. The chain is made meanwhile.

use super::{
    Figure, Target,
    list::{ask, bound_of},
    median,
    peer::Peer,
};
use crate::{
    demo::{Client, prepare},
    postgres::{Durability, Postgres},
    process::{Scratch, capture, free_port},
    server::{Options, Server, Settings},
    workspace::Workspace,
};
use anyhow::{Context, Result};
use serde_json::json;
use std::{fs, path::Path, process::Command};

/// Callers, and connections to the database, at the same time.
const CONNECTIONS: usize = 32;
const ROUNDS: usize = 3;

/// A row as long as ours of a note that was just begun, and one of the audit trail.
const SCRIPT: &str = "BEGIN;
INSERT INTO notes_of_pgbench VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'progress', 'draft', now(), decode(repeat('5a', 60), 'hex'));
INSERT INTO events_of_pgbench VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now(), 'note_created', 'person', 'done', decode(repeat('5a', 16), 'hex'));
COMMIT;
";
const TABLES: &str = "CREATE TABLE notes_of_pgbench (id uuid PRIMARY KEY, a uuid, b uuid, c text, d text, e timestamptz, f bytea); \
    CREATE TABLE events_of_pgbench (id uuid PRIMARY KEY, a uuid, b uuid, c timestamptz, d text, e text, f text, g bytea)";

/// Requests per second of both sides, the ceiling, and how long an event waited for its link.
pub fn compare(workspace: &Workspace, program: &Path) -> Result<Vec<Figure>> {
    let postgres = Postgres::start(workspace, Durability::Full)?;
    let peer = Peer::start(workspace, &postgres)?;
    let data = Scratch::new("bench-notes")?;
    let port = free_port()?;
    let database = postgres.create_database(workspace, "ours")?;
    let environment = [
        ("DATABASE_URL", database.as_str()),
        ("DATABASE_POOL", "32"),
        ("RATE_LIMIT_MAX_REQUESTS", "100000000"),
        ("LOG_LEVEL", "info"),
    ];
    let options = Options { arguments: &["serve"], environment: &environment, settings: Settings::Defaults };
    let server = Server::start(workspace, program, &data.0, port, &options)?;
    let mut client = Client::new(&server.address);
    let encounter = prepare(&mut client, "a-password-for-this-run-only")?.0;
    let ours = post(
        "/api/v1/notes",
        &client.bearer(),
        &json!({ "encounter_id": encounter, "template_id": "soap" }).to_string(),
    );
    let client_id = "00000000-0000-4000-8000-000000000000";
    let theirs = post(
        "/api/notes",
        &format!("Bearer {}", peer.token),
        &json!({ "client_id": client_id, "body": "Begun." }).to_string(),
    );
    let (mut rates, mut peers, mut ceilings) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        rates.push(ask(port, &ours, server.service.id(), CONNECTIONS)?.0);
        peers.push(ask(peer.port, &theirs, peer.service.id(), CONNECTIONS)?.0);
        ceilings.push(ceiling(workspace, &postgres, &data.0)?);
    }
    let (rate, peer_rate, ceiling) = (median(&mut rates), median(&mut peers), median(&mut ceilings));
    let lag = bound_of(&client.metrics()?, "audit_chain_lag_seconds", 0.99)?;
    Ok(vec![
        Figure {
            what: "note begun with its event, times the peer's requests/s".to_owned(),
            measured: rate / peer_rate,
            goal: Target::AtLeast(2.5),
            limit: format!("{rate:.0} against {peer_rate:.0} requests/s, both durable"),
        },
        Figure {
            what: "note begun with its event, share of pgbench's".to_owned(),
            measured: rate / ceiling,
            goal: Target::AtLeast(0.6),
            limit: format!("{ceiling:.0} transactions/s of two insertions, {CONNECTIONS} connections"),
        },
        Figure {
            what: "an event's wait for its link meanwhile, p99 at most, s".to_owned(),
            measured: lag,
            goal: Target::AtMost(2.0),
            limit: "audit_chain_lag_seconds".to_owned(),
        },
    ])
}

fn post(path: &str, bearer: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {bearer}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
}

/// Transactions per second of PostgreSQL alone.
fn ceiling(workspace: &Workspace, postgres: &Postgres, folder: &Path) -> Result<f64> {
    let program = workspace.find_program("pgbench").context("pgbench is not installed")?;
    let script = folder.join("pgbench.sql");
    if !script.exists() {
        fs::write(&script, SCRIPT)?;
        let psql = workspace.find_program("psql").context("psql is not installed")?;
        capture(Command::new(psql).args([&postgres.url, "-c", TABLES]))?;
    }
    let clients = CONNECTIONS.to_string();
    let mut pgbench = Command::new(program);
    pgbench.args([
        "--no-vacuum",
        "--protocol=prepared",
        "--jobs=2",
        "--time=6",
        "--client",
        &clients,
        "--file",
    ]);
    let said = capture(pgbench.arg(&script).arg(&postgres.url))?;
    let tps = said.lines().find_map(|line| line.strip_prefix("tps = ")).context("pgbench says no figure")?;
    Ok(tps.split(' ').next().unwrap_or_default().parse()?)
}
