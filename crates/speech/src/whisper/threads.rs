//! Threads that do nothing but hear.
//!
//! whisper.cpp takes and gives back some 200 MB for each piece. On tokio's blocking threads, of which
//! now one and now another gets the next piece, glibc keeps much of that once for every thread: a
//! session of 50 minutes took 800 MB. On threads of its own it keeps it once.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use tokio::sync::oneshot;

type Work = Box<dyn FnOnce() + Send>;

/// As many threads as there are workers; they end when this is dropped.
pub(super) struct Threads {
    work: mpsc::Sender<Work>,
}

impl Threads {
    pub(super) fn start(count: usize) -> io::Result<Self> {
        let (work, waiting) = mpsc::channel::<Work>();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..count {
            let waiting = waiting.clone();
            thread::Builder::new().name("hearing".to_owned()).spawn(move || {
                loop {
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(work) = next else { break };
                    // The caller notices a panic by the answer that never comes.
                    let _ = catch_unwind(AssertUnwindSafe(work));
                }
            })?;
        }
        Ok(Self { work })
    }

    /// Runs it when a thread is free. Nothing when it panicked.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        let work = move || drop(answer.send(work()));
        self.work.send(Box::new(work)).ok()?;
        answered.await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_work_is_done_on_the_same_thread_even_after_a_panic() {
        let threads = Threads::start(1).unwrap();
        let first = threads.run(|| thread::current().id()).await.unwrap();
        let panicked: Option<()> = threads.run(|| panic!("as a decoder might")).await;
        assert_eq!(panicked, None);
        assert_eq!(threads.run(|| thread::current().id()).await, Some(first));
        assert_ne!(first, thread::current().id());
    }
}
