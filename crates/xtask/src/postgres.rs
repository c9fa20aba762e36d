//! A PostgreSQL of our own for the tests: on a free port, in a scratch folder, gone afterwards.

use crate::{
    process::{Scratch, Service, capture, free_port, last_lines},
    setup::postgres_bin,
    workspace::Workspace,
};
use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;
use std::{
    os::unix::{fs::chown, process::CommandExt},
    process::Command,
    thread,
    time::{Duration, Instant},
};

/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a crash of the machine may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing, as in production: for measuring.
    Full,
    /// Everything: the data is thrown away anyway.
    None,
}

/// A running cluster. Anybody on this machine may connect as its superuser while it runs, so it is
/// for made-up data only.
#[derive(Debug)]
pub struct Postgres {
    /// Where to connect, as its superuser.
    pub url: String,
    // Dropped in this order: the server ends before its folder goes.
    _service: Service,
    _folder: Scratch,
}

impl Postgres {
    /// Makes the cluster and waits until it accepts connections.
    pub fn start(workspace: &Workspace, durability: Durability) -> Result<Self> {
        let bin = postgres_bin(workspace).context("PostgreSQL is not installed")?;
        let folder = Scratch::new("postgres")?;
        let data = folder.0.join("data");
        let owner = owner()?;
        if let Some((user, group)) = owner {
            chown(&folder.0, Some(user), Some(group))?;
        }
        let as_owner = |command: &mut Command| {
            command.current_dir(&folder.0);
            if let Some((user, group)) = owner {
                command.uid(user).gid(group);
            }
        };

        let mut initdb = Command::new(bin.join("initdb"));
        initdb
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data);
        as_owner(&mut initdb);
        capture(&mut initdb)?;

        let port = free_port()?;
        let log = workspace.log("postgres")?;
        let mut server = Command::new(bin.join("postgres"));
        server.arg("-D").arg(&data);
        for setting in ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300"] {
            server.args(["-c", setting]);
        }
        if durability == Durability::None {
            for setting in ["fsync=off", "synchronous_commit=off", "full_page_writes=off"] {
                server.args(["-c", setting]);
            }
        }
        server.args(["-p", &port.to_string()]);
        as_owner(&mut server);
        // Which means "now, do not wait for clients".
        let mut service = Service::start("PostgreSQL", &mut server, Some(&log))?.ended_by(Signal::SIGINT);
        let begun = Instant::now();
        while !last_lines(&log, 5).contains("ready to accept connections") {
            if service.ended()?.is_some() || begun.elapsed() > PATIENCE {
                bail!("PostgreSQL does not start:\n{}", last_lines(&log, 20));
            }
            thread::sleep(Duration::from_millis(50));
        }
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        Ok(Self { url, _service: service, _folder: folder })
    }

    /// Makes another database on the same server and returns its address.
    pub fn create_database(&self, workspace: &Workspace, name: &str) -> Result<String> {
        let program = workspace.find_program("psql").context("psql is not installed")?;
        capture(Command::new(program).args([&self.url, "-c", &format!("CREATE DATABASE {name}")]))?;
        let server = self.url.strip_suffix("/postgres").context("the address names no database")?;
        Ok(format!("{server}/{name}"))
    }
}

/// PostgreSQL refuses to run as root: then it runs as the user that its package made, or as nobody.
fn owner() -> Result<Option<(u32, u32)>> {
    if !nix::unistd::geteuid().is_root() {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        if let Some(user) = nix::unistd::User::from_name(name)? {
            return Ok(Some((user.uid.as_raw(), user.gid.as_raw())));
        }
    }
    bail!("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_answers_while_it_is_held_and_is_gone_afterwards() {
        let workspace = Workspace::find().unwrap();
        if postgres_bin(&workspace).is_none() {
            println!("skipped: PostgreSQL is not installed");
            return;
        }
        let postgres = Postgres::start(&workspace, Durability::None).unwrap();
        let address = postgres.url.split(['@', '/']).nth(3).unwrap().to_owned();
        assert!(std::net::TcpStream::connect(&address).is_ok());
        let folder = std::env::temp_dir().join(format!("mindscribe-postgres-{}", std::process::id()));
        assert!(folder.exists());
        drop(postgres);
        assert!(std::net::TcpStream::connect(&address).is_err());
        assert!(!folder.exists());
    }
}
