//! The real server as a process of its own, for what only a process can show: being killed, being
//! told to stop, how much memory it takes.

use std::{
    fs::File,
    io::Read as _,
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

use clock::{Clock as _, SystemClock};

use crate::{Find, Mark, Person, sound, traces};

/// How long a process may take to begin or to end.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server in a process of its own, with a data folder that outlives it.
pub struct Binary {
    /// Where it answers.
    pub address: String,
    folder: TempDir,
    program: String,
    port: u16,
    settings: Vec<(String, String)>,
    child: Option<Child>,
}

/// Runs the program to its end: whether it succeeded, and what it printed on both streams.
pub fn run(program: &str, arguments: &[&str], settings: &[(&str, &str)]) -> (bool, String, String) {
    let output = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(settings.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

impl Binary {
    /// Starts `serve --with-worker` on a free port and waits until it answers.
    pub fn start(program: &str, settings: &[(&str, &str)]) -> Self {
        let mut server = Self::stopped(program, settings);
        server.restart();
        server
    }

    /// One that does not run yet.
    pub fn stopped(program: &str, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("tmp")).expect("a folder");
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port").port();
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self {
            address: format!("http://127.0.0.1:{port}"),
            folder,
            program: program.to_owned(),
            port,
            settings: settings.iter().map(owned).collect(),
            child: None,
        }
    }

    /// Starts it again on the same data, killing what may still run.
    pub fn restart(&mut self) {
        self.kill();
        let log = File::options().create(true).append(true).open(self.log()).expect("a log file");
        let child = Command::new(&self.program)
            .args(["serve", "--with-worker"])
            .env_clear()
            .env("PORT", self.port.to_string())
            .env("BASE_URL", &self.address)
            .env("DATA_DIR", self.data())
            .env("MODELS_DIR", sound::models_folder())
            .env("SPEECH_MODEL", "tiny.en")
            .env("RATE_LIMIT_MAX_REQUESTS", "100000")
            .env("TMPDIR", self.folder.path().join("tmp"))
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log file"))
            .stderr(log)
            .spawn()
            .expect("the server starts");
        self.child = Some(child);
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() || !self.is_healthy() {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten());
            assert!(ended.is_none(), "the server ended: {ended:?}\n{}", self.logged());
            assert!(begun.elapsed() < PATIENCE, "the server does not answer:\n{}", self.logged());
            std::thread::yield_now();
        }
    }

    /// Starts it again with other settings.
    pub fn move_to(&mut self, settings: &[(String, String)]) {
        self.settings = settings.to_vec();
        self.restart();
    }

    fn is_healthy(&self) -> bool {
        use std::io::Write as _;
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let asked = stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let mut answer = String::new();
        asked.is_ok() && stream.read_to_string(&mut answer).is_ok() && answer.starts_with("HTTP/1.1 200")
    }

    /// `kill -9`: it is gone at once.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// `SIGTERM`: it is told to stop.
    pub fn tell_to_stop(&self) {
        kill(Pid::from_raw(self.id()), Signal::SIGTERM).expect("the process is there");
    }

    /// Waits until it has ended by itself.
    pub fn ended(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("a running server");
        let begun = Instant::now();
        loop {
            if let Some(status) = child.try_wait().expect("a child") {
                return status;
            }
            if begun.elapsed() > PATIENCE {
                let _ = child.kill();
                let _ = child.wait();
                panic!("the server did not stop:\n{}", self.logged());
            }
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// Its process id.
    pub fn id(&self) -> i32 {
        self.child.as_ref().and_then(|child| i32::try_from(child.id()).ok()).expect("a running server")
    }

    /// The most memory it has taken so far, in kB (`VmHWM` of `/proc/<id>/status`).
    pub fn most_memory_kb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a figure");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Everything it keeps.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Everything it wrote.
    pub fn logged(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    /// Every place where a mark stands: its data, its temporary files, its log.
    pub fn find_marks(&self, marks: &[Mark]) -> Vec<Find> {
        traces::in_files(self.folder.path(), marks)
    }

    /// Somebody who registers the practice on it.
    pub async fn therapist(&self) -> Person {
        let person = Person::new(&self.address, "vera@practice.example");
        person.register("Lindenhof Practice", "Vera Winter").await.created();
        person.enrol(SystemClock.now()).await;
        person
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        self.kill();
    }
}
