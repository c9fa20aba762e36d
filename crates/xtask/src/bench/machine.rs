//! What this machine is, and what a process takes of it, read from `/proc` (Linux).

use anyhow::{Context, Result};
use std::{fs, thread};

/// Ticks of a second in `/proc/…/stat`; the same on every Linux that this runs on.
const TICKS: f64 = 100.0;

/// Cores, processor and memory in one line.
pub fn description() -> String {
    let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "an unknown processor".to_owned());
    let memory: f64 = field("/proc/meminfo", "MemTotal")
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .unwrap_or_default();
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown").to_owned();
    format!("{cores} cores of {cpu}, {:.0} GB of memory, load {load} at the start", memory / 1e6)
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// Resident memory of a process in MB.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    pub now: f64,
    /// The most since its start.
    pub highest: f64,
}

/// Resident memory of the process `id`.
pub fn memory(id: u32) -> Result<Memory> {
    let file = format!("/proc/{id}/status");
    let megabytes = |name| -> Result<f64> {
        let text = field(&file, name).with_context(|| format!("{file} has no {name}"))?;
        let kib: f64 = text.split(' ').next().unwrap_or_default().parse()?;
        Ok(kib * 1024.0 / 1e6)
    };
    Ok(Memory { now: megabytes("VmRSS")?, highest: megabytes("VmHWM")? })
}

/// CPU seconds that a process group has used so far, user and system.
pub fn cpu_seconds(group: u32) -> Result<f64> {
    let mut ticks = 0.0;
    for entry in fs::read_dir("/proc").context("there is no /proc here")?.flatten() {
        // Processes that have ended meanwhile have no file any more.
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        // The name stands in brackets and may hold anything; the fields after it are numbers.
        let Some((_, rest)) = stat.rsplit_once(')') else { continue };
        let fields: Vec<&str> = rest.split_whitespace().collect();
        if fields.get(2).and_then(|it| it.parse().ok()) == Some(group) {
            ticks += [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<f64>().ok()).sum::<f64>();
        }
    }
    Ok(ticks / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_memory_and_its_highest_is_no_less() {
        let Ok(memory) = memory(std::process::id()) else {
            println!("skipped: there is no /proc here");
            return;
        };
        assert!(memory.now > 0.5);
        assert!(memory.highest >= memory.now);
    }
}
