//! The first page of 50 encrypted clients, with its audit row, asked for by many at once.

use super::{Figure, Target, http::Connection, machine, median, peer::Peer};
use crate::{
    demo::{Client, prepare},
    postgres::Postgres,
    process::{Scratch, free_port},
    server::{Options, Server, Settings},
    workspace::Workspace,
};
use anyhow::{Context, Result, anyhow};
use serde_json::json;
use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// Callers at the same time.
const CONNECTIONS: usize = 32;
/// How long one side is asked before it is the other's turn.
const TURN: Duration = Duration::from_secs(6);
const ROUNDS: usize = 3;

/// Requests per second and CPU per request of both sides.
pub fn compare(
    workspace: &Workspace,
    program: &Path,
    peer: &Peer,
    postgres: &Postgres,
) -> Result<Vec<Figure>> {
    let data = Scratch::new("bench-list")?;
    let port = free_port()?;
    // The peer's tables have names that ours have too.
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
    prepare(&mut client, "a-password-for-this-run-only")?;
    for number in 1..50 {
        client.post(
            "/clients",
            &json!({ "given_name": "Robin", "family_name": format!("Example {number}") }),
        )?;
    }
    let ours = format!(
        "GET /api/v1/clients?limit=50 HTTP/1.1\r\nHost: localhost\r\nAuthorization: {}\r\n\r\n",
        client.bearer()
    );
    let theirs = format!(
        "GET /api/clients HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n",
        peer.token
    );
    let (mut rates, mut costs) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
    for _ in 0..ROUNDS {
        let (rate, cost) = ask(port, &ours, server.service.id(), CONNECTIONS)?;
        rates.0.push(rate);
        costs.0.push(cost);
        let (rate, cost) = ask(peer.port, &theirs, peer.service.id(), CONNECTIONS)?;
        rates.1.push(rate);
        costs.1.push(cost);
    }
    let (rate, peer_rate) = (median(&mut rates.0), median(&mut rates.1));
    let (cost, peer_cost) = (median(&mut costs.0), median(&mut costs.1));
    let authorization = bound_of(&client.metrics()?, "authorization_seconds", 0.5)? * 1e6;
    Ok(vec![
        Figure {
            what: "finding out who asks, median at most, µs".to_owned(),
            measured: authorization,
            goal: Target::AtMost(100.0),
            limit: "of all requests for the list, with token, sign-in and limits".to_owned(),
        },
        Figure {
            what: "list of 50 clients, times the peer's requests/s".to_owned(),
            measured: rate / peer_rate,
            goal: Target::AtLeast(3.5),
            limit: format!("{rate:.0} against {peer_rate:.0} requests/s"),
        },
        Figure {
            what: "its CPU per request, times less than the peer's".to_owned(),
            measured: peer_cost / cost,
            goal: Target::AtLeast(6.0),
            limit: format!("{:.3} against {:.3} ms", cost * 1000.0, peer_cost * 1000.0),
        },
    ])
}

/// The bound of the class of a histogram in which this share of its values is.
pub fn bound_of(metrics: &str, histogram: &str, share: f64) -> Result<f64> {
    let start = format!("{histogram}_bucket{{le=\"");
    let classes: Vec<(f64, f64)> = metrics
        .lines()
        .filter_map(|line| line.strip_prefix(&start)?.split_once("\"} "))
        .filter_map(|(bound, count)| Some((bound.parse().ok()?, count.parse().ok()?)))
        .collect();
    let all = classes.last().with_context(|| format!("the server has not measured {histogram}"))?.1;
    let class = classes.iter().find(|(_, count)| *count >= all * share);
    class.map(|(bound, _)| *bound).context("no class holds it")
}

/// Requests per second, and CPU seconds of the server's process group for each.
pub fn ask(port: u16, request: &str, group: u32, connections: usize) -> Result<(f64, f64)> {
    let before = machine::cpu_seconds(group)?;
    let begun = Instant::now();
    let count = thread::scope(|scope| -> Result<usize> {
        let callers: Vec<_> = (0..connections)
            .map(|_| {
                scope.spawn(|| -> Result<usize> {
                    let mut connection = Connection::open(port)?;
                    let mut count = 0;
                    while begun.elapsed() < TURN {
                        connection.send(request.as_bytes())?;
                        connection.read_answer()?;
                        count += 1;
                    }
                    Ok(count)
                })
            })
            .collect();
        callers.into_iter().map(|it| it.join().map_err(|_panic| anyhow!("a caller panicked"))?).sum()
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    Ok((count as f64 / seconds, (machine::cpu_seconds(group)? - before) / count as f64))
}
