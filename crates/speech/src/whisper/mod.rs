//! Whisper on this computer by whisper.cpp: loaded when first needed, unloaded when idle, one thread each.

mod engine;
mod levels;
mod text;
mod threads;

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Semaphore;
use whisper_rs::WhisperContext;

use self::threads::Threads;
use crate::model;
use crate::system::SystemDescription;
use crate::transcriber::{Piece, PieceText, TranscribeError, Transcriber};

/// What a [`LocalWhisper`] needs to know.
#[derive(Debug, Clone)]
pub struct LocalWhisperConfig {
    /// The model file (whisper.cpp's format).
    pub model: PathBuf,
    /// How many pieces are transcribed at the same time. Each takes one thread and up to 200 MB with the base
    /// model; the model itself is held once. More threads for one piece cost more than they gain.
    pub workers: usize,
    /// After so long without work the model leaves memory.
    pub unload_after: Duration,
}

impl LocalWhisperConfig {
    /// One worker, unloaded after five minutes.
    pub fn new(model: impl Into<PathBuf>) -> Self {
        Self { model: model.into(), workers: 1, unload_after: Duration::from_mins(5) }
    }
}

/// Whisper on this computer.
pub struct LocalWhisper {
    config: LocalWhisperConfig,
    permits: Semaphore,
    slot: Arc<Mutex<Slot>>,
    /// Started with the first piece.
    threads: OnceLock<Threads>,
}

/// The loaded model and how often it was used, which tells an idle timer whether it is out of date.
#[derive(Default)]
struct Slot {
    model: Option<Arc<WhisperContext>>,
    uses: u64,
}

impl fmt::Debug for LocalWhisper {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LocalWhisper").field("config", &self.config).finish_non_exhaustive()
    }
}

impl LocalWhisper {
    /// Does not touch the model yet.
    pub fn new(config: LocalWhisperConfig) -> Self {
        // whisper.cpp would print to standard error, in debug builds even what it hears. The hooks send
        // its messages to logging features that are not compiled in: nowhere.
        whisper_rs::install_logging_hooks();
        let permits = Semaphore::new(config.workers.max(1));
        Self { config, permits, slot: Arc::default(), threads: OnceLock::new() }
    }

    fn threads(&self) -> Result<&Threads, TranscribeError> {
        if let Some(threads) = self.threads.get() {
            return Ok(threads);
        }
        let started = Threads::start(self.config.workers.max(1));
        let started = started.map_err(|error| TranscribeError::Engine(error.to_string()))?;
        // Where two begin at once, the second's threads end at once.
        Ok(self.threads.get_or_init(|| started))
    }

    /// Whether the model is in memory.
    pub fn is_loaded(&self) -> bool {
        lock(&self.slot).model.is_some()
    }
}

#[async_trait]
impl Transcriber for LocalWhisper {
    fn system(&self) -> SystemDescription {
        SystemDescription {
            key: "local-whisper".into(),
            name: "Whisper on this computer".into(),
            version: format!("whisper.cpp {}, {}", engine::version(), model::describe(&self.config.model)),
            vendor: "this computer".into(),
            local: true,
        }
    }

    async fn transcribe(&self, piece: Piece) -> Result<PieceText, TranscribeError> {
        let milliseconds = piece.milliseconds();
        if milliseconds > 30_000 {
            return Err(TranscribeError::TooLong { milliseconds });
        }
        let _permit = self.permits.acquire().await.map_err(|_closed| TranscribeError::Cancelled)?;
        let cancel = CancelOnDrop(Arc::default());
        let (flag, slot, path) = (cancel.0.clone(), self.slot.clone(), self.config.model.clone());
        let work = move || {
            let model = {
                let mut slot = lock(&slot);
                slot.uses += 1;
                match &slot.model {
                    Some(model) => model.clone(),
                    None => slot.model.insert(Arc::new(engine::load(&path)?)).clone(),
                }
            };
            engine::transcribe(&model, &piece, &flag)
        };
        let result = self.threads()?.run(work).await.ok_or(TranscribeError::Cancelled)?;
        unload_when_idle(Arc::downgrade(&self.slot), self.config.unload_after);
        result
    }
}

/// Dropping it tells the engine to stop: that is how an abandoned future ends its work.
struct CancelOnDrop(Arc<AtomicBool>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn unload_when_idle(slot: Weak<Mutex<Slot>>, after: Duration) {
    let Some(uses) = slot.upgrade().map(|slot| lock(&slot).uses) else { return };
    tokio::spawn(async move {
        tokio::time::sleep(after).await;
        if let Some(slot) = slot.upgrade() {
            let mut slot = lock(&slot);
            if slot.uses == uses {
                slot.model = None;
            }
        }
    });
}

/// A panic in another thread leaves the slot usable: it holds a whole model or none.
fn lock(slot: &Mutex<Slot>) -> std::sync::MutexGuard<'_, Slot> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}
