//! The years of the audit trail, on PostgreSQL: a table for each, so that what was removed of a year gives its room back at
//! once. An event is in the year that its id is from (RFC 9562 §5.7), so that the id alone stays the primary key.
//! What is of no year that has a table is in one for all others, and no event is refused.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, Utc};
use sea_orm_migration::sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Statement,
    TransactionTrait as _,
};
use uuid::Uuid;

use crate::{TURN, walls};

/// The first year that anything was recorded in.
pub(crate) const FIRST: i32 = 2026;
const TABLE: &str = "audit_events";
/// Where what is of no other table is.
const OTHERS: &str = "audit_events_others";
/// Whoever adds an event may wait for the lock behind this one, which does not wait for long.
const PATIENCE: &str = "SET LOCAL lock_timeout = '500ms'";

fn name(year: i32) -> String {
    format!("{TABLE}_{year}")
}

/// The least id of a year.
fn first_id(year: i32) -> Uuid {
    let day = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MAX);
    let milliseconds = u64::try_from(day.and_time(NaiveTime::MIN).and_utc().timestamp_millis());
    Uuid::from_u64_pair(milliseconds.unwrap_or(0) << 16, 0)
}

/// What makes a table a part of the trail in which, too, nothing is changed.
fn kept(table: &str) -> String {
    format!(
        "CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR TRUNCATE ON {table} \
         FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"
    )
}

/// The words that make the table of a year, beside those who read and add. While events of this year are among the
/// others, it cannot be: then they stay there. Nor if another process is making it.
pub(crate) fn make(year: i32) -> String {
    let (table, from, to) = (name(year), first_id(year), first_id(year + 1));
    format!(
        "DO $$ BEGIN \
         CREATE TABLE {table} (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING INDEXES); {kept} \
         ALTER TABLE {TABLE} ATTACH PARTITION {table} FOR VALUES FROM ('{from}') TO ('{to}'); \
         EXCEPTION WHEN check_violation OR duplicate_table OR unique_violation THEN NULL; END $$",
        kept = kept(&table)
    )
}

/// The words that make the table of all others.
pub(crate) fn make_others() -> String {
    format!("CREATE TABLE {OTHERS} PARTITION OF {TABLE} DEFAULT; {}", kept(OTHERS))
}

/// Makes the tables of this year and the next, and removes those of years that ended before `kept_from` in which nothing
/// is left. Nothing is done on SQLite. The connection is the owner's.
///
/// # Errors
/// The database fails, or somebody reads the trail at this moment: the next round does it.
pub async fn keep_years(
    connection: &DatabaseConnection,
    now: DateTime<Utc>,
    kept_from: DateTime<Utc>,
) -> Result<(), DbErr> {
    if connection.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let there = years(connection).await?;
    let missing: Vec<i32> = (now.year()..=now.year() + 1).filter(|year| !there.contains(year)).collect();
    if !missing.is_empty() {
        let transaction = begin(connection).await?;
        for year in missing {
            transaction.execute_unprepared(&make(year)).await?;
        }
        walls::raise(&transaction).await?;
        transaction.commit().await?;
    }
    for year in there.into_iter().filter(|year| *year < kept_from.year()) {
        let transaction = begin(connection).await?;
        transaction.execute_unprepared(&drop_if_empty(&name(year))).await?;
        transaction.commit().await?;
    }
    Ok(())
}

async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let transaction = connection.begin().await?;
    transaction.execute_unprepared(PATIENCE).await?;
    transaction.execute_unprepared(TURN).await?;
    Ok(transaction)
}

/// The wall holds the owner as well, who would see no row behind it. Another process may have been faster.
fn drop_if_empty(table: &str) -> String {
    format!(
        "DO $$ BEGIN IF to_regclass('{table}') IS NULL THEN RETURN; END IF; \
         ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; \
         IF EXISTS (SELECT FROM {table}) THEN ALTER TABLE {table} FORCE ROW LEVEL SECURITY; \
         ELSE DROP TABLE {table}; END IF; END $$"
    )
}

/// The years that have a table.
async fn years(connection: &impl ConnectionTrait) -> Result<Vec<i32>, DbErr> {
    let tables = format!(
        "SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid \
         WHERE i.inhparent = '{TABLE}'::regclass ORDER BY 1"
    );
    let rows = connection.query_all_raw(Statement::from_string(DbBackend::Postgres, tables)).await?;
    let names = rows.iter().map(|row| row.try_get_by_index::<String>(0)).collect::<Result<Vec<_>, _>>()?;
    let year = |name: &String| name.strip_prefix(TABLE)?.strip_prefix('_')?.parse().ok();
    Ok(names.iter().filter_map(year).collect())
}
