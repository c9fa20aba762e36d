//! What is queued, how a run of it ended, and what can be seen of it from outside.

use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A job: which row of the product's outbox, and what kind of work. Never anything about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The outbox row's id: the queue keeps one job per id.
    pub id: Uuid,
    /// What to do: a name in the code, such as `transcribe`.
    pub kind: String,
    /// Not before this time by the database's clock, to the second below.
    pub run_at: DateTime<Utc>,
}

/// Which run of a job this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// 1 for the first run. Runs that ended with their process count too; parked ones do not.
    pub number: u32,
    /// After this many runs the job is dead.
    pub max: u32,
}

impl Attempt {
    /// Whether a `Retry` now would make the job dead.
    pub fn is_last(self) -> bool {
        self.number >= self.max
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The work is stored; the job is over.
    Done,
    /// Try again after `after` or the queue's own growing delay, whichever is longer.
    Retry {
        /// The shortest wait, for instance what a provider asked for.
        after: Duration,
        /// A name in the code, for people who look at the queue.
        reason_code: &'static str,
    },
    /// Trying again cannot help: the job is dead.
    Fail {
        /// A name in the code, for people who look at the queue.
        reason_code: &'static str,
    },
}

/// How much there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Depth {
    /// Jobs that wait for a worker or for their time.
    pub waiting: u64,
    /// Jobs that a worker has claimed.
    pub running: u64,
    /// Jobs that will not be tried again unless revived.
    pub dead: u64,
    /// How long the longest waiting job has been due, in whole seconds; `None` if none is due.
    pub oldest_waiting_age: Option<Duration>,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobStatus {
    /// Waits for a worker or for its time.
    Waiting,
    /// A worker has claimed it.
    Running,
    /// Finished.
    Done,
    /// Out of attempts, or refused by its handler.
    Dead,
    /// Cancelled before it was done.
    Cancelled,
}

/// One job, seen from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobState {
    /// Where it stands.
    pub status: JobStatus,
    /// Runs that have ended.
    pub attempts: u32,
    /// Why the last run did not succeed.
    pub reason_code: Option<String>,
}

/// A dead job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The ticket's id.
    pub id: Uuid,
    /// The ticket's kind.
    pub kind: String,
    /// Runs that have ended.
    pub attempts: u32,
    /// Why the last run did not succeed.
    pub reason_code: Option<String>,
}
