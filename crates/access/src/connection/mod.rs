//! Connections to both kinds of database, and transactions on them.

mod embedded;
mod server;

use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, ExecResult,
    QueryResult, QueryTrait as _, Select, Statement,
    sea_query::InsertStatement,
    sqlx::{
        Connection as _,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};
use shared::PracticeId;

pub(crate) use self::server::{Server, failed};
use self::{
    embedded::{Embedded, EmbeddedTransaction, PATIENCE},
    server::ServerTransaction,
};
use crate::{AccessError, DatabaseTarget};

/// What a transaction will do: SQLite takes its write lock at the start, because one taken later
/// can fail half-way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intent {
    Read,
    Write,
}

/// Where the rows are.
pub(crate) enum Store {
    Embedded(Embedded),
    Server(Server),
}

impl Store {
    pub(crate) async fn ping(&self) -> Result<(), DbErr> {
        match self {
            Self::Embedded(file) => file.connection.ping().await,
            Self::Server(server) => {
                server.ask(Statement::from_string(DbBackend::Postgres, "SELECT 1")).await.map(drop)
            }
        }
    }

    /// Connects as the software itself, which on a server is not the owner of the tables.
    pub(crate) async fn open(target: &DatabaseTarget) -> Result<Self, AccessError> {
        Ok(match target {
            DatabaseTarget::Sqlite(_) => Self::Embedded(Embedded::new(connect(target).await?)),
            DatabaseTarget::Postgres { url, pool } => Self::Server(Server::open(url, *pool).await?),
        })
    }

    pub(crate) async fn close(&self) -> Result<(), AccessError> {
        match self {
            Self::Embedded(file) => file.connection.close_by_ref().await?,
            Self::Server(server) => server.close(),
        }
        Ok(())
    }

    /// Begins a transaction that on PostgreSQL, where row-level security is the second wall, reaches one practice.
    pub(crate) async fn begin(
        &self,
        practice_id: PracticeId,
        intent: Intent,
    ) -> Result<Transaction, AccessError> {
        Ok(match self {
            Self::Embedded(file) => Transaction::Embedded(file.begin(intent).await?),
            Self::Server(server) => Transaction::Server(server.begin(practice_id).await?),
        })
    }

    /// All rows of a question that precedes an actor: by which it is found out whose a token, a sign-in or a job is.
    pub(crate) async fn ask<E: EntityTrait>(&self, question: Select<E>) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Embedded(file) => file.connection.query_all(&question.into_query()).await,
            Self::Server(server) => server.ask(question.build(DbBackend::Postgres)).await,
        }
    }
}

/// Connects as the owner of the tables, who brings the schema up to date.
pub(crate) async fn connect(target: &DatabaseTarget) -> Result<DatabaseConnection, AccessError> {
    let mut options = match target {
        DatabaseTarget::Sqlite(path) => {
            let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", path.display()));
            options.max_connections(8).map_sqlx_sqlite_opts(|sqlite| {
                // FULL: a transaction that was answered survives a power cut, in WAL mode too. What is deleted is
                // overwritten with zeros, rather than left in the file until something else takes its place.
                sqlite
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .foreign_keys(true)
                    .pragma("secure_delete", "ON")
                    .busy_timeout(PATIENCE)
            });
            // Where SQLite itself has ended a transaction, as it may when the disk is full, the driver
            // still believes in it. Such a connection is not used again.
            options.map_sqlx_sqlite_pool_opts(|pool| {
                pool.before_acquire(|connection, _| Box::pin(async { Ok(!connection.is_in_transaction()) }))
            });
            options
        }
        DatabaseTarget::Postgres { url, .. } => {
            let mut options = ConnectOptions::new(url);
            options.max_connections(2);
            options
        }
    };
    // Statements can hold values of rows, so they are never logged.
    options.sqlx_logging(false).acquire_timeout(Duration::from_secs(10));
    Ok(sea_orm::Database::connect(options).await?)
}

/// A transaction. Dropped, it changes nothing.
pub(crate) enum Transaction {
    Embedded(EmbeddedTransaction),
    Server(ServerTransaction),
}

impl Transaction {
    /// Keeps everything, with last insertions that on a server travel with the commit.
    pub(crate) async fn commit_with(self, last: Vec<InsertStatement>) -> Result<(), DbErr> {
        match self {
            Self::Embedded(own) => {
                for insertion in last {
                    own.transaction.execute(&insertion).await?;
                }
                own.transaction.commit().await
            }
            Self::Server(transaction) => transaction.commit_with(last).await,
        }
    }

    /// Keeps everything.
    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        match self {
            Self::Embedded(own) => own.transaction.commit().await,
            Self::Server(transaction) => transaction.commit().await,
        }
    }

    /// Keeps nothing.
    pub(crate) async fn end(self) -> Result<(), DbErr> {
        match self {
            Self::Embedded(own) => {
                // It cannot fail to keep nothing: at worst SQLite has ended the transaction already.
                let _ = own.transaction.rollback().await;
                Ok(())
            }
            Self::Server(transaction) => transaction.end().await,
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Embedded(_) => DbBackend::Sqlite,
            Self::Server(_) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self {
            Self::Embedded(own) => own.transaction.execute_raw(statement).await,
            Self::Server(transaction) => transaction.execute(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.execute_raw(Statement::from_string(self.get_database_backend(), sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            Self::Embedded(own) => own.transaction.query_one_raw(statement).await,
            Self::Server(transaction) => transaction.one(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Embedded(own) => own.transaction.query_all_raw(statement).await,
            Self::Server(transaction) => transaction.all(statement).await,
        }
    }
}
