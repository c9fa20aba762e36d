//! An S3 server of our own for the tests: SeaweedFS on free ports, in a scratch folder, gone afterwards.

use crate::{
    process::{Scratch, Service, free_ports, last_lines},
    workspace::Workspace,
};
use anyhow::{Result, bail};
use nix::sys::signal::Signal;
use serde_json::json;
use std::{
    fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

/// How long it may take to answer; it takes three seconds by itself.
const PATIENCE: Duration = Duration::from_mins(1);
/// Who may do everything on it; for made-up data only.
const KEYS: (&str, &str) = ("test", "a-secret-of-the-tests");

/// What it listens on.
const PORTS: [&str; 8] = [
    "s3.port",
    "s3.port.grpc",
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
];

/// A running server. It makes a bucket when something is first put there.
#[derive(Debug)]
pub struct ObjectServer {
    /// `http://access-key:secret@address`, as the tests want it.
    pub url: String,
    ports: [u16; PORTS.len()],
    // Dropped in this order: the server ends before its folder goes.
    _service: Service,
    _folder: Scratch,
}

/// Where the server's program is, once it is installed.
pub fn program(workspace: &Workspace) -> PathBuf {
    workspace.tools.join("py/bin/weed")
}

impl ObjectServer {
    /// Starts it and waits until it answers.
    pub fn start(workspace: &Workspace) -> Result<Self> {
        let folder = Scratch::new("s3")?;
        let rights = json!({ "identities": [{
            "name": "tests",
            "credentials": [{ "accessKey": KEYS.0, "secretKey": KEYS.1 }],
            "actions": ["Admin", "Read", "List", "Tagging", "Write"],
        }]});
        let config = folder.0.join("s3.json");
        fs::write(&config, rights.to_string())?;

        let ports = free_ports::<{ PORTS.len() }>()?;
        let address = format!("127.0.0.1:{}", ports[0]);
        let mut command = workspace.command(program(workspace));
        command.current_dir(&folder.0).args(["server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-dir=."]);
        command.args(["-filer", "-s3"]).arg(format!("-s3.config={}", config.display()));
        for (name, port) in PORTS.iter().zip(ports) {
            command.arg(format!("-{name}={port}"));
        }
        // It would tell its makers about itself, and listen on fixed ports for other protocols.
        command.args(["-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]);
        // A bucket takes seven volumes of its own; here there is one for each test that keeps something.
        command.args(["-volume.max=300", "-master.volumeSizeLimitMB=64"]);
        let log = workspace.log("s3")?;
        // Told to end, it waits 15 seconds for others to notice.
        let mut service = Service::start("SeaweedFS", &mut command, Some(&log))?.ended_by(Signal::SIGKILL);

        let begun = Instant::now();
        while ureq::get(format!("http://{address}/healthz")).call().is_err() {
            if service.ended()?.is_some() || begun.elapsed() > PATIENCE {
                bail!("SeaweedFS does not start:\n{}", last_lines(&log, 20));
            }
            thread::sleep(Duration::from_millis(50));
        }
        let url = format!("http://{}:{}@{address}", KEYS.0, KEYS.1);
        Ok(Self { url, ports, _service: service, _folder: folder })
    }
}

impl Drop for ObjectServer {
    /// It makes sockets outside its folder and leaves them there when it is killed.
    fn drop(&mut self) {
        for entry in fs::read_dir("/tmp").into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_ours = |port: &u16| name.ends_with(&format!("-{port}.sock"));
            if name.starts_with("seaweedfs-") && self.ports.iter().any(is_ours) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_answers_while_it_is_held_and_is_gone_afterwards() {
        let workspace = Workspace::find().unwrap();
        if !program(&workspace).is_file() {
            println!("skipped: SeaweedFS is not installed");
            return;
        }
        let server = ObjectServer::start(&workspace).unwrap();
        let address = server.url.rsplit('@').next().unwrap().to_owned();
        assert!(std::net::TcpStream::connect(&address).is_ok());
        drop(server);
        assert!(std::net::TcpStream::connect(&address).is_err());
    }
}
