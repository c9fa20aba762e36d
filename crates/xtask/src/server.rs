//! Builds and starts the API, and waits until it answers.

use crate::{
    process::{Service, last_lines, run},
    setup::models_folder,
    web::dist,
    workspace::Workspace,
};
use anyhow::{Context, Result, bail};
use std::{
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// How long the server may take to answer: migrations of a new database included.
const PATIENCE: Duration = Duration::from_mins(1);

/// How the API is built. The development profile builds in half the time and has the hot crates
/// (speech, ciphers, decoders) optimised all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Dev,
    Release,
}

/// Builds `mindscribe-api` and returns where it is.
pub fn build(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    println!("Building the server.");
    let begun = Instant::now();
    let mut cargo = workspace.cargo(&["build", "--bin", "mindscribe-api"]);
    if profile == Profile::Release {
        // What is measured and shipped is built alone; a dev build shares what the tests have built.
        cargo.args(["--package", "api", "--release"]);
    }
    run(&mut cargo)?;
    println!("The server is built ({} s).", begun.elapsed().as_secs());
    let folder = if profile == Profile::Release { "release" } else { "debug" };
    Ok(workspace.target().join(folder).join("mindscribe-api"))
}

/// How a server is started.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Words after the program's name.
    pub arguments: &'a [&'a str],
    /// Variables beside those that say where things are.
    pub environment: &'a [(&'a str, &'a str)],
    /// Whose settings hold.
    pub settings: Settings,
}

/// Whether the settings of the shell that xtask runs in reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settings {
    /// They do: a person starts the app as they have set it up.
    OfTheShell,
    /// They do not: a demo, a test or a measurement must not touch somebody's real database.
    Defaults,
}

/// Variables by which a server would keep its data elsewhere, or behave otherwise than by default.
const SETTINGS: &[&str] = &[
    "APP_ENV",
    "AWS_S3_BUCKET",
    "COOKIE_SECURE",
    "DATABASE_URL",
    "ENCRYPTION_KEY",
    "JWT_EXPIRY",
    "JWT_SECRET",
    "LISTEN",
    "PGHOST",
    "REGISTRATION",
    "SPEECH_MODEL",
    "UPLOAD_DIR",
];

/// A running API.
#[derive(Debug)]
pub struct Server {
    /// The process.
    pub service: Service,
    /// Where it answers, without a slash at the end.
    pub address: String,
    log: PathBuf,
}

impl Server {
    /// Starts the API on `port`, everything it keeps in the folder `data`, and waits until
    /// `/health` answers.
    pub fn start(
        workspace: &Workspace,
        program: &Path,
        data: &Path,
        port: u16,
        options: &Options,
    ) -> Result<Self> {
        let address = format!("http://localhost:{port}");
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            bail!("port {port} is already in use; end that program, or set PORT to another number");
        }
        std::fs::create_dir_all(data)?;
        let log = workspace.log(&format!("api-{port}"))?;
        let mut command = workspace.command(program);
        if options.settings == Settings::Defaults {
            for name in SETTINGS {
                command.env_remove(name);
            }
        }
        command
            .args(options.arguments)
            .env("PORT", port.to_string())
            .env("BASE_URL", &address)
            .env("DATA_DIR", data)
            .env("WEB_DIR", dist(workspace))
            .env("MODELS_DIR", models_folder(workspace))
            .envs(options.environment.iter().copied());
        let service = Service::start("the server", &mut command, Some(&log))?;
        let mut server = Self { service, address, log };
        server.wait_until_healthy()?;
        Ok(server)
    }

    fn wait_until_healthy(&mut self) -> Result<()> {
        let begun = Instant::now();
        let url = format!("{}/health", self.address);
        while ureq::get(&url).call().is_err() {
            self.check_alive()?;
            if begun.elapsed() > PATIENCE {
                bail!(
                    "the server does not answer at {url}. The end of its log:\n{}",
                    last_lines(&self.log, 20)
                );
            }
            thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    /// An error with the end of its log when the server has ended by itself.
    pub fn check_alive(&mut self) -> Result<()> {
        if let Some(status) = self.service.ended().context("cannot ask after the server")? {
            bail!("the server ended ({status}). The end of its log:\n{}", last_lines(&self.log, 20));
        }
        Ok(())
    }

    /// Where its log lines go.
    pub fn log(&self) -> &Path {
        &self.log
    }
}
