//! PostgreSQL: the rows of every table in one transaction that sees one moment. It is read by the software's own role,
//! practice by practice, because row-level security shows it no more at once.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::TryStreamExt as _;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgConnection, Row as _,
    postgres::PgConnectOptions,
};
use tokio::io::{AsyncRead, AsyncWrite};
use uuid::Uuid;

use super::{
    Rows, SnapshotError,
    frames::{Frame, FrameReader, FrameWriter, Table},
};
use crate::{
    connection::{Server, failed},
    kept_secrets::is_left_out,
};

/// One moment, and no writing.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Every table of ours with its columns, and whether it is behind the wall.
const TABLES: &str = "SELECT c.relname::text AS name, \
      array_agg(a.attname::text ORDER BY a.attnum) AS columns, \
      c.relname = 'practices' OR bool_or(a.attname = 'practice_id') AS walled \
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition \
      AND c.relname <> 'seaql_migrations' \
    GROUP BY c.relname ORDER BY c.relname";
/// Which table refers to which.
const REFERENCES: &str = "SELECT DISTINCT f.relname::text AS referring, t.relname::text AS referred \
    FROM pg_constraint k JOIN pg_class f ON f.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid \
    WHERE k.contype = 'f' AND f.relnamespace = 'public'::regnamespace AND f.oid <> t.oid";

struct Described {
    table: Table,
    walled: bool,
}

pub(super) async fn write(
    server: &Server,
    out: &mut (impl AsyncWrite + Unpin + Send),
) -> Result<Rows, SnapshotError> {
    let mut connection = server.apart().await?;
    let written = write_from(&mut connection, out).await;
    // The transaction has changed nothing; the connection ends with it.
    let _ = connection.close().await;
    written
}

async fn write_from(
    connection: &mut PgConnection,
    out: &mut (impl AsyncWrite + Unpin + Send),
) -> Result<Rows, SnapshotError> {
    run(connection, BEGIN.to_owned()).await?;
    let mut tables = in_order(describe(connection).await?, &references(connection).await?);
    tables.retain(|it| !is_left_out(&it.table.name));
    run(connection, "SET LOCAL app.whose_practice = 'on'".to_owned()).await?;
    let practices: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM practices ORDER BY id")
        .fetch_all(&mut *connection)
        .await
        .map_err(failed)?;
    run(connection, "SET LOCAL app.whose_practice = ''".to_owned()).await?;
    let mut rows = tables.iter().map(|it| (it.table.name.clone(), 0)).collect();
    let mut frames = FrameWriter::begin(out).await?;
    for of_nobody in tables.iter().filter(|it| !it.walled) {
        copy(connection, &of_nobody.table, &mut frames, &mut rows).await?;
    }
    for practice in practices {
        run(connection, format!("SET LOCAL app.practice_id = '{practice}'")).await?;
        for table in tables.iter().filter(|it| it.walled) {
            copy(connection, &table.table, &mut frames, &mut rows).await?;
        }
    }
    frames.end().await?;
    Ok(rows)
}

async fn copy<W: AsyncWrite + Unpin>(
    connection: &mut PgConnection,
    table: &Table,
    frames: &mut FrameWriter<'_, W>,
    rows: &mut Rows,
) -> Result<(), SnapshotError> {
    let count = format!("SELECT count(*) FROM \"{}\"", table.name);
    let count: i64 =
        sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut *connection).await.map_err(failed)?;
    if count == 0 {
        return Ok(());
    }
    *rows.entry(table.name.clone()).or_default() += count.unsigned_abs();
    frames.table(table).await?;
    let out = format!("COPY (SELECT {} FROM \"{}\") TO STDOUT (FORMAT binary)", columns(table), table.name);
    let mut stream = connection.copy_out_raw(&out).await.map_err(failed)?;
    while let Some(bytes) = stream.try_next().await.map_err(failed)? {
        frames.data(&bytes).await?;
    }
    Ok(())
}

