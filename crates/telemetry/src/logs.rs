//! Starts logging for a process.

use std::{io::Write, panic::PanicHookInfo};

use tracing_subscriber::{
    fmt::{self, format::JsonFields},
    layer::SubscriberExt,
    registry,
    util::SubscriberInitExt,
};

use crate::{filter, format::Lines};

/// How a process logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSettings {
    /// `info`, or a list such as `info,scribe=debug`: `error`, `warn`, `info`, `debug`, `trace`, `off`.
    pub level: String,
    /// The form of a line.
    pub format: LogFormat,
}

/// The form of a line on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One flat JSON object, for machines.
    Json,
    /// `time LEVEL target: message key=value`, for people.
    Pretty,
}

/// Why logging could not start.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The level is not a list of `target=level`.
    #[error("`{0}` is not a log level")]
    UnknownLevel(String),
    /// Something in this process logs already.
    #[error("logging has already been started in this process")]
    AlreadyStarted,
}

/// Keep it until the process ends: dropping it writes out what is buffered.
#[derive(Debug)]
#[must_use = "lines may be lost when the guard is dropped early"]
pub struct LogGuard(());

impl Drop for LogGuard {
    fn drop(&mut self) {
        // Nobody is left to tell when standard output is gone.
        let _closed = std::io::stdout().flush();
    }
}

/// Logs to standard output from now on, panics included.
///
/// # Errors
/// If the level cannot be read, or logging has been started before.
pub fn init(settings: &LogSettings) -> Result<LogGuard, LogError> {
    let filter = filter::from_level(&settings.level)?;
    let lines = fmt::layer()
        .fmt_fields(JsonFields::new())
        .event_format(Lines(settings.format))
        .with_writer(std::io::stdout);
    registry().with(filter).with(lines).try_init().map_err(|_set| LogError::AlreadyStarted)?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(LogGuard(()))
}

/// The message of a panic may quote what was being worked on, so only the place is logged.
pub(crate) fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "A thread panicked");
}
