//! Runs other programs. Each gets a process group of its own, and whatever ends this program,
//! Ctrl-C and SIGTERM too, first ends every group and removes every scratch folder.

use anyhow::{Context, Result, bail};
use nix::{
    errno::Errno,
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use std::{
    collections::HashMap,
    fs::{self, File},
    io::{IsTerminal, Read, Write},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// How long a program may take to end before it is killed.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often waiting looks again.
const TICK: Duration = Duration::from_millis(50);

static GROUPS: Mutex<Option<HashMap<i32, Signal>>> = Mutex::new(None);
static FOLDERS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static CTRL_C_IS_THE_WAY_OUT: AtomicBool = AtomicBool::new(false);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From here on Ctrl-C and SIGTERM end everything that was started.
pub fn clean_up_on_interrupt() -> Result<()> {
    ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        stop_everything();
        std::process::exit(if CTRL_C_IS_THE_WAY_OUT.load(Ordering::SeqCst) { 0 } else { 130 });
    })
    .context("cannot watch for Ctrl-C")
}

/// Says that Ctrl-C is how this command is meant to end, so that it is no failure.
pub fn expect_interrupt() {
    CTRL_C_IS_THE_WAY_OUT.store(true, Ordering::SeqCst);
}

/// Waits for the end when an interrupt is being handled: what fails meanwhile fails because of it.
pub fn let_interrupt_finish() {
    while INTERRUPTED.load(Ordering::SeqCst) {
        thread::park_timeout(PATIENCE);
    }
}

fn stop_everything() {
    let groups = lock(&GROUPS).clone().unwrap_or_default();
    for (group, signal) in &groups {
        let _ = killpg(Pid::from_raw(*group), *signal);
    }
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline
        && lock(&GROUPS).as_ref().is_some_and(|it| it.keys().any(|id| is_alive(*id)))
    {
        thread::sleep(TICK);
    }
    for group in groups.keys() {
        let _ = killpg(Pid::from_raw(*group), Signal::SIGKILL);
    }
    for folder in lock(&FOLDERS).drain(..) {
        let _ = fs::remove_dir_all(folder);
    }
}

/// Whether a group still has a process. One that has ended and is not waited for yet counts until
/// its owner, the main thread, has done so.
fn is_alive(group: i32) -> bool {
    killpg(Pid::from_raw(group), None) != Err(Errno::ESRCH)
}

/// A running program; ends when dropped.
#[derive(Debug)]
pub struct Service {
    name: String,
    child: Child,
    signal: Signal,
}

impl Service {
    /// Starts `command`, its output to the file `log` if one is given.
    pub fn start(name: &str, command: &mut Command, log: Option<&Path>) -> Result<Self> {
        if let Some(log) = log {
            let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
            command.stdout(file.try_clone()?).stderr(file);
        }
        // The map is locked over the start, so that an interrupt cannot miss a new group.
        let mut groups = lock(&GROUPS);
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().to_string_lossy()))?;
        groups.get_or_insert_default().insert(child.id() as i32, Signal::SIGTERM);
        drop(groups);
        Ok(Self { name: name.to_owned(), child, signal: Signal::SIGTERM })
    }

    /// Ends it with another signal than SIGTERM.
    pub fn ended_by(mut self, signal: Signal) -> Self {
        self.signal = signal;
        lock(&GROUPS).get_or_insert_default().insert(self.group().as_raw(), signal);
        self
    }

    /// Its process id, which is also its process group's.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn group(&self) -> Pid {
        Pid::from_raw(self.child.id() as i32)
    }

    /// Whether it has ended by itself, and how.
    pub fn ended(&mut self) -> Result<Option<std::process::ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> Result<std::process::ExitStatus> {
        let status = self.child.wait()?;
        Ok(status)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let group = self.group();
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = killpg(group, self.signal);
            let deadline = Instant::now() + PATIENCE;
            while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
                thread::sleep(TICK);
            }
            if matches!(self.child.try_wait(), Ok(None)) {
                eprintln!("{} did not end by itself within {} s.", self.name, PATIENCE.as_secs());
            }
        }
        // Children that it left behind, and itself if it would not end.
        let _ = killpg(group, Signal::SIGKILL);
        let _ = self.child.wait();
        lock(&GROUPS).get_or_insert_default().remove(&group.as_raw());
    }
}

/// A new empty folder outside the checkout, removed when dropped.
#[derive(Debug)]
pub struct Scratch(pub PathBuf);

