//! A recording of 500 MB, sent to our server and to the Node peer in turn.

use super::{Figure, Target, http::Connection, machine, median, peer::Peer};
use crate::{
    demo::{Client, prepare},
    process::{Scratch, free_port},
    server::{Options, Server, Settings},
    workspace::Workspace,
};
use anyhow::Result;
use std::{path::Path, time::Instant};

/// Bytes of the recording: 43 minutes of 16-bit stereo at 48 kHz.
const LENGTH: usize = 500_000_000;
/// How often each side takes it.
const ROUNDS: usize = 3;

/// Times of both sides, and how much our memory grows meanwhile.
pub fn compare(workspace: &Workspace, program: &Path, peer: &Peer) -> Result<Vec<Figure>> {
    let data = Scratch::new("bench-upload")?;
    let port = free_port()?;
    // No worker: the recording is stored, not transcribed.
    let options = Options {
        arguments: &["serve"],
        environment: &[("RATE_LIMIT_MAX_REQUESTS", "1000000")],
        settings: Settings::Defaults,
    };
    let server = Server::start(workspace, program, &data.0, port, &options)?;
    let mut client = Client::new(&server.address);
    let mut encounters = vec![prepare(&mut client, "a-password-for-this-run-only")?.0];
    let first: serde_json::Value = client.get(&format!("/encounters/{}", encounters[0]))?;
    for _ in 1..ROUNDS {
        let encounter = serde_json::json!({
            "client_ids": first["client_ids"], "modality": "individual", "setting": "in_person",
        });
        let added = client.post("/encounters", &encounter)?;
        encounters.push(added["id"].as_str().unwrap_or_default().to_owned());
    }
    let before = machine::memory(server.service.id())?.now;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for encounter in &encounters {
        let head = format!(
            "POST /api/v1/encounters/{encounter}/recordings HTTP/1.1\r\nHost: localhost\r\nAuthorization: {}\r\n\
             Content-Type: audio/wav\r\nContent-Length: {LENGTH}\r\n\r\n",
            client.bearer()
        );
        ours.push(send(port, head.as_bytes(), b"")?);
        theirs.push(peer_upload(peer)?);
    }
    let growth = machine::memory(server.service.id())?.highest - before;
    let (ours, theirs) = (median(&mut ours), median(&mut theirs));
    let speed = |seconds: f64| LENGTH as f64 / 1e6 / seconds;
    Ok(vec![
        Figure {
            what: "upload of 500 MB, times the speed of the Node peer".to_owned(),
            measured: theirs / ours,
            goal: Target::AtLeast(2.0),
            limit: format!("{:.0} against {:.0} MB/s", speed(ours), speed(theirs)),
        },
        Figure {
            what: "memory growth meanwhile, MB".to_owned(),
            measured: growth,
            goal: Target::AtMost(16.0),
            limit: format!("{before:.0} MB before"),
        },
    ])
}

fn peer_upload(peer: &Peer) -> Result<f64> {
    let opening = "--part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n";
    let closing = "\r\n--part--\r\n";
    let head = format!(
        "POST /api/uploads HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
         Content-Type: multipart/form-data; boundary=part\r\nContent-Length: {}\r\n\r\n{opening}",
        peer.token,
        opening.len() + LENGTH + closing.len()
    );
    send(peer.port, head.as_bytes(), closing.as_bytes())
}

/// Sends head, recording and tail; seconds until the answer is there.
fn send(port: u16, head: &[u8], tail: &[u8]) -> Result<f64> {
    let mut chunk = vec![0_u8; 1 << 20];
    // Not silence, and nothing that a disk could compress: a linear congruential sequence.
    let mut state = 1_u32;
    for byte in &mut chunk {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = (state >> 24) as u8;
    }
    let mut connection = Connection::open(port)?;
    let begun = Instant::now();
    connection.send(head)?;
    connection.send(&wave_header())?;
    let mut left = LENGTH - 44;
    while left > 0 {
        let count = left.min(chunk.len());
        connection.send(&chunk[..count])?;
        left -= count;
    }
    connection.send(tail)?;
    connection.read_answer()?;
    Ok(begun.elapsed().as_secs_f64())
}

/// The 44 bytes before the samples of a WAV file.
fn wave_header() -> Vec<u8> {
    let length = LENGTH as u32;
    let mut header = Vec::with_capacity(44);
    header.extend(b"RIFF");
    header.extend((length - 8).to_le_bytes());
    header.extend(b"WAVEfmt ");
    header.extend(16_u32.to_le_bytes());
    header.extend(1_u16.to_le_bytes());
    header.extend(2_u16.to_le_bytes());
    header.extend(48_000_u32.to_le_bytes());
    header.extend((48_000_u32 * 4).to_le_bytes());
    header.extend(4_u16.to_le_bytes());
    header.extend(16_u16.to_le_bytes());
    header.extend(b"data");
    header.extend((length - 44).to_le_bytes());
    header
}
