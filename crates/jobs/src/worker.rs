//! The loop that claims due jobs, runs them, and says how they ended.

use std::{convert::Infallible, future::Future, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep, timeout},
};

use crate::{
    Attempt, Outcome, Queue, QueueError, Ticket,
    identity::Identity,
    store::{Claimed, Settlement},
};

/// What runs a ticket. It may be called twice for one ticket, and is dropped at an `await` when a
/// shutdown has used up its grace time.
pub type Handler = Arc<dyn Fn(Ticket, Attempt) -> BoxFuture<'static, Outcome> + Send + Sync>;

/// How a process works on the queue.
#[derive(Debug, Clone)]
pub struct RunSettings {
    /// Stays the same over restarts of a process, so that the next one takes its jobs over at once.
    pub worker_name: String,
    /// Most jobs at the same time.
    pub concurrency: usize,
    /// After this time without a sign of life (one is given three times as often) other processes
    /// take a worker's jobs over. Whole seconds count; two at least.
    pub lease: Duration,
    /// How often to look for jobs that nobody announced: those of other processes on SQLite, and
    /// those whose time has come.
    pub poll_interval: Duration,
    /// How long running jobs may go on after a shutdown began.
    pub grace: Duration,
    /// The delay after the first failed run; it doubles with each further one.
    pub first_delay: Duration,
    /// The longest delay by doubling.
    pub longest_delay: Duration,
    /// How long finished and cancelled jobs are kept; within it a ticket can be pushed again safely.
    pub keep_finished: Duration,
    /// How long dead jobs are kept.
    pub keep_dead: Duration,
}

impl RunSettings {
    /// The settings for a server: lease 30 s, poll 200 ms, grace 20 s, delays from 2 s to 10 min,
    /// finished jobs kept for a week and dead ones for ninety days.
    pub fn new(worker_name: impl Into<String>, concurrency: usize) -> Self {
        const DAY: Duration = Duration::from_hours(24);
        Self {
            worker_name: worker_name.into(),
            concurrency,
            lease: Duration::from_secs(30),
            poll_interval: Duration::from_millis(200),
            grace: Duration::from_secs(20),
            first_delay: Duration::from_secs(2),
            longest_delay: Duration::from_mins(10),
            keep_finished: 7 * DAY,
            keep_dead: 90 * DAY,
        }
    }

    fn delay_after(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        self.first_delay.saturating_mul(1 << doublings).min(self.longest_delay)
    }
}

impl Queue {
    /// Works on the queue until `shutdown` completes, then lets running jobs end within the grace
    /// time and parks the others: they wait again, without an attempt charged to them.
    ///
    /// A database that fails on the way is logged and asked again; running jobs go on.
    ///
    /// # Errors
    /// If the worker cannot be enrolled at the start, or jobs cannot be parked at the end (they are
    /// then taken over like those of a killed process).
    pub async fn run(
        &self,
        settings: RunSettings,
        handler: Handler,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), QueueError> {
        let mut identity = Identity::enrol(&self.store, &settings.worker_name).await?;
        let worker = identity.context.clone();
        // The row has to exist before jobs can name it in `lock_by`.
        self.store.beat(worker.name(), settings.lease).await?;
        tracing::info!(worker = worker.name(), "The job worker started");
        let settings = Arc::new(settings);
        tokio::select! {
            () = work(self, &settings, &handler, &worker, shutdown) => {}
            never = keep_alive(self, &settings, &mut identity) => match never {},
            never = listen(self) => match never {},
        }
        let parked = self.store.release(worker.name(), 0).await?;
        tracing::info!(worker = worker.name(), parked, "The job worker stopped");
        Ok(())
    }
}

async fn work(
    queue: &Queue,
    settings: &Arc<RunSettings>,
    handler: &Handler,
    worker: &apalis::prelude::WorkerContext,
    shutdown: impl Future<Output = ()>,
) {
    let mut running = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let free = settings.concurrency.max(1) - running.len();
        if free > 0 {
            match queue.store.claim(worker, free).await {
                Ok(jobs) => {
                    for job in jobs {
                        let (queue, settings) = (queue.clone(), settings.clone());
                        let (handler, worker) = (handler.clone(), worker.name().to_owned());
                        running
                            .spawn(async move { perform(&queue, &settings, &handler, &worker, job).await });
                    }
                }
                Err(error) => tracing::warn!(%error, cause = cause(&error), "No jobs could be claimed"),
            }
        }
        let full = running.len() >= settings.concurrency.max(1);
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_ended) = running.join_next() => {}
            () = queue.pushed.notified(), if !full => {}
            () = sleep(settings.poll_interval), if !full => {}
        }
    }
    let ended = timeout(settings.grace, async { while running.join_next().await.is_some() {} }).await;
    if ended.is_err() {
        running.shutdown().await;
    }
}

