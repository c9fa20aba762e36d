//! A fresh queue on each database, a worker that can be stopped, and a way to wait for a fact.
#![expect(clippy::expect_used, reason = "a test may stop at what it cannot do without")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use clock::{Clock, SystemClock};
use jobs::{Attempt, Handler, Outcome, Queue, QueueTarget, RunSettings, Ticket};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::oneshot;

/// The variable that names a PostgreSQL server.
pub const SERVER: &str = "MINDSCRIBE_TEST_PG";

/// A fresh, empty queue's place.
pub struct Bench {
    pub name: &'static str,
    pub target: QueueTarget,
    server: Option<(String, String)>,
    _folder: tempfile::TempDir,
}

/// A fresh place on every database there is.
pub async fn benches() -> Vec<Bench> {
    let folder = tempfile::tempdir().expect("a folder");
    let target = QueueTarget::Sqlite(folder.path().join("jobs.sqlite"));
    let mut benches = vec![Bench { name: "SQLite", target, server: None, _folder: folder }];
    match std::env::var(SERVER) {
        Err(_) => println!("skipped on PostgreSQL: {SERVER} is not set"),
        Ok(server) => {
            let database = format!("jobs_{}", SystemClock.new_id().simple());
            execute(&server, &format!("CREATE DATABASE {database}")).await;
            let mut url: Vec<&str> = server.splitn(4, '/').collect();
            url.truncate(3);
            let url = format!("{}/{database}", url.join("/"));
            let folder = tempfile::tempdir().expect("a folder");
            let target = QueueTarget::Postgres { url, connections: 4 };
            let server = Some((server, database));
            benches.push(Bench { name: "PostgreSQL", target, server, _folder: folder });
        }
    }
    benches
}

async fn execute(server: &str, statement: &str) {
    let options: sqlx::postgres::PgConnectOptions = server.parse().expect("a postgres:// address");
    let mut connection = options.connect().await.expect("the server answers");
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned())).execute(&mut connection).await.expect("done");
    connection.close().await.expect("closed");
}

impl Bench {
    pub async fn open(&self) -> Queue {
        Queue::open(self.target.clone()).await.expect("a queue")
    }

    /// Whether a push in another process wakes a worker without polling.
    pub fn announces(&self) -> bool {
        matches!(self.target, QueueTarget::Postgres { .. })
    }

    /// How many workers have enrolled.
    pub async fn workers(&self) -> i64 {
        match &self.target {
            QueueTarget::Sqlite(file) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
                let mut connection = options.connect().await.expect("opened");
                sqlx::query_scalar("SELECT COUNT(*) FROM Workers").fetch_one(&mut connection).await
            }
            QueueTarget::Postgres { url, .. } => {
                let mut connection = sqlx::PgConnection::connect(url).await.expect("connected");
                sqlx::query_scalar("SELECT COUNT(*) FROM apalis.workers").fetch_one(&mut connection).await
            }
        }
        .expect("counted")
    }
}

pub fn start(queue: &Queue, settings: RunSettings, handler: Handler) -> Worker {
    let (stop, stopped) = oneshot::channel::<()>();
    let queue = queue.clone();
    let task = tokio::spawn(async move {
        let shutdown = async {
            stopped.await.ok();
        };
        queue.run(settings, handler, shutdown).await.expect("the worker ends well");
    });
    Worker { stop, task }
}

/// CPU time that this process has used.
pub fn own_cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks: u64 = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

impl Drop for Bench {
    fn drop(&mut self) {
        let Some((server, database)) = self.server.take() else { return };
        let drop_database = async move {
            execute(&server, &format!("DROP DATABASE {database} WITH (FORCE)")).await;
        };
        // The test's own runtime may be the one that is ending: use another.
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("built");
            runtime.block_on(drop_database);
        });
        thread.join().expect("the database is dropped");
    }
}

/// A worker under way.
pub struct Worker {
    stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<()>,
}

impl Worker {
    pub async fn stop(self) {
        self.stop.send(()).ok();
        self.task.await.expect("no panic");
    }
}

/// Short times, so that tests are quick.
pub fn fast(name: &str) -> RunSettings {
    let mut settings = RunSettings::new(name, 2);
    settings.lease = Duration::from_secs(3);
    settings.poll_interval = Duration::from_millis(50);
    settings.grace = Duration::from_secs(5);
    settings.first_delay = Duration::from_secs(1);
    settings
}

pub fn ticket(kind: &str) -> Ticket {
    Ticket { id: SystemClock.new_id(), kind: kind.to_owned(), run_at: SystemClock.now() }
}

pub fn handler(run: impl Fn(Ticket, Attempt) -> Outcome + Send + Sync + 'static) -> Handler {
    Arc::new(move |ticket, attempt| {
        let outcome = run(ticket, attempt);
        Box::pin(async move { outcome })
    })
}

pub fn count_runs(outcome: Outcome) -> (Arc<AtomicU32>, Handler) {
    let runs = Arc::new(AtomicU32::new(0));
    let counted = runs.clone();
    let counting = handler(move |_, _| {
        counted.fetch_add(1, Ordering::SeqCst);
        outcome
    });
    (runs, counting)
}

/// Asks until it is so, and fails after twenty seconds.
pub async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    let mut asked = tokio::time::interval(Duration::from_millis(10));
    while !is_so().await {
        assert!(began.elapsed() < Duration::from_secs(20), "never: {what}");
        asked.tick().await;
    }
}
