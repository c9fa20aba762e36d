//! The queue as the product sees it.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::sync::Notify;
use uuid::Uuid;

use crate::{DeadLetter, Depth, JobState, QueueError, Ticket, store::Store};

/// Runs before a job is dead, with delays of 2 s doubling up to 10 min: about two hours.
const MAX_ATTEMPTS: u32 = 20;

/// Which database holds the jobs.
#[derive(Clone)]
pub enum QueueTarget {
    /// A file of its own, on a local disk.
    Sqlite(PathBuf),
    /// The schema `apalis` of a database. Needs the extensions `pgcrypto` and `hstore`, which come
    /// with PostgreSQL and which the owner of a database may create.
    Postgres {
        /// `postgres://…`; holds a password, so this type has no `Debug`.
        url: String,
        /// Most connections of the pool; each [`Queue::run`] keeps two more for itself.
        connections: u32,
    },
}

/// Durable jobs. Cloning is cheap; the clones are one queue.
#[derive(Clone)]
pub struct Queue {
    pub(crate) store: Arc<Store>,
    /// Wakes a worker of this process.
    pub(crate) pushed: Arc<Notify>,
    /// A job has died in a worker of this process.
    pub(crate) died: Arc<Notify>,
    max_attempts: u32,
}

impl Queue {
    /// Connects and brings apalis' tables up to date. Several processes may do so at once.
    ///
    /// # Errors
    /// If the database cannot be reached, or its tables were made by an apalis before 1.0.
    pub async fn open(target: QueueTarget) -> Result<Self, QueueError> {
        let store = Arc::new(Store::open(&target).await?);
        Ok(Self { store, pushed: Arc::default(), died: Arc::default(), max_attempts: MAX_ATTEMPTS })
    }

    /// The same queue, with another limit of runs for jobs that are pushed through this value.
    #[must_use]
    pub fn with_max_attempts(mut self, max_attempts: u32) -> Self {
        self.max_attempts = max_attempts.max(1);
        self
    }

    /// Queues a ticket. Pushing an id again does nothing, as long as its job has not been vacuumed.
    ///
    /// # Errors
    /// If the database refuses; the ticket may then be pushed again.
    pub async fn push(&self, ticket: Ticket) -> Result<(), QueueError> {
        if self.store.push(&ticket, self.max_attempts).await? {
            self.pushed.notify_one();
        }
        Ok(())
    }

    /// Keeps a job that is not done from being run (again). A run under way is not stopped, but its
    /// outcome counts for nothing. Whether there was such a job.
    pub async fn cancel(&self, id: Uuid) -> Result<bool, QueueError> {
        self.store.cancel(id).await
    }

    /// Makes a job due now, with all its attempts, that is dead or waits to be tried again. Whether there
    /// was one; a run under way is left alone.
    pub async fn revive(&self, id: Uuid) -> Result<bool, QueueError> {
        let revived = self.store.revive(id, self.max_attempts).await?;
        if revived {
            self.pushed.notify_one();
        }
        Ok(revived)
    }

    /// How much there is to do: for health and metrics.
    pub async fn depth(&self) -> Result<Depth, QueueError> {
        self.store.depth().await
    }

    /// Where a job stands; `None` if it was never pushed or has been vacuumed.
    pub async fn find(&self, id: Uuid) -> Result<Option<JobState>, QueueError> {
        self.store.find(id).await
    }

    /// Returns when a job has died in this process since the last call.
    pub async fn died(&self) {
        self.died.notified().await;
    }

    /// The dead jobs, the latest first, at most `limit`.
    pub async fn list_dead(&self, limit: u32) -> Result<Vec<DeadLetter>, QueueError> {
        self.store.list_dead(limit).await
    }

    /// Forgets jobs that were done or cancelled `keep_finished` ago, or died `keep_dead` ago.
    /// [`Queue::run`] does so by itself every hour. Returns how many it forgot.
    pub async fn vacuum(&self, keep_finished: Duration, keep_dead: Duration) -> Result<u64, QueueError> {
        self.store.vacuum(keep_finished, keep_dead).await
    }
}
