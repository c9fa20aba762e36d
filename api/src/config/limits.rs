//! How much of everything.

use std::num::NonZeroU32;

use super::Environment;

/// How much of everything.
#[derive(Debug, Clone)]
pub struct LimitsConfig {
    /// Bytes of a recording.
    pub max_file_size: u64,
    /// Milliseconds of a recording.
    pub max_duration_ms: u64,
    /// Tries to sign in per address and minute.
    pub sign_in_per_minute: NonZeroU32,
    /// Jobs done at once by a worker.
    pub workers: usize,
}

impl LimitsConfig {
    pub(super) fn read(environment: &mut Environment<'_>) -> Self {
        Self {
            max_file_size: environment.parse("MAX_FILE_SIZE", 500 * 1024 * 1024),
            max_duration_ms: environment.parse("MAX_DURATION_MINUTES", 240_u64) * 60_000,
            sign_in_per_minute: environment
                .parse("RATE_LIMIT_MAX_REQUESTS", NonZeroU32::new(30).unwrap_or(NonZeroU32::MIN)),
            workers: environment.parse("WORKERS", 1_usize).clamp(1, 64),
        }
    }
}
