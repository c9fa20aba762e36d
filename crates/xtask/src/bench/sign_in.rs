//! Signing in with a password: how many a second beside the peer, with the same argon2id parameters on
//! both sides, and how much memory 64 of them take at once.

use super::{
    Figure, Target,
    http::Connection,
    list::ask,
    machine, median,
    peer::{PASSWORD, Peer},
};
use crate::{
    demo::Client,
    postgres::Postgres,
    process::{Scratch, free_port},
    server::{Options, Server, Settings},
    workspace::Workspace,
};
use anyhow::{Result, anyhow};
use serde_json::json;
use std::{path::Path, thread};

/// Who sign in at the same time.
const CONNECTIONS: usize = 8;
const AT_ONCE: usize = 64;
const ROUNDS: usize = 3;
const EMAIL: &str = "a@example.org";
/// The limits of both sides are out of the way.
const UNLIMITED: (&str, &str) = ("RATE_LIMIT_MAX_REQUESTS", "100000000");

/// Sign-ins per second of both sides. Ours open a sign-in, find the account by a keyed hash, look after
/// guessing, and record it; the peer looks up, verifies, signs a token and records it.
pub fn compare(
    workspace: &Workspace,
    program: &Path,
    peer: &Peer,
    postgres: &Postgres,
) -> Result<Vec<Figure>> {
    let data = Scratch::new("bench-sign-in")?;
    let port = free_port()?;
    let database = postgres.create_database(workspace, "sign_in")?;
    let environment = [("DATABASE_URL", database.as_str()), ("DATABASE_POOL", "32"), UNLIMITED];
    let options = Options { arguments: &["serve"], environment: &environment, settings: Settings::Defaults };
    let server = Server::start(workspace, program, &data.0, port, &options)?;
    register(&server)?;
    let (ours, theirs) = (request("/api/v1/auth/login"), request("/api/auth/login"));
    let (mut rates, mut peer_rates) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        rates.push(ask(port, &ours, server.service.id(), CONNECTIONS)?.0);
        peer_rates.push(ask(peer.port, &theirs, peer.service.id(), CONNECTIONS)?.0);
    }
    let (rate, peer_rate) = (median(&mut rates), median(&mut peer_rates));
    Ok(vec![Figure {
        what: "sign-ins of 8 at once, times the peer's".to_owned(),
        measured: rate / peer_rate,
        goal: Target::AtLeast(1.3),
        limit: format!("{rate:.1} against {peer_rate:.1} a second"),
    }])
}

/// The highest memory of a server at which 64 people sign in at once, three times.
pub fn memory(workspace: &Workspace, program: &Path) -> Result<Vec<Figure>> {
    let data = Scratch::new("bench-sign-in-memory")?;
    let port = free_port()?;
    let options = Options { arguments: &["serve"], environment: &[UNLIMITED], settings: Settings::Defaults };
    let server = Server::start(workspace, program, &data.0, port, &options)?;
    register(&server)?;
    let request = request("/api/v1/auth/login");
    for _ in 0..ROUNDS {
        thread::scope(|scope| -> Result<()> {
            let sign_in = || -> Result<()> {
                let mut connection = Connection::open(port)?;
                connection.send(request.as_bytes())?;
                connection.read_answer()
            };
            let all: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(sign_in)).collect();
            all.into_iter().try_for_each(|it| it.join().map_err(|_panic| anyhow!("a caller panicked"))?)
        })?;
    }
    Ok(vec![Figure {
        what: "highest memory with 64 sign-ins at once, MB".to_owned(),
        measured: machine::memory(server.service.id())?.highest,
        goal: Target::AtMost(96.0),
        limit: "all of them succeed".to_owned(),
    }])
}

/// Somebody without a second factor, so that a password is all that signing in takes.
fn register(server: &Server) -> Result<()> {
    let owner = json!({ "practice_name": "Practice", "name": "A", "email": EMAIL, "password": PASSWORD,
        "jurisdiction": "US-CA" });
    Client::new(&server.address).post("/auth/register", &owner).map(drop)
}

fn request(path: &str) -> String {
    let body = json!({ "email": EMAIL, "password": PASSWORD }).to_string();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
