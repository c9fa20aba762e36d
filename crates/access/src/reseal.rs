//! Sealing fields anew under the newest version of their owner's data key, while requests go on.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use crypto::{DataKey, Zeroizing, sealed_head};
use entities::{SEALED_TABLES, SealedTable};
use sea_orm::{ConnectionTrait as _, QueryResult, Statement, Value};
use shared::PracticeId;
use tokio::time::Instant;
use uuid::Uuid;

use crate::{AccessError, Database, connection::Intent, keys::SEALS_EVERYWHERE, renewal::Versions};

/// Rows that are sealed anew at a time.
const BATCH: usize = 200;
/// How long others have the database to themselves after each, as a share of the time it took: on SQLite one writes at
/// a time.
const PAUSE: u32 = 1;

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Fields that were sealed anew.
    pub fields: u64,
    /// Those that do not open. They stay as they are, and so does the key they say they need.
    pub damaged: u64,
    /// When the newest keys seal that do not yet; come again then.
    pub seals_at: Option<DateTime<Utc>>,
}

/// A row with fields under another version, as it was found.
struct Found {
    id: Uuid,
    ordinal: Option<i32>,
    /// In the order of the table's columns.
    sealed: Vec<Option<Vec<u8>>>,
    /// Of the chart that it belongs to.
    secret: Option<Zeroizing<Vec<u8>>>,
}

impl Database {
    /// How many fields are under another version than the newest of their owner's key.
    ///
    /// # Errors
    /// The database fails.
    pub async fn count_fields_to_reseal(&self) -> Result<u64, AccessError> {
        let mut left = 0;
        for versions in self.list_versions().await? {
            left += self.count_left(&versions).await?;
        }
        Ok(left)
    }

    /// Seals every field anew that is under an older version of its owner's key, some hundred at a time, each only if it
    /// still is what was read. Killed, it goes on with the next run. `seen` hears how many were sealed.
    ///
    /// # Errors
    /// The database fails, or a key does not open.
    pub async fn reseal(&self, mut seen: impl FnMut(u64)) -> Result<Resealed, AccessError> {
        let mut done = Resealed::default();
        for versions in self.list_versions().await? {
            let Some(newest) = versions.newest().filter(|_| versions.older().next().is_some()) else {
                continue;
            };
            let seals_at = newest.created_at + SEALS_EVERYWHERE;
            let key = self.key_of(versions.owner()).await?;
            if self.clock().now() < seals_at || i32::try_from(key.version()) != Ok(newest.version) {
                done.seals_at = done.seals_at.max(Some(seals_at));
                continue;
            }
            for table in tables_of(versions.owner()) {
                self.reseal_table(&key, table, &mut done, &mut seen).await?;
            }
        }
        Ok(done)
    }

    pub(crate) async fn count_left(&self, versions: &Versions) -> Result<u64, AccessError> {
        let Some(newest) = versions.newest().filter(|_| versions.older().next().is_some()) else {
            return Ok(0);
        };
        let reading = self.transaction(versions.owner(), Intent::Read).await?;
        let mut left = 0;
        let newest = newest.version.unsigned_abs();
        for table in tables_of(versions.owner()) {
            let other = |column: &&str| format!("COUNT(CASE WHEN substr({column}, 1, 6) <> $1 THEN 1 END)");
            let counts = table.columns.iter().map(other).collect::<Vec<_>>().join(" + ");
            let (of, values) = under_others(table, versions.owner(), newest);
            let sql = format!("SELECT {counts} AS fields FROM {} WHERE {of}", table.name);
            let counted = Statement::from_sql_and_values(reading.get_database_backend(), sql, values);
            let row = reading.query_one_raw(counted).await?;
            left += row.map_or(Ok(0), |row| row.try_get::<i64>("", "fields"))?.unsigned_abs();
        }
        reading.end().await?;
        Ok(left)
    }

    async fn reseal_table(
        &self,
        key: &DataKey,
        table: &'static SealedTable,
        done: &mut Resealed,
        seen: &mut impl FnMut(u64),
    ) -> Result<(), AccessError> {
        let practice_id = PracticeId(key.owner());
        let mut after = None;
        loop {
            let begun = Instant::now();
            let found = self.rows_under_others(key, table, after.as_ref()).await?;
            let mut changes = Vec::with_capacity(found.len());
            let mut fields = 0;
            for row in &found {
                let anew = anew(key, table, row);
                done.damaged += anew.damaged;
                if anew.fields > 0 {
                    fields += anew.fields;
                    changes.push((row, anew.sealed));
                }
            }
            if !changes.is_empty() {
                let rows = changes.len() as u64;
                let writing = self.transaction(practice_id, Intent::Write).await?;
                let (sql, values) = replacement(table, changes);
                let update = Statement::from_sql_and_values(writing.get_database_backend(), sql, values);
                let changed = writing.execute_raw(update).await?.rows_affected();
                writing.commit().await?;
                // A row that was written meanwhile is found again by the next run, with what is left of it.
                done.fields += fields * changed / rows;
                seen(done.fields);
                tokio::time::sleep(begun.elapsed() * PAUSE).await;
            }
            let full = found.len() == BATCH;
            after = found.into_iter().next_back();
            if !full {
                return Ok(());
            }
        }
    }