impl Scratch {
    /// Makes the folder; `name` says what it is for.
    pub fn new(name: &str) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("mindscribe-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        lock(&FOLDERS).push(folder.clone());
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
        lock(&FOLDERS).retain(|it| it != &self.0);
    }
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|it| it.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Runs `command` to its end with its output on the terminal.
pub fn run(command: &mut Command) -> Result<()> {
    let line = shown(command);
    let status = Service::start(&line, command, None)?.wait()?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs `command` with its output on the terminal and in the file `log`, whose end is part of the
/// error when it fails.
pub fn run_logged(command: &mut Command, log: &Path) -> Result<()> {
    let line = shown(command);
    let (mut output, pipe) = std::io::pipe()?;
    command.stdout(pipe.try_clone()?).stderr(pipe);
    let mut service = Service::start(&line, command, None)?;
    // Its own ends of the pipe go, so that the copy ends when the program has.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    copy(&mut output, &mut [&mut File::create(log)?, &mut std::io::stdout()])?;
    let status = service.wait()?;
    if !status.success() {
        bail!("`{line}` failed ({status}). The end of {}:\n{}", log.display(), last_lines(log, 120));
    }
    Ok(())
}

/// Writes all that `from` gives to each of `to`.
fn copy(from: &mut impl Read, to: &mut [&mut dyn Write]) -> Result<()> {
    let mut buffer = [0; 8192];
    loop {
        let length = from.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        for writer in &mut *to {
            writer.write_all(&buffer[..length])?;
            writer.flush()?;
        }
    }
}

/// Runs `command` and returns what it printed on its standard output.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {}", command.get_program().to_string_lossy()))?;
    if !output.status.success() {
        bail!("`{}` failed: {}", shown(command), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a long `command` with its output in the file `log`, showing how long it takes and the last
/// line it wrote: on a terminal in place, elsewhere twice a minute. The end of the log is shown
/// when it fails.
pub fn watch(title: &str, command: &mut Command, log: &Path) -> Result<()> {
    let line = shown(command);
    let begun = Instant::now();
    let on_terminal = std::io::stdout().is_terminal();
    let mut service = Service::start(title, command, Some(log))?;
    let mut next = begun + Duration::from_secs(if on_terminal { 0 } else { 30 });
    let status = loop {
        if let Some(status) = service.ended()? {
            break status;
        }
        if Instant::now() >= next {
            let last: String = last_lines(log, 1).chars().take(70).collect();
            if on_terminal {
                print!("\r\x1b[2K      {title}: {} s  {last}", begun.elapsed().as_secs());
                let _ = std::io::stdout().flush();
                next += Duration::from_secs(1);
            } else {
                println!("      {title}: {} s  {last}", begun.elapsed().as_secs());
                next += Duration::from_secs(30);
            }
        }
        thread::sleep(TICK);
    };
    if on_terminal {
        print!("\r\x1b[2K");
    }
    if !status.success() {
        bail!("`{line}` failed ({status}). The end of {}:\n{}", log.display(), last_lines(log, 30));
    }
    Ok(())
}

/// The last `count` lines of a text file.
pub fn last_lines(file: &Path, count: usize) -> String {
    let text = fs::read(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// A port of the loopback interface that nobody listens on.
pub fn free_port() -> Result<u16> {
    Ok(free_ports::<1>()?[0])
}

/// As many different ones.
pub fn free_ports<const COUNT: usize>() -> Result<[u16; COUNT]> {
    // All are held until the last is known, so that none comes twice.
    let mut held = Vec::with_capacity(COUNT);
    let mut ports = [0; COUNT];
    for port in &mut ports {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        *port = listener.local_addr()?.port();
        held.push(listener);
    }
    Ok(ports)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_has_started_ends_with_it() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 300 & sleep 300"]);
        let service = Service::start("two sleepers", &mut command, None).unwrap();
        let group = service.group();
        assert_eq!(killpg(group, None), Ok(()));
        drop(service);
        // The orphan is somebody else's to wait for, who may take a moment.
        let deadline = Instant::now() + PATIENCE;
        while killpg(group, None).is_ok() && Instant::now() < deadline {
            let ended = capture(Command::new("ps").args(["-o", "stat=", "-g", &group.to_string()]))
                .unwrap_or_default();
            if ended.lines().all(|state| state.trim().starts_with('Z')) {
                return;
            }
            thread::yield_now();
        }
        assert!(killpg(group, None).is_err());
    }

    #[test]
    fn what_goes_to_the_terminal_and_the_log_is_in_the_error_too() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; echo the reason >&2; exit 3"]);
        let error = run_logged(&mut command, &log).unwrap_err();
        assert!(error.to_string().contains("the reason"), "{error}");
        assert_eq!(fs::read_to_string(&log).unwrap(), "one\nthe reason\n");
    }

    #[test]
    fn a_failure_shows_the_end_of_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; echo the reason >&2; exit 3"]);
        let error = watch("a step", &mut command, &folder.path().join("log")).unwrap_err();
        assert!(error.to_string().contains("the reason"), "{error}");
    }
}