async fn perform(queue: &Queue, settings: &RunSettings, handler: &Handler, worker: &str, job: Claimed) {
    let attempt = Attempt { number: job.attempts.saturating_add(1), max: job.max_attempts };
    let (job_id, kind) = (job.ticket.id, job.ticket.kind.clone());
    let started = Instant::now();
    let outcome = if attempt.number > attempt.max {
        // Only runs that took their process with them get here: reported failures end before.
        Outcome::Fail { reason_code: "worker_lost_too_often" }
    } else {
        // The call is inside, as a handler may panic before it returns a future.
        AssertUnwindSafe(async { handler(job.ticket, attempt).await })
            .catch_unwind()
            .await
            .unwrap_or(Outcome::Retry { after: Duration::ZERO, reason_code: "handler_panicked" })
    };
    let end = settlement(settings, attempt, outcome);
    let held = loop {
        match queue.store.settle(worker, &job.task_id, &end).await {
            Ok(held) => break held,
            Err(error) => {
                tracing::warn!(%job_id, %error, cause = cause(&error), "A job's end could not be stored yet");
                sleep(Duration::from_secs(1)).await;
            }
        }
    };
    let milliseconds = started.elapsed().as_millis() as u64;
    let dead = end.status == "Failed" && end.attempts >= end.max_attempts;
    let reason_code = end.reason_code.unwrap_or("");
    let attempt = attempt.number;
    if !held {
        tracing::warn!(%job_id, kind, attempt, milliseconds, "A job was cancelled or taken over while it ran");
    } else if dead {
        queue.died.notify_one();
        tracing::error!(%job_id, kind, attempt, reason_code, milliseconds, "A job is dead");
    } else if end.status == "Failed" {
        tracing::warn!(%job_id, kind, attempt, reason_code, milliseconds, "A job will be tried again");
    } else {
        tracing::info!(%job_id, kind, attempt, milliseconds, "A job is done");
    }
}

fn settlement(settings: &RunSettings, attempt: Attempt, outcome: Outcome) -> Settlement {
    let (status, max_attempts, delay, reason_code) = match outcome {
        Outcome::Done => ("Done", attempt.max, Duration::ZERO, None),
        Outcome::Retry { reason_code, .. } if attempt.is_last() => {
            ("Failed", attempt.max, Duration::ZERO, Some(reason_code))
        }
        Outcome::Retry { after, reason_code } => {
            let delay = after.max(settings.delay_after(attempt.number));
            ("Failed", attempt.max, delay, Some(reason_code))
        }
        // No attempts left is what makes a job dead.
        Outcome::Fail { reason_code } => {
            ("Failed", attempt.number.min(attempt.max), Duration::ZERO, Some(reason_code))
        }
    };
    Settlement { status, attempts: attempt.number, max_attempts, delay, reason_code }
}

/// Gives signs of life, takes over from workers that give none, and vacuums.
async fn keep_alive(queue: &Queue, settings: &RunSettings, identity: &mut Identity) -> Infallible {
    let mut beat = interval(settings.lease / 3);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut vacuumed: Option<Instant> = None;
    loop {
        beat.tick().await;
        match queue.store.beat(identity.worker(), settings.lease).await {
            Ok(0) => {}
            Ok(taken_over) => {
                tracing::warn!(taken_over, "Jobs of a silent worker wait again");
                queue.pushed.notify_one();
            }
            Err(error) => {
                tracing::warn!(%error, cause = cause(&error), "The job worker gave no sign of life");
            }
        }
        if let Err(error) = identity.keep(&queue.store).await {
            tracing::warn!(%error, cause = cause(&error), "The job worker's name is not locked");
        }
        if vacuumed.is_none_or(|last| last.elapsed() >= Duration::from_hours(1)) {
            match queue.store.vacuum(settings.keep_finished, settings.keep_dead).await {
                Ok(_forgotten) => vacuumed = Some(Instant::now()),
                Err(error) => tracing::warn!(%error, cause = cause(&error), "Old jobs were not vacuumed"),
            }
        }
    }
}

/// Wakes the worker when another process pushes.
async fn listen(queue: &Queue) -> Infallible {
    let mut listener = None;
    loop {
        if let Err(error) = queue.store.pushed_elsewhere(&mut listener).await {
            tracing::warn!(%error, cause = cause(&error), "Nobody announces new jobs at the moment");
            listener = None;
            sleep(Duration::from_secs(1)).await;
        }
        queue.pushed.notify_one();
    }
}

/// What lies under an error: the database's words about its own tables, which hold only ids.
fn cause(error: &QueueError) -> String {
    std::error::Error::source(error).map(ToString::to_string).unwrap_or_default()
}
