//! A PostgreSQL server of one test's own, for what a database on a shared one cannot show: that it archives its log, is
//! stopped, and comes back elsewhere.

use std::{
    fs::File,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, User, geteuid},
};
use tempfile::TempDir;

/// How long it may take to start or to stop.
const PATIENCE: Duration = Duration::from_mins(1);
const READY: &str = "database system is ready to accept connections";

/// Its data folder, and what it is started with.
pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    owner: Option<User>,
    options: Vec<String>,
    variables: Vec<(String, String)>,
    port: u16,
    server: Option<Child>,
}

impl Cluster {
    /// Makes one that does not run yet; says so and returns nothing where PostgreSQL is not installed.
    pub fn create() -> Option<Self> {
        let Some(programs) = programs() else {
            println!("skipped: PostgreSQL's programs are not installed");
            return None;
        };
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port").port();
        let cluster = Self {
            folder: tempfile::tempdir().expect("a folder"),
            programs,
            owner: owner(),
            options: Vec::new(),
            variables: Vec::new(),
            port,
            server: None,
        };
        cluster.give_away(cluster.folder.path());
        let data = cluster.data("first").display().to_string();
        let arguments = [
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
            &data,
        ];
        let made = cluster.run("initdb", &arguments, &[]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Some(cluster)
    }

    /// Settings that it is started with from now on, and variables of its process.
    #[must_use]
    pub fn with(mut self, options: &[&str], variables: &[(String, String)]) -> Self {
        self.options = options.iter().map(|it| (*it).to_owned()).collect();
        self.variables = variables.to_vec();
        self
    }

    /// Where data of this name is; what was made first is called `first`.
    pub fn data(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A new folder that is its user's, as the server is.
    pub fn new_folder(&self, name: &str) -> PathBuf {
        let folder = self.data(name);
        std::fs::create_dir(&folder).expect("a new folder");
        self.give_away(&folder);
        folder
    }

    /// Where a database of it is.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs a program to its end, as the user that PostgreSQL runs as. One of its own goes by its name.
    pub fn run(&self, program: &str, arguments: &[&str], settings: &[(String, String)]) -> Output {
        self.command(program, settings).args(arguments).output().expect("the program starts")
    }

    /// Starts it on the data of this name, and waits until everything can be done in it, or it has ended: then what it
    /// has said.
    ///
    /// # Errors
    /// It has ended.
    pub fn start(&mut self, name: &str) -> Result<(), String> {
        let log = self.data(&format!("{name}.log"));
        let file = File::create(&log).expect("a log");
        let mut command = self.command("postgres", &self.variables);
        command.arg("-D").arg(self.data(name)).args(["-p", &self.port.to_string()]);
        let own = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"];
        for option in own.into_iter().chain(self.options.iter().map(String::as_str)) {
            command.args(["-c", option]);
        }
        command.stdout(file.try_clone().expect("a log")).stderr(file);
        let server = self.server.insert(command.spawn().expect("PostgreSQL starts"));
        let begun = Instant::now();
        loop {
            let said = std::fs::read_to_string(&log).expect("a log");
            if said.contains(READY) {
                return Ok(());
            }
            if server.try_wait().expect("a child").is_some() {
                self.server = None;
                return Err(said);
            }
            assert!(begun.elapsed() < PATIENCE, "PostgreSQL does not start:\n{said}");
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    /// Stops it, once its log is archived.
    pub fn stop(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        // Fast, which is: nobody is waited for but the archiver.
        let id = i32::try_from(server.id()).expect("an id");
        kill(Pid::from_raw(id), Signal::SIGINT).expect("the process is there");
        let begun = Instant::now();
        while server.try_wait().expect("a child").is_none() {
            assert!(begun.elapsed() < PATIENCE, "PostgreSQL does not stop");
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    fn command(&self, program: &str, settings: &[(String, String)]) -> Command {
        let own = self.programs.join(program);
        let mut command = if own.is_file() { Command::new(own) } else { Command::new(program) };
        let path = format!("{}:/usr/bin:/bin", self.programs.display());
        command.env_clear().env("PATH", path).current_dir(self.folder.path()).stdin(Stdio::null());
        command.envs(settings.iter().map(|(name, value)| (name, value)));
        command.env("PGHOST", "127.0.0.1").env("PGPORT", self.port.to_string()).env("PGUSER", "postgres");
        if let Some(owner) = &self.owner {
            command.uid(owner.uid.as_raw()).gid(owner.gid.as_raw());
        }
        command
    }

    fn give_away(&self, folder: &Path) {
        if let Some(owner) = &self.owner {
            chown(folder, Some(owner.uid.as_raw()), Some(owner.gid.as_raw())).expect("given away");
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            // The server ends its other processes when it is told to, and not when it is killed.
            if let Ok(id) = i32::try_from(server.id()) {
                let _ = kill(Pid::from_raw(id), Signal::SIGQUIT);
            }
            let _ = server.wait();
        }
    }
}

/// The folder of `initdb` and the rest, of the newest version that is installed.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let on_path = std::env::var_os("PATH");
    let on_path = on_path.iter().flat_map(std::env::split_paths);
    let mut folders: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    let all = ["initdb", "postgres", "pg_basebackup"];
    folders.into_iter().rev().chain(on_path).find(|folder| all.iter().all(|name| folder.join(name).is_file()))
}

/// PostgreSQL refuses to run as root.
fn owner() -> Option<User> {
    if !geteuid().is_root() {
        return None;
    }
    ["postgres", "nobody"].iter().find_map(|name| User::from_name(name).ok().flatten())
}
