//! The one file that speaks to either database.

use std::{path::PathBuf, time::Duration};

use apalis::prelude::{Task, TaskBuilder, WorkerContext};
use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use serde::{Deserialize, Serialize};
use sqlx::{
    ConnectOptions, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use uuid::Uuid;

use crate::{DeadLetter, Depth, JobState, JobStatus, QueueError, QueueTarget, Ticket, sql};

/// apalis' name for a set of jobs. The product has one.
const QUEUE: &str = "jobs";

pub(crate) enum Store {
    Sqlite { pool: SqlitePool, file: PathBuf },
    Postgres { pool: PgPool, options: Box<PgConnectOptions> },
}

/// What apalis keeps of a ticket besides its columns.
#[derive(Serialize, Deserialize)]
pub(crate) struct Payload {
    pub id: Uuid,
    pub kind: String,
}

/// A job that this process has claimed.
pub(crate) struct Claimed {
    pub task_id: String,
    pub ticket: Ticket,
    /// Runs that ended before this one.
    pub attempts: u32,
    pub max_attempts: u32,
}

/// How a run changes its row.
pub(crate) struct Settlement {
    pub status: &'static str,
    pub attempts: u32,
    pub max_attempts: u32,
    pub delay: Duration,
    pub reason_code: Option<&'static str>,
}

/// Runs one of [`sql`]'s statements on whichever database there is.
macro_rules! on_either {
    ($store:expr, $statement:ident, $function:ident $(::<$row:ty>)?, $run:ident $(, $value:expr)*) => {
        match $store {
            Store::Sqlite { pool, .. } => {
                sqlx::$function$(::<_, $row>)?(sql::SQLITE.$statement)$(.bind($value))*.$run(pool).await?.into()
            }
            Store::Postgres { pool, .. } => {
                sqlx::$function$(::<_, $row>)?(sql::POSTGRES.$statement)$(.bind($value))*.$run(pool).await?.into()
            }
        }
    };
}

struct Changed(u64);

impl From<sqlx::sqlite::SqliteQueryResult> for Changed {
    fn from(result: sqlx::sqlite::SqliteQueryResult) -> Self {
        Self(result.rows_affected())
    }
}

impl From<sqlx::postgres::PgQueryResult> for Changed {
    fn from(result: sqlx::postgres::PgQueryResult) -> Self {
        Self(result.rows_affected())
    }
}

impl Store {
    pub async fn open(target: &QueueTarget) -> Result<Self, QueueError> {
        match target {
            QueueTarget::Sqlite(file) => open_sqlite(file.clone()).await,
            QueueTarget::Postgres { url, connections } => {
                let options = url.parse::<PgConnectOptions>()?.disable_statement_logging();
                // One connection more than asked for: the listener keeps one to itself.
                let pool = PgPoolOptions::new()
                    .max_connections(connections.saturating_add(1))
                    .connect_with(options.clone())
                    .await?;
                PostgresStorage::migrations().run(&pool).await?;
                Ok(Self::Postgres { pool, options: Box::new(options) })
            }
        }
    }

    /// Whether the job is new.
    pub async fn push(&self, ticket: &Ticket, max_attempts: u32) -> Result<bool, QueueError> {
        let payload = Payload { id: ticket.id, kind: ticket.kind.clone() };
        let payload = serde_json::to_vec(&payload).map_err(|_json| QueueError::UnreadableRow)?;
        let task = TaskBuilder::new(payload)
            .idempotency_key(ticket.id.to_string())
            .max_attempts(max_attempts as usize)
            .run_at_timestamp(u64::try_from(ticket.run_at.timestamp()).unwrap_or(0))
            .build();
        let pushed = match self {
            Self::Sqlite { pool, .. } => {
                let mut connection = pool.acquire().await?;
                apalis_sqlite::queries::push_tasks(&mut *connection, QUEUE, &[task])
                    .await
                    .map_err(QueueError::from)
            }
            Self::Postgres { pool, .. } => {
                let mut connection = pool.acquire().await?;
                apalis_postgres::queries::push_tasks(&mut *connection, QUEUE, vec![task])
                    .await
                    .map_err(QueueError::from)
            }
        };
        match pushed {
            Ok(()) => Ok(true),
            Err(QueueError::Database(sqlx::Error::Database(error))) if error.is_unique_violation() => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    pub async fn claim(&self, worker: &WorkerContext, count: usize) -> Result<Vec<Claimed>, QueueError> {
        let tasks = match self {
            Self::Sqlite { pool, .. } => {
                let config = apalis_sqlite::Config::default().queue(QUEUE).batch_size(count);
                apalis_sqlite::queries::fetch_next(pool, &config, worker).await?
            }
            Self::Postgres { pool, .. } => {
                let config = apalis_postgres::Config::default().queue(QUEUE).batch_size(count);
                let mut connection = pool.acquire().await?;
                apalis_postgres::queries::fetch_next(&mut *connection, &config, worker).await?
            }
        };
        tasks.into_iter().map(claimed).collect()
    }

    /// Whether the run still held its job.
    pub async fn settle(&self, worker: &str, task_id: &str, end: &Settlement) -> Result<bool, QueueError> {
        let changed: Changed = on_either!(
            self,
            settle,
            query,
            execute,
            task_id,
            worker,
            end.status,
            end.attempts as i32,
            end.max_attempts as i32,
            end.delay.as_secs_f64().ceil(),
            end.reason_code
        );
        Ok(changed.0 == 1)
    }

    pub async fn beat(&self, worker: &str, lease: Duration) -> Result<u64, QueueError> {
        let _: Changed = on_either!(self, beat, query, execute, worker, QUEUE);
        let taken: Changed = on_either!(self, take_over_silent, query, execute, worker, lease.as_secs_f64());
        Ok(taken.0)
    }

    /// Gives back every job of the workers whose id starts with `prefix`.
    pub async fn release(&self, prefix: &str, attempts: i32) -> Result<u64, QueueError> {
        let released: Changed = on_either!(self, release, query, execute, prefix, attempts);
        Ok(released.0)
    }

    pub async fn cancel(&self, id: Uuid) -> Result<bool, QueueError> {
        let changed: Changed = on_either!(self, cancel, query, execute, id.to_string(), QUEUE);
        Ok(changed.0 == 1)
    }

    pub async fn revive(&self, id: Uuid, max_attempts: u32) -> Result<bool, QueueError> {
        let changed: Changed =
            on_either!(self, revive, query, execute, id.to_string(), QUEUE, max_attempts as i32);
        Ok(changed.0 == 1)
    }

    pub async fn depth(&self) -> Result<Depth, QueueError> {
        let (waiting, running, dead, age): (i64, i64, i64, Option<i64>) =
            on_either!(self, depth, query_as::<(i64, i64, i64, Option<i64>)>, fetch_one, QUEUE);
        Ok(Depth {
            waiting: waiting as u64,
            running: running as u64,
            dead: dead as u64,
            oldest_waiting_age: age.map(|seconds| Duration::from_secs(seconds.max(0) as u64)),
        })
    }

    pub async fn find(&self, id: Uuid) -> Result<Option<JobState>, QueueError> {
        type Row = (String, i32, i32, Option<String>);
        let row: Option<Row> = on_either!(self, find, query_as::<Row>, fetch_optional, id.to_string(), QUEUE);
        let Some((status, attempts, max_attempts, reason_code)) = row else { return Ok(None) };
        let status = match status.as_str() {
            "Pending" => JobStatus::Waiting,
            "Failed" if attempts < max_attempts => JobStatus::Waiting,
            "Failed" => JobStatus::Dead,
            "Queued" | "Running" => JobStatus::Running,
            "Done" => JobStatus::Done,
            "Killed" => JobStatus::Cancelled,
            _ => return Err(QueueError::UnreadableRow),
        };
        Ok(Some(JobState { status, attempts: attempts as u32, reason_code }))
    }

    pub async fn list_dead(&self, limit: u32) -> Result<Vec<DeadLetter>, QueueError> {
        type Row = (Vec<u8>, i32, Option<String>);
        let rows: Vec<Row> = on_either!(self, list_dead, query_as::<Row>, fetch_all, QUEUE, i64::from(limit));
        rows.into_iter()
            .map(|(payload, attempts, reason_code)| {
                let payload = read_payload(&payload)?;
                Ok(DeadLetter { id: payload.id, kind: payload.kind, attempts: attempts as u32, reason_code })
            })
            .collect()
    }

    pub async fn vacuum(&self, keep_finished: Duration, keep_dead: Duration) -> Result<u64, QueueError> {
        let jobs: Changed = on_either!(
            self,
            vacuum_jobs,
            query,
            execute,
            keep_finished.as_secs_f64(),
            keep_dead.as_secs_f64()
        );
        let _: Changed = on_either!(self, vacuum_workers, query, execute);
        Ok(jobs.0)
    }

    /// Returns once some process pushed a job that is due. On SQLite it never does: the poll sees to it.
    pub async fn pushed_elsewhere(&self, listener: &mut Option<PgListener>) -> Result<(), QueueError> {
        let Self::Postgres { pool, .. } = self else { return std::future::pending().await };
        let listening = if let Some(listening) = listener {
            listening
        } else {
            let mut fresh = PgListener::connect_with(pool).await?;
            fresh.listen("apalis::job::insert").await?;
            listener.insert(fresh)
        };
        // `None` means that the connection was lost and made again: something may have been missed.
        listening.try_recv().await?;
        Ok(())
    }
}

async fn open_sqlite(file: PathBuf) -> Result<Store, QueueError> {
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A job that was pushed must survive a power cut: its outbox row is marked right after.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        .disable_statement_logging();
    // sqlx locks nothing while it migrates SQLite, and two processes may start at once.
    let guard = crate::identity::lock_file(&file, "migrate")?;
    let guard = tokio::task::spawn_blocking(move || guard.lock().map(|()| guard))
        .await
        .map_err(std::io::Error::other)??;
    let pool = SqlitePoolOptions::new().max_connections(3).connect_with(options).await?;
    SqliteStorage::migrations().run(&pool).await?;
    guard.unlock()?;
    Ok(Store::Sqlite { pool, file })
}

fn claimed(task: Task<Vec<u8>>) -> Result<Claimed, QueueError> {
    let payload = read_payload(&task.args)?;
    let seconds = task.run_at().unwrap_or(0);
    Ok(Claimed {
        task_id: task.task_id().ok_or(QueueError::UnreadableRow)?.to_string(),
        ticket: Ticket {
            id: payload.id,
            kind: payload.kind,
            run_at: i64::try_from(seconds)
                .ok()
                .and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0))
                .ok_or(QueueError::UnreadableRow)?,
        },
        attempts: u32::try_from(task.attempt()).unwrap_or(u32::MAX),
        max_attempts: task.max_attempts().and_then(|max| u32::try_from(max).ok()).unwrap_or(1),
    })
}

fn read_payload(bytes: &[u8]) -> Result<Payload, QueueError> {
    serde_json::from_slice(bytes).map_err(|_json| QueueError::UnreadableRow)
}
