//! PostgreSQL: transactions behind row-level security, in as few round trips as there can be. The
//! first says where the transaction may look, the last holds the audit row and the commit; sea-orm's
//! own transaction would take one trip for each of these, and its pool one more to give the
//! connection back.

use std::{collections::HashMap, pin::Pin, time::Duration};

use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, RecycleResult, Timeouts};
use sea_orm::{
    DbErr, ExecResult, QueryResult, RuntimeErr, Statement, Values,
    sea_query::{InsertStatement, PostgresQueryBuilder, QueryBuilder as _},
};
use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Executor as _, PgConnection, Postgres, postgres::PgConnectOptions,
    query::Query,
};
use tokio::sync::Mutex;

use shared::PracticeId;

use crate::AccessError;

/// Whose rights the software has: no owner of any table, and held by every policy.
const ROLE: &str = "mindscribe_app";
/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// Two pools of connections: most of them for transactions, a few for questions that precede an actor. On these the
/// setting that opens whose practice something is, to reading alone, lasts as long as the connection, so that a
/// question is one trip.
pub(crate) struct Server {
    transactions: Pool<Connector>,
    questions: Pool<Connector>,
}

pub(super) struct Connector(PgConnectOptions);

/// Of how many connections one is for questions. They are short: none waits for a person or a lock.
const QUESTIONS_SHARE: u32 = 4;
const QUESTIONS: [(&str, &str); 2] = [("app.whose_practice", "on"), ("default_transaction_read_only", "on")];

/// A connection, and under which names it keeps the insertions that travelled with a commit: reading and planning one
/// takes the server longer than carrying it out.
pub(super) struct Connection {
    wire: PgConnection,
    prepared: HashMap<String, usize>,
}

/// So many insertions a connection keeps, of the few shapes that there are; others are read anew each time.
const MOST_PREPARED: usize = 100;

impl Manager for Connector {
    type Type = Connection;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<Connection, sqlx::Error> {
        Ok(Connection { wire: self.0.connect().await?, prepared: HashMap::new() })
    }

    /// A connection that failed is never given back; whether one is still alive shows when it is used.
    async fn recycle(&self, _: &mut Connection, _: &Metrics) -> RecycleResult<sqlx::Error> {
        Ok(())
    }
}

impl Connection {
    /// An insertion as words, short ones where it is known: `EXECUTE w7 ('…', …)`.
    async fn words(&mut self, insertion: &InsertStatement) -> Result<String, sqlx::Error> {
        let (sql, values) = insertion.build(PostgresQueryBuilder);
        let name = match self.prepared.get(&sql) {
            Some(name) => *name,
            None if self.prepared.len() >= MOST_PREPARED => {
                return Ok(insertion.to_string(PostgresQueryBuilder));
            }
            None => {
                let name = self.prepared.len();
                self.wire.execute(AssertSqlSafe(format!("PREPARE w{name} AS {sql}"))).await?;
                self.prepared.insert(sql, name);
                name
            }
        };
        let values: Vec<_> = values.iter().map(|value| PostgresQueryBuilder.value_to_string(value)).collect();
        Ok(format!("EXECUTE w{name} ({})", values.join(", ")))
    }
}

impl Server {
    pub(super) async fn open(url: &str, connections: u32) -> Result<Self, AccessError> {
        let options: PgConnectOptions = url.parse().map_err(failed)?;
        // Statements can hold values of rows, so they are never logged.
        let options = options.disable_statement_logging().options([("role", ROLE)]);
        let questions = (connections / QUESTIONS_SHARE).max(1);
        let server = Self {
            questions: pool(options.clone().options(QUESTIONS), questions)?,
            transactions: pool(options, connections.saturating_sub(questions).max(1))?,
        };
        server.check_that_the_wall_holds().await?;
        Ok(server)
    }

    /// A role that row-level security does not hold would make the policies an ornament.
    async fn check_that_the_wall_holds(&self) -> Result<(), AccessError> {
        let mut connection = lend(&self.transactions).await?;
        let held: bool = sqlx::query_scalar(
            "SELECT NOT (r.rolsuper OR r.rolbypassrls) AND NOT EXISTS \
               (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p')) \
             FROM pg_roles r WHERE r.rolname = current_user",
        )
        .fetch_one(&mut connection.wire)
        .await
        .map_err(failed)?;
        if held { Ok(()) } else { Err(AccessError::Unwalled) }
    }

    /// Gives up the connections; those in use end with what they do.
    pub(super) fn close(&self) {
        self.transactions.close();
        self.questions.close();
    }

