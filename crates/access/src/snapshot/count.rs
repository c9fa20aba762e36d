//! How many rows there are, and what a restored database has to do again.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, Statement};

use super::{Rows, SnapshotError};
use crate::{DatabaseTarget, connection::connect};

/// Every table of ours but the list of migrations, which say themselves that they were run.
const TABLES_OF_SQLITE: &str = "SELECT name FROM sqlite_master WHERE type = 'table' \
    AND name NOT LIKE 'sqlite_%' AND name <> 'seaql_migrations' ORDER BY name";
const TABLES_OF_POSTGRES: &str = "SELECT relname::text AS name FROM pg_class \
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition \
    AND relname <> 'seaql_migrations' ORDER BY 1";

pub(super) async fn all(target: &DatabaseTarget) -> Result<Rows, SnapshotError> {
    let connection = connect(target).await?;
    let counted = count(&connection).await;
    connection.close().await?;
    Ok(counted?)
}

pub(super) async fn count(connection: &DatabaseConnection) -> Result<Rows, DbErr> {
    let backend = connection.get_database_backend();
    let tables = if backend == DbBackend::Postgres { TABLES_OF_POSTGRES } else { TABLES_OF_SQLITE };
    let mut rows = BTreeMap::new();
    for table in connection.query_all_raw(Statement::from_string(backend, tables)).await? {
        let table: String = table.try_get("", "name")?;
        let count = format!("SELECT COUNT(*) AS rows FROM \"{table}\"");
        let count = connection.query_one_raw(Statement::from_string(backend, count)).await?;
        let count: i64 = count.map_or(Ok(0), |row| row.try_get("", "rows"))?;
        rows.insert(table, count.unsigned_abs());
    }
    Ok(rows)
}

/// The queue is not part of a snapshot: what it did not bring to an end is handed to it once more.
pub(super) async fn hand_over_again(target: &DatabaseTarget) -> Result<(), SnapshotError> {
    let connection = connect(target).await?;
    for again in [
        "UPDATE jobs SET relayed_at = NULL WHERE state IN ('queued', 'running')",
        "UPDATE mails SET relayed_at = NULL WHERE state = 'waiting'",
    ] {
        connection.execute_unprepared(again).await?;
    }
    Ok(connection.close().await?)
}
