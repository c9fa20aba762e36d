//! Every log line of a test, in memory.

use std::{
    io,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use tracing::Subscriber;
use tracing_subscriber::{
    fmt::{self, MakeWriter, format::JsonFields},
    layer::SubscriberExt,
    registry,
    util::SubscriberInitExt,
};

use crate::{LogError, LogFormat, filter, format::Lines, logs::log_panic};

/// Lines of JSON as [`crate::init`] would write them. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct LogCapture(Arc<Mutex<Vec<u8>>>);

impl LogCapture {
    /// Captures the whole process from the first call on, at the level `trace` for our own crates,
    /// so that a search for marked data finds what any level would show. Later calls return the
    /// same capture, whichever test of the process makes them.
    ///
    /// # Errors
    /// If the process logs somewhere else already.
    pub fn install() -> Result<Self, LogError> {
        static INSTALLED: OnceLock<Option<LogCapture>> = OnceLock::new();
        let installed = INSTALLED.get_or_init(|| {
            let capture = Self::default();
            capture.subscriber("trace").ok()?.try_init().ok()?;
            std::panic::set_hook(Box::new(log_panic));
            Some(capture)
        });
        installed.clone().ok_or(LogError::AlreadyStarted)
    }

    /// A subscriber that writes here, for `tracing::subscriber::with_default`.
    ///
    /// # Errors
    /// If the level cannot be read.
    pub fn subscriber(&self, level: &str) -> Result<impl Subscriber + Send + Sync + use<>, LogError> {
        let lines = fmt::layer()
            .fmt_fields(JsonFields::new())
            .event_format(Lines(LogFormat::Json))
            .with_writer(self.clone());
        Ok(registry().with(filter::from_level(level)?).with(lines))
    }

    /// All lines so far.
    pub fn lines(&self) -> Vec<String> {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect()
    }

    /// The lines that hold a text, such as a mark that must not be logged.
    pub fn lines_with(&self, text: &str) -> Vec<String> {
        self.lines().into_iter().filter(|line| line.contains(text)).collect()
    }
}

impl<'a> MakeWriter<'a> for LogCapture {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl io::Write for LogCapture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