    async fn rows_under_others(
        &self,
        key: &DataKey,
        table: &SealedTable,
        after: Option<&Found>,
    ) -> Result<Vec<Found>, AccessError> {
        let practice_id = PracticeId(key.owner());
        let (mut of, mut values) = under_others(table, practice_id, key.version());
        let order = table.key.join(", ");
        if let Some(last) = after {
            let from = values.len();
            values.push(last.id.into());
            values.extend(last.ordinal.map(Value::from));
            of = format!("{of} AND ({order}) > ({})", places(from, values.len()));
        }
        let columns = table.columns.join(", ");
        let secret = table.secret().unwrap_or_else(|| "CAST(NULL AS BYTEA)".to_owned());
        let sql = format!(
            "SELECT {order}, {columns}, {secret} AS chart_secret FROM {} AS t WHERE {of} ORDER BY {order} LIMIT {BATCH}",
            table.name
        );
        let reading = self.transaction(practice_id, Intent::Read).await?;
        let select = Statement::from_sql_and_values(reading.get_database_backend(), sql, values);
        let rows = reading.query_all_raw(select).await?;
        reading.end().await?;
        let found = rows.iter().map(|row| found(table, row));
        Ok(found.collect::<Result<_, _>>()?)
    }
}

/// A row's fields under the newest version.
struct Anew {
    sealed: Vec<Option<Vec<u8>>>,
    fields: u64,
    damaged: u64,
}

fn anew(key: &DataKey, table: &'static SealedTable, row: &Found) -> Anew {
    let secret = row.secret.as_ref().and_then(|secret| <[u8; 32]>::try_from(secret.as_slice()).ok());
    let key = match (table.secret().is_some(), secret) {
        (true, Some(secret)) => key.of_chart(Arc::new(Zeroizing::new(secret))),
        (false, _) => key.clone(),
        // Its secret is gone, and with it what was sealed.
        (true, None) => {
            let damaged = row.sealed.iter().flatten().count() as u64;
            return Anew { sealed: row.sealed.clone(), fields: 0, damaged };
        }
    };
    let head = key.head();
    let row_key = key.row(table.name, table.row(row.id, row.ordinal));
    let mut anew = Anew { sealed: Vec::with_capacity(row.sealed.len()), fields: 0, damaged: 0 };
    for (column, sealed) in table.columns.iter().zip(&row.sealed) {
        let is_newest = sealed.as_ref().is_none_or(|sealed| sealed.starts_with(&head));
        let opened = sealed.as_ref().filter(|_| !is_newest).map(|sealed| row_key.open(column, sealed));
        anew.sealed.push(match opened {
            None => sealed.clone(),
            Some(Ok(text)) => {
                anew.fields += 1;
                Some(row_key.seal(column, &text))
            }
            Some(Err(_does_not_open)) => {
                anew.damaged += 1;
                sealed.clone()
            }
        });
    }
    anew
}

/// The tables that are sealed under an owner's key.
fn tables_of(owner: PracticeId) -> impl Iterator<Item = &'static SealedTable> {
    let of_server = owner.0.is_nil();
    SEALED_TABLES.iter().filter(move |table| table.practice.is_none() == of_server)
}

/// The condition that a row has a field that begins otherwise than one that is sealed under this version.
fn under_others(table: &SealedTable, practice_id: PracticeId, version: u32) -> (String, Vec<Value>) {
    let other = |column: &&str| format!("substr({column}, 1, 6) <> $1");
    let other = table.columns.iter().map(other).collect::<Vec<_>>().join(" OR ");
    let head = Value::from(sealed_head(table.secret().is_some(), version).to_vec());
    match table.practice {
        Some(practice) => (format!("({other}) AND {practice} = $2"), vec![head, practice_id.0.into()]),
        None => (format!("({other})"), vec![head]),
    }
}

fn found(table: &SealedTable, row: &QueryResult) -> Result<Found, sea_orm::DbErr> {
    let ordinal = table.key.get(1).map(|column| row.try_get("", column)).transpose()?;
    let sealed = table.columns.iter().map(|column| row.try_get("", column)).collect::<Result<_, _>>()?;
    let secret: Option<Vec<u8>> = row.try_get("", "chart_secret")?;
    Ok(Found { id: row.try_get("", table.key[0])?, ordinal, sealed, secret: secret.map(Zeroizing::new) })
}

/// One statement for all of them, each only if all its fields still are what was read. Both databases call the columns of
/// such a list `column1` and so on: the key, the fields as they were, the fields anew.
fn replacement(table: &SealedTable, changes: Vec<(&Found, Vec<Option<Vec<u8>>>)>) -> (String, Vec<Value>) {
    let (keys, fields) = (table.key.len(), table.columns.len());
    let mut values = Vec::with_capacity(changes.len() * (keys + 2 * fields));
    let mut rows = Vec::with_capacity(changes.len());
    for (row, anew) in changes {
        let from = values.len();
        values.push(row.id.into());
        values.extend(row.ordinal.map(Value::from));
        values.extend(row.sealed.iter().cloned().map(Value::from));
        values.extend(anew.into_iter().map(Value::from));
        rows.push(format!("({})", places(from, values.len())));
    }
    let is_key = (1..).zip(table.key).map(|(at, name)| format!("t.{name} = v.column{at}"));
    let is_same = (keys + 1..)
        .zip(table.columns)
        .map(|(at, name)| format!("t.{name} IS NOT DISTINCT FROM v.column{at}"));
    let set = (keys + fields + 1..).zip(table.columns).map(|(at, name)| format!("{name} = v.column{at}"));
    let sql = format!(
        "UPDATE {} AS t SET {} FROM (VALUES {}) AS v WHERE {}",
        table.name,
        set.collect::<Vec<_>>().join(", "),
        rows.join(", "),
        is_key.chain(is_same).collect::<Vec<_>>().join(" AND ")
    );
    (sql, values)
}

/// `$4, $5`, after the first three.
fn places(from: usize, to: usize) -> String {
    (from + 1..=to).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}
