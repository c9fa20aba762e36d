//! PostgreSQL: transactions behind row-level security, in as few round trips as there can be. The
//! first says where the transaction may look, the last holds the audit row and the commit; sea-orm's
//! own transaction would take one trip for each of these, and its pool one more to give the
//! connection back.

use std::time::Duration;

use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, RecycleResult, Timeouts};
use sea_orm::{
    DbErr, ExecResult, QueryResult, RuntimeErr, Statement, Values,
    sea_query::{InsertStatement, PostgresQueryBuilder},
};
use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Executor as _, PgConnection, Postgres, postgres::PgConnectOptions,
    query::Query,
};
use tokio::sync::Mutex;

use super::Reach;
use crate::AccessError;

/// Whose rights the software has: no owner of any table, and held by every policy.
const ROLE: &str = "mindscribe_app";
/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// A pool of connections.
pub(crate) struct Server(Pool<Connector>);

pub(super) struct Connector(PgConnectOptions);

impl Manager for Connector {
    type Type = PgConnection;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<PgConnection, sqlx::Error> {
        self.0.connect().await
    }

    /// A connection that failed is never given back; whether one is still alive shows when it is used.
    async fn recycle(&self, _: &mut PgConnection, _: &Metrics) -> RecycleResult<sqlx::Error> {
        Ok(())
    }
}

impl Server {
    pub(super) async fn open(url: &str, connections: u32) -> Result<Self, AccessError> {
        let options: PgConnectOptions = url.parse().map_err(failed)?;
        // Statements can hold values of rows, so they are never logged.
        let options = options.disable_statement_logging().options([("role", ROLE)]);
        let pool = Pool::builder(Connector(options))
            .max_size(usize::try_from(connections).unwrap_or(1).max(1))
            .timeouts(Timeouts { wait: Some(PATIENCE), create: Some(PATIENCE), recycle: None })
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|error| DbErr::Custom(error.to_string()))?;
        let server = Self(pool);
        server.check_that_the_wall_holds().await?;
        Ok(server)
    }

    /// A role that row-level security does not hold would make the policies an ornament.
    async fn check_that_the_wall_holds(&self) -> Result<(), AccessError> {
        let mut connection = self.connection().await?;
        let held: bool = sqlx::query_scalar(
            "SELECT NOT (r.rolsuper OR r.rolbypassrls) AND NOT EXISTS \
               (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relkind = 'r') \
             FROM pg_roles r WHERE r.rolname = current_user",
        )
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
        if held { Ok(()) } else { Err(AccessError::Unwalled) }
    }

    async fn connection(&self) -> Result<Object<Connector>, DbErr> {
        self.0.get().await.map_err(|error| match error {
            PoolError::Backend(error) => DbErr::Conn(RuntimeErr::SqlxError(error.into())),
            other => DbErr::Conn(RuntimeErr::Internal(other.to_string())),
        })
    }

    /// Gives up the connections; those in use end with what they do.
    pub(super) fn close(&self) {
        self.0.close();
    }

    /// A connection that is not one of the pool, for what takes long.
    pub(crate) async fn apart(&self) -> Result<PgConnection, DbErr> {
        self.0.manager().create().await.map_err(failed)
    }

    /// Begins where `reach` says. The setting ends with the transaction.
    pub(super) async fn begin(&self, reach: Reach) -> Result<ServerTransaction, DbErr> {
        let begin = match reach {
            Reach::Practice(id) => format!("BEGIN; SET LOCAL app.practice_id = '{id}'"),
            Reach::WhosePractice => "BEGIN READ ONLY; SET LOCAL app.whose_practice = 'on'".to_owned(),
        };
        loop {
            let mut connection = self.connection().await?;
            let idle_before = Object::metrics(&connection).recycle_count > 0;
            match connection.execute(AssertSqlSafe(begin.clone())).await {
                Ok(_) => return Ok(ServerTransaction(Mutex::new(Some(connection)))),
                // It died while it was idle, and nothing was begun on it. The next may be a new one,
                // whose failure counts.
                Err(_) if idle_before => drop(Object::take(connection)),
                Err(error) => {
                    drop(Object::take(connection));
                    return Err(failed(error));
                }
            }
        }
    }
}

/// A transaction; `None` once it is over. Dropped before, it takes its connection with it, which
/// ends both.
pub(crate) struct ServerTransaction(Mutex<Option<Object<Connector>>>);

impl ServerTransaction {
    pub(super) async fn execute(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let mut held = self.0.lock().await;
        query(statement).execute(open(&mut held)?).await.map(ExecResult::from).map_err(failed)
    }

    pub(super) async fn one(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let mut held = self.0.lock().await;
        let row = query(statement).fetch_optional(open(&mut held)?).await.map_err(failed)?;
        Ok(row.map(QueryResult::from))
    }

    pub(super) async fn all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut held = self.0.lock().await;
        let rows = query(statement).fetch_all(open(&mut held)?).await.map_err(failed)?;
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    pub(super) async fn commit_with(self, last: InsertStatement) -> Result<(), DbErr> {
        self.finish(format!("{}; COMMIT", last.to_string(PostgresQueryBuilder))).await
    }

    pub(super) async fn commit(self) -> Result<(), DbErr> {
        self.finish("COMMIT".to_owned()).await
    }

    pub(super) async fn end(self) -> Result<(), DbErr> {
        self.finish("ROLLBACK".to_owned()).await
    }

    /// Sends the last words in one message. Only if all of them were taken does the connection go
    /// back to the pool.
    async fn finish(self, words: String) -> Result<(), DbErr> {
        let mut held = self.0.lock().await;
        open(&mut held)?.execute(AssertSqlSafe(words)).await.map_err(failed)?;
        drop(held.take());
        Ok(())
    }
}

impl Drop for ServerTransaction {
    fn drop(&mut self) {
        if let Some(connection) = self.0.get_mut().take() {
            drop(Object::take(connection));
        }
    }
}

fn open(held: &mut Option<Object<Connector>>) -> Result<&mut PgConnection, DbErr> {
    held.as_deref_mut().ok_or_else(|| DbErr::Custom("the transaction is over".to_owned()))
}

fn query(statement: Statement) -> Query<'static, Postgres, SqlxValues> {
    let values = statement.values.unwrap_or(Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

pub(crate) fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}