/// A connection as the owner of the tables.
pub(super) async fn connect(url: &str) -> Result<PgConnection, SnapshotError> {
    let options: PgConnectOptions = url.parse().map_err(failed)?;
    Ok(options.disable_statement_logging().connect().await.map_err(failed)?)
}

pub(super) async fn expect_empty(url: &str) -> Result<(), SnapshotError> {
    let mut connection = connect(url).await?;
    let there = "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')";
    let there: bool = sqlx::query_scalar(there).fetch_one(&mut connection).await.map_err(failed)?;
    let _ = connection.close().await;
    if there { Err(SnapshotError::NotEmpty) } else { Ok(()) }
}

pub(super) async fn read(
    url: &str,
    source: &mut (impl AsyncRead + Unpin + Send),
) -> Result<(), SnapshotError> {
    let mut connection = connect(url).await?;
    let read = read_into(&mut connection, source).await;
    // Unfinished, it is undone.
    let _ = connection.close().await;
    read
}

async fn read_into(
    connection: &mut PgConnection,
    source: &mut (impl AsyncRead + Unpin + Send),
) -> Result<(), SnapshotError> {
    run(connection, "BEGIN".to_owned()).await?;
    let known: BTreeMap<String, Vec<String>> =
        describe(connection).await?.into_iter().map(|it| (it.table.name, it.table.columns)).collect();
    let mut frames = FrameReader::begin(source).await?;
    let mut next = frames.next().await?;
    while let Some(frame) = next {
        let Frame::Table(table) = frame else { return Err(SnapshotError::OtherDatabase) };
        // Names come from the snapshot, and go into SQL only if the schema has them too.
        let columns_are_known = known
            .get(&table.name)
            .is_some_and(|known| table.columns.iter().all(|column| known.contains(column)));
        if !columns_are_known {
            return Err(SnapshotError::OtherDatabase);
        }
        let into = format!("COPY \"{}\" ({}) FROM STDIN (FORMAT binary)", table.name, columns(&table));
        let mut copying = connection.copy_in_raw(&into).await.map_err(failed)?;
        loop {
            next = frames.next().await?;
            let Some(Frame::Data(bytes)) = &next else { break };
            copying.send(bytes.as_slice()).await.map_err(failed)?;
        }
        copying.finish().await.map_err(failed)?;
    }
    run(connection, "COMMIT".to_owned()).await
}

fn columns(table: &Table) -> String {
    table.columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ")
}

async fn describe(connection: &mut PgConnection) -> Result<Vec<Described>, SnapshotError> {
    let rows = sqlx::query(TABLES).fetch_all(connection).await.map_err(failed)?;
    rows.iter()
        .map(|row| {
            let table = Table {
                name: row.try_get("name").map_err(failed)?,
                columns: row.try_get("columns").map_err(failed)?,
            };
            Ok(Described { table, walled: row.try_get("walled").map_err(failed)? })
        })
        .collect()
}

async fn references(connection: &mut PgConnection) -> Result<Vec<(String, String)>, SnapshotError> {
    sqlx::query_as(REFERENCES).fetch_all(connection).await.map_err(|error| failed(error).into())
}

/// Each table after those that it refers to. The schema has no circle of references; were there one, reading back would
/// say so, and the test of it fails.
fn in_order(mut tables: Vec<Described>, references: &[(String, String)]) -> Vec<Described> {
    let mut ordered: Vec<Described> = Vec::new();
    let mut there: BTreeSet<String> = BTreeSet::new();
    while !tables.is_empty() {
        let (ready, later): (Vec<_>, Vec<_>) = tables.into_iter().partition(|it| {
            references.iter().filter(|(from, _)| *from == it.table.name).all(|(_, to)| there.contains(to))
        });
        if ready.is_empty() {
            ordered.extend(later);
            break;
        }
        there.extend(ready.iter().map(|it| it.table.name.clone()));
        ordered.extend(ready);
        tables = later;
    }
    ordered
}

pub(super) async fn run(connection: &mut PgConnection, sql: String) -> Result<(), SnapshotError> {
    connection.execute(AssertSqlSafe(sql)).await.map_err(failed)?;
    Ok(())
}