    /// A connection that is not one of the pool, for what takes long.
    pub(crate) async fn apart(&self) -> Result<PgConnection, DbErr> {
        self.transactions.manager().create().await.map(|connection| connection.wire).map_err(failed)
    }

    /// Begins in one practice. The setting ends with the transaction.
    pub(super) async fn begin(&self, practice_id: PracticeId) -> Result<ServerTransaction, DbErr> {
        let begin = format!("BEGIN; SET LOCAL app.practice_id = '{practice_id}'");
        let begun = alive(&self.transactions, |connection| {
            Box::pin(connection.execute(AssertSqlSafe(begin.clone())))
        });
        Ok(ServerTransaction(Mutex::new(begun.await?.0)))
    }

    /// All rows of a question that precedes an actor, in one trip.
    pub(super) async fn ask(&self, question: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let asked = alive(&self.questions, |connection| {
            let question = query(question.clone());
            Box::pin(question.fetch_all(connection))
        });
        let (mut held, rows) = asked.await?;
        held.give_back();
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }
}

fn pool(options: PgConnectOptions, connections: u32) -> Result<Pool<Connector>, DbErr> {
    Pool::builder(Connector(options))
        .max_size(usize::try_from(connections).unwrap_or(1))
        .timeouts(Timeouts { wait: Some(PATIENCE), create: Some(PATIENCE), recycle: None })
        .runtime(deadpool::Runtime::Tokio1)
        .build()
        .map_err(|error| DbErr::Custom(error.to_string()))
}

async fn lend(pool: &Pool<Connector>) -> Result<Object<Connector>, DbErr> {
    pool.get().await.map_err(|error| match error {
        PoolError::Backend(error) => DbErr::Conn(RuntimeErr::SqlxError(error.into())),
        other => DbErr::Conn(RuntimeErr::Internal(other.to_string())),
    })
}

type Answer<'c, T> = Pin<Box<dyn Future<Output = Result<T, sqlx::Error>> + Send + 'c>>;

/// A connection of a pool, and what was answered to the first words on it. One that died while it was idle is put
/// away, for nothing was begun on it; the next may be a new one, whose failure counts.
async fn alive<T>(
    pool: &Pool<Connector>,
    first_words: impl for<'c> Fn(&'c mut PgConnection) -> Answer<'c, T>,
) -> Result<(Held, T), DbErr> {
    loop {
        let connection = lend(pool).await?;
        let idle_before = Object::metrics(&connection).recycle_count > 0;
        let mut held = Held(Some(connection));
        match first_words(held.open()?).await {
            Ok(answer) => return Ok((held, answer)),
            Err(_) if idle_before => {}
            Err(error) => return Err(failed(error)),
        }
    }
}

/// A connection in use; `None` once it is given back. Dropped before, it is put away, which ends what was begun on it.
struct Held(Option<Object<Connector>>);

impl Held {
    fn open(&mut self) -> Result<&mut PgConnection, DbErr> {
        self.lent().map(|connection| &mut connection.wire)
    }

    fn lent(&mut self) -> Result<&mut Connection, DbErr> {
        self.0.as_deref_mut().ok_or_else(|| DbErr::Custom("the transaction is over".to_owned()))
    }

    fn give_back(&mut self) {
        drop(self.0.take());
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.0.take().map(Object::take));
    }
}

/// A transaction.
pub(crate) struct ServerTransaction(Mutex<Held>);

impl ServerTransaction {
    pub(super) async fn execute(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let mut held = self.0.lock().await;
        query(statement).execute(held.open()?).await.map(ExecResult::from).map_err(failed)
    }

    pub(super) async fn one(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let mut held = self.0.lock().await;
        let row = query(statement).fetch_optional(held.open()?).await.map_err(failed)?;
        Ok(row.map(QueryResult::from))
    }

    pub(super) async fn all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut held = self.0.lock().await;
        let rows = query(statement).fetch_all(held.open()?).await.map_err(failed)?;
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    pub(super) async fn commit_with(self, last: Vec<InsertStatement>) -> Result<(), DbErr> {
        let mut words = String::with_capacity(1024);
        let mut held = self.0.lock().await;
        for insertion in last {
            words.push_str(&held.lent()?.words(&insertion).await.map_err(failed)?);
            words.push_str("; ");
        }
        drop(held);
        words.push_str("COMMIT");
        self.finish(words).await
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
        held.open()?.execute(AssertSqlSafe(words)).await.map_err(failed)?;
        held.give_back();
        Ok(())
    }
}

fn query(statement: Statement) -> Query<'static, Postgres, SqlxValues> {
    let values = statement.values.unwrap_or(Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

pub(crate) fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}
