//! Durable jobs on apalis' storage: at least once, one worker at a time, over SQLite or PostgreSQL.
//!
//! The product writes an outbox row in its own transaction; a relay calls [`Queue::push`] with the
//! row's id, as often as it likes. [`Queue::run`] hands due tickets to a handler, which has to bear
//! being run twice: a process may die after its work and before the row says so.
//!
//! apalis 1.0 gives the tables, their migrations, the push, and the claim that lets only one worker
//! win. Its worker is not used, because it
//! - fetches a failed job again at once (no delay is written to the row);
//! - drops every running job when one database call fails, a busy SQLite file included;
//! - sends no heartbeat while fetched jobs wait in its buffer, so that they are taken over alive;
//! - refuses, after `kill -9`, to start again under the same name until a heartbeat has passed, and
//!   on PostgreSQL leaves a session lock behind in a pooled connection;
//! - re-runs for ever a job that kills its process, as only reported failures count.
//!
//! Its SQLite set-up (`synchronous = OFF`) and its vacuum (which compares a number with a text and
//! so deletes every finished job) are not used either.
//!
//! | apalis status | here |
//! |---|---|
//! | `Pending`, or `Failed` with attempts left | waiting |
//! | `Queued`, `Running` | claimed by the worker in `lock_by` |
//! | `Done` | done |
//! | `Failed` without attempts left | dead: kept, shown, can be revived |
//! | `Killed` | cancelled |

mod error;
mod identity;
mod queue;
mod sql;
mod store;
mod ticket;
mod worker;

pub use error::QueueError;
pub use queue::{Queue, QueueTarget};
pub use ticket::{Attempt, DeadLetter, Depth, JobState, JobStatus, Outcome, Ticket};
pub use worker::{Handler, RunSettings};
