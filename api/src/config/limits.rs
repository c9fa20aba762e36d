//! How much of everything.

use std::{num::NonZeroU32, time::Duration};

use super::Environment;

/// How much of everything.
#[derive(Debug, Clone)]
pub struct LimitsConfig {
    /// Bytes of a recording.
    pub max_file_size: u64,
    /// Milliseconds of a recording.
    pub max_duration_ms: u64,
    /// Requests of a person in a window.
    pub requests: NonZeroU32,
    /// How long the window is.
    pub request_window: Duration,
    /// Jobs done at once by a worker.
    pub workers: usize,
}

impl LimitsConfig {
    pub(super) fn read(environment: &mut Environment<'_>) -> Self {
        let window = environment.parse("RATE_LIMIT_WINDOW_MS", 60_000_u64);
        if !(1_000..=3_600_000).contains(&window) {
            environment.refuse("RATE_LIMIT_WINDOW_MS must be between 1000 and 3600000".to_owned());
        }
        Self {
            max_file_size: environment.parse("MAX_FILE_SIZE", 500 * 1024 * 1024),
            max_duration_ms: environment.parse("MAX_DURATION_MINUTES", 240_u64) * 60_000,
            requests: environment
                .parse("RATE_LIMIT_MAX_REQUESTS", NonZeroU32::new(600).unwrap_or(NonZeroU32::MIN)),
            request_window: Duration::from_millis(window),
            workers: environment.parse("WORKERS", 1_usize).clamp(1, 64),
        }
    }
}
