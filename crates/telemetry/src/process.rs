//! What Linux says about a process (proc(5)); nothing on other systems.

use std::{fs, time::Duration};

/// `/proc` counts CPU time and start times in hundredths of a second, whatever the kernel's tick
/// (USER_HZ, fixed in Linux' interface to programs).
const TICK: Duration = Duration::from_millis(10);

/// A process at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Memory that is in RAM, in bytes.
    pub resident_bytes: u64,
    /// The most that ever was.
    pub peak_resident_bytes: u64,
    /// User and system CPU time since its start; its threads', not its children's.
    pub cpu: Duration,
    /// When it started, in seconds since 1970.
    pub started_at: u64,
}

/// This process.
pub fn usage() -> Option<Usage> {
    read("self")
}

/// Another process of this user; `None` also if there is none.
pub fn usage_of(pid: u32) -> Option<Usage> {
    read(&pid.to_string())
}

fn read(process: &str) -> Option<Usage> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field is the program's name in brackets and may itself hold spaces and brackets;
    // counting from behind it, 11 and 12 are the CPU times and 19 is the start.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |index: usize| fields.get(index)?.parse::<u32>().ok();
    let start_ticks: u64 = fields.get(19)?.parse().ok()?;
    let boot = fs::read_to_string("/proc/stat").ok()?;
    let booted_at: u64 = boot.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    Some(Usage {
        resident_bytes: kilobytes(&status, "VmRSS:")? * 1024,
        peak_resident_bytes: kilobytes(&status, "VmHWM:")? * 1024,
        cpu: TICK * ticks(11)?.checked_add(ticks(12)?)?,
        started_at: booted_at + start_ticks / 100,
    })
}

fn kilobytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
