//! A Redis of a test's own: in memory, on a free port of the loopback interface, gone afterwards.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// The variable that names its program, for where it is not on the `PATH`.
const PROGRAM: &str = "MINDSCRIBE_TEST_REDIS";
/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running Redis, which can be killed and started again.
#[derive(Debug)]
pub struct Redis {
    /// Where it listens.
    pub port: u16,
    program: PathBuf,
    child: Option<Child>,
}

impl Redis {
    /// Starts one; says so and returns nothing where there is none on this machine.
    pub fn start() -> Option<Self> {
        let Some(program) = program() else {
            println!("skipped: there is no redis-server ({PROGRAM})");
            return None;
        };
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port").port();
        let mut redis = Self { port, program, child: None };
        redis.restart();
        Some(redis)
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// What is kept in it.
    ///
    /// Asked by hand (`KEYS *` in the protocol of Redis), so that no claim hangs on the client it is about.
    pub fn keys(&self) -> Vec<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("Redis answers");
        stream.write_all(b"KEYS *\r\nQUIT\r\n").expect("asked");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        let is_data = |line: &&str| !line.starts_with(['*', '$', '+']);
        answer.lines().filter(is_data).map(str::to_owned).collect()
    }

    /// Starts it on its port again, empty.
    pub fn restart(&mut self) {
        self.kill();
        let mut command = Command::new(&self.program);
        command.args(["--bind", "127.0.0.1", "--port", &self.port.to_string(), "--save", ""]);
        command.args(["--appendonly", "no", "--dir"]).arg(std::env::temp_dir());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().expect("Redis starts"));
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "Redis does not answer");
            std::thread::yield_now();
        }
    }

    /// `kill -9`: it is gone at once.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(PROGRAM) {
        return Some(named.into());
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let names = ["redis-server", "valkey-server"];
    std::env::split_paths(&folders)
        .chain([PathBuf::from("/usr/bin")])
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|file| file.is_file())
}
