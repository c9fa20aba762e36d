//! A migrated database of its own for every test.

use std::{path::Path, sync::Arc};

use access::{Database, DatabaseTarget, Granted, Tx, perm::Permitted};
use chrono::{DateTime, Utc};
use clock::{Clock, FixedClock, SystemClock};
use crypto::KeyRing;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use shared::PracticeId;
use tempfile::TempDir;

/// The variable that names a PostgreSQL server.
pub const SERVER: &str = "MINDSCRIBE_TEST_PG";

/// A migrated database with two practices in it, and a clock that stands still.
#[derive(Debug)]
pub struct TestDatabase {
    /// The database, as the software uses it.
    pub database: Database,
    /// Where it is.
    pub target: DatabaseTarget,
    /// Stands still until it is moved.
    pub clock: Arc<FixedClock>,
    pub(crate) practice_id: PracticeId,
    pub(crate) other_practice_id: PracticeId,
    connection: DatabaseConnection,
    /// The server and the name of the database on it.
    on_server: Option<(String, String)>,
    folder: TempDir,
}

/// Holds a claim to be true on every kind of database there is.
pub async fn everywhere(claim: impl AsyncFn(&TestDatabase)) {
    println!("on SQLite");
    claim(&TestDatabase::new().await).await;
    match std::env::var(SERVER) {
        Err(_) => println!("skipped on PostgreSQL: {SERVER} is not set"),
        Ok(server) => {
            println!("on PostgreSQL");
            let bench = TestDatabase::on_postgres(server).await;
            claim(&bench).await;
            bench.drop_from_server().await;
        }
    }
}

impl TestDatabase {
    /// An SQLite file in a folder that goes with it.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let target = DatabaseTarget::Sqlite(folder.path().join("mindscribe.sqlite"));
        Self::open(target, None, folder).await
    }

    /// A new database on a server.
    pub async fn on_postgres(server: String) -> Self {
        let name = format!("mindscribe_{}", SystemClock.new_id().simple());
        on_server(&server, &format!("CREATE DATABASE {name}")).await;
        let mut address: Vec<&str> = server.splitn(4, '/').collect();
        address.truncate(3);
        let url = format!("{}/{name}", address.join("/"));
        let folder = tempfile::tempdir().expect("a folder");
        Self::open(DatabaseTarget::Postgres { url, pool: 4 }, Some((server, name)), folder).await
    }

    async fn open(target: DatabaseTarget, on_server: Option<(String, String)>, folder: TempDir) -> Self {
        let connection = Database::connect(&target).await.expect("the database answers");
        migrations::bring_up_to_date(&connection).await.expect("the migrations run");
        let clock = Arc::new(FixedClock::at(morning()));
        let database = Database::open(&target, Arc::new(KeyRing::for_testing()), clock.clone())
            .await
            .expect("the database opens");
        let practice_id = PracticeId(clock.new_id());
        let other_practice_id = PracticeId(clock.new_id());
        let bench =
            Self { database, target, clock, practice_id, other_practice_id, connection, on_server, folder };
        bench.add_practice(practice_id).await;
        bench.add_practice(other_practice_id).await;
        bench
    }

    /// Begins a transaction as somebody.
    pub async fn begin(&self, actor: access::Actor) -> Tx {
        self.database.begin(actor).await.expect("a transaction")
    }

    /// Begins a transaction as the therapist, with proof of one of their permissions.
    pub async fn as_therapist<P: Permitted>(&self) -> (Tx, Granted<P>) {
        let therapist = self.therapist();
        let granted = therapist.require().expect("a therapist may");
        (self.begin(therapist).await, granted)
    }

    /// The same as somebody who works in another practice.
    pub async fn as_stranger<P: Permitted>(&self) -> (Tx, Granted<P>) {
        let stranger = self.stranger_from_another_practice();
        let granted = stranger.require().expect("a therapist may");
        (self.begin(stranger).await, granted)
    }

    /// Whether something stands readable anywhere in the database.
    pub async fn holds(&self, mark: &str) -> bool {
        if self.on_server.is_none() {
            return std::fs::read_dir(self.folder.path())
                .expect("the folder")
                .any(|file| file_holds(&file.expect("a file").path(), mark));
        }
        let tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
        for table in self.texts(tables).await {
            let rows = self.texts(&format!("SELECT t::text FROM \"{table}\" t")).await;
            // A row as text shows its binary columns in hexadecimal.
            let hex = hex::encode(mark);
            if rows.iter().any(|row| row.contains(mark) || row.contains(&hex)) {
                return true;
            }
        }
        false
    }

    /// Runs a statement past every wall, as somebody who has got hold of the database would.
    pub async fn tamper(&self, statement: &str) {
        self.connection.execute_unprepared(statement).await.expect("the statement runs");
    }

    /// Whether it is one of PostgreSQL.
    pub fn is_on_server(&self) -> bool {
        self.on_server.is_some()
    }

    /// How the database would find what a query asks for.
    pub async fn plan(&self, query: &str) -> String {
        let (explain, column) = if self.is_on_server() { ("EXPLAIN", 0) } else { ("EXPLAIN QUERY PLAN", 3) };
        let backend = self.connection.get_database_backend();
        let statement = Statement::from_string(backend, format!("{explain} {query}"));
        let rows = self.connection.query_all_raw(statement).await.expect("the query can be planned");
        let lines = rows.iter().map(|row| row.try_get_by_index::<String>(column).expect("a line"));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The words recorded in the audit trail, oldest first.
    pub async fn recorded(&self) -> Vec<String> {
        self.texts("SELECT action FROM audit_events ORDER BY id").await
    }

    /// How many rows a table has, of every practice and of none.
    pub async fn count(&self, table: &str) -> usize {
        self.texts(&format!("SELECT 'a row' FROM {table}")).await.len()
    }

    async fn texts(&self, query: &str) -> Vec<String> {
        let statement = Statement::from_string(self.connection.get_database_backend(), query);
        let rows = self.connection.query_all_raw(statement).await.expect("the query runs");
        rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
    }

    /// Removes it from the server, if it is on one.
    pub async fn drop_from_server(self) {
        let Self { connection, database, on_server: place, .. } = self;
        drop(database);
        connection.close().await.expect("closed");
        if let Some((server, name)) = place {
            on_server(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// A quarter past nine on a day of 2026.
fn morning() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_305_300, 0).expect("a valid time")
}

async fn on_server(server: &str, statement: &str) {
    let target = DatabaseTarget::Postgres { url: server.to_owned(), pool: 1 };
    let connection = Database::connect(&target).await.expect("the server answers");
    connection.execute_unprepared(statement).await.expect("the statement runs");
    connection.close().await.expect("closed");
}

fn file_holds(file: &Path, mark: &str) -> bool {
    let bytes = std::fs::read(file).expect("a readable file");
    bytes.windows(mark.len()).any(|window| window == mark.as_bytes())
}
