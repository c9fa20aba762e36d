//! Sealing fields anew under the newest version of their owner's data key, while requests go on.

use chrono::{DateTime, Utc};
use crypto::{DataKey, SealedColumn};
use entities::{SEALED_TABLES, SealedTable};
use sea_orm::{ConnectionTrait as _, QueryResult, Statement, Value};
use shared::PracticeId;
use uuid::Uuid;

use crate::{AccessError, Database, connection::Intent, keys::SEALS_EVERYWHERE, renewal::Versions};

/// Fields that are sealed at a time. A writer on SQLite waits for so many.
const BATCH: usize = 500;

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

/// A field as it was found.
struct Found {
    id: Uuid,
    ordinal: Option<i32>,
    sealed: Vec<u8>,
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
            let Some(newest) = versions.newest() else { continue };
            let seals_at = newest.created_at + SEALS_EVERYWHERE;
            let key = self.key_of(versions.owner()).await?;
            if self.clock().now() < seals_at || i32::try_from(key.version()) != Ok(newest.version) {
                done.seals_at = done.seals_at.max(Some(seals_at));
                continue;
            }
            for (table, column) in columns_of(versions.owner()) {
                self.reseal_column(&key, table, column, &mut done, &mut seen).await?;
            }
        }
        Ok(done)
    }

    pub(crate) async fn count_left(&self, versions: &Versions) -> Result<u64, AccessError> {
        let Some(newest) = versions.newest() else { return Ok(0) };
        let reading = self.transaction(versions.owner(), Intent::Read).await?;
        let mut left = 0;
        for (table, column) in columns_of(versions.owner()) {
            let (of, values) = under_others(table, column, versions.owner(), newest.version.unsigned_abs());
            let sql = format!("SELECT COUNT(*) AS fields FROM {} WHERE {of}", table.name);
            let counted = Statement::from_sql_and_values(reading.get_database_backend(), sql, values);
            let row = reading.query_one_raw(counted).await?;
            left += row.map_or(Ok(0), |row| row.try_get::<i64>("", "fields"))?.unsigned_abs();
        }
        reading.end().await?;
        Ok(left)
    }

    async fn reseal_column(
        &self,
        key: &DataKey,
        table: &'static SealedTable,
        column: &'static str,
        done: &mut Resealed,
        seen: &mut impl FnMut(u64),
    ) -> Result<(), AccessError> {
        let practice_id = PracticeId(key.owner());
        let mut after = None;
        loop {
            let found = self.fields_under_others(key, table, column, after.as_ref()).await?;
            let mut changed = Vec::with_capacity(found.len());
            for field in &found {
                let place = SealedColumn { table: table.name, column };
                let row = key.row(place.table, table.row(field.id, field.ordinal));
                match row.open(place.column, &field.sealed) {
                    Ok(text) => changed.push((field, row.seal(place.column, &text))),
                    Err(_does_not_open) => done.damaged += 1,
                }
            }
            if !changed.is_empty() {
                let writing = self.transaction(practice_id, Intent::Write).await?;
                let (sql, values) = replacement(table, column, changed);
                let update = Statement::from_sql_and_values(writing.get_database_backend(), sql, values);
                // A field that was written meanwhile is under the newest version by itself.
                done.fields += writing.execute_raw(update).await?.rows_affected();
                writing.commit().await?;
                seen(done.fields);
            }
            let full = found.len() == BATCH;
            after = found.into_iter().next_back();
            if !full {
                return Ok(());
            }
        }
    }

    async fn fields_under_others(
        &self,
        key: &DataKey,
        table: &SealedTable,
        column: &str,
        after: Option<&Found>,
    ) -> Result<Vec<Found>, AccessError> {
        let practice_id = PracticeId(key.owner());
        let (mut of, mut values) = under_others(table, column, practice_id, key.version());
        let order = table.key.join(", ");
        if let Some(last) = after {
            let from = values.len();
            values.push(last.id.into());
            values.extend(last.ordinal.map(Value::from));
            let places: Vec<_> = (from + 1..=values.len()).map(|place| format!("${place}")).collect();
            of = format!("{of} AND ({order}) > ({})", places.join(", "));
        }
        let sql = format!(
            "SELECT {order}, {column} AS sealed FROM {} WHERE {of} ORDER BY {order} LIMIT {BATCH}",
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

/// The columns that are sealed under an owner's key.
fn columns_of(owner: PracticeId) -> impl Iterator<Item = (&'static SealedTable, &'static str)> {
    let of_server = owner.0.is_nil();
    let tables = SEALED_TABLES.iter().filter(move |table| table.practice.is_none() == of_server);
    tables.flat_map(|table| table.columns.iter().map(move |column| (table, *column)))
}

/// The condition that a field is under another version than this one, which stands after format and algorithm.
fn under_others(
    table: &SealedTable,
    column: &str,
    practice_id: PracticeId,
    version: u32,
) -> (String, Vec<Value>) {
    let other = format!("substr({column}, 3, 4) <> $1");
    let version = Value::from(version.to_be_bytes().to_vec());
    match table.practice {
        Some(practice) => (format!("{other} AND {practice} = $2"), vec![version, practice_id.0.into()]),
        None => (other, vec![version]),
    }
}

fn found(table: &SealedTable, row: &QueryResult) -> Result<Found, sea_orm::DbErr> {
    let ordinal = table.key.get(1).map(|column| row.try_get("", column)).transpose()?;
    Ok(Found { id: row.try_get("", table.key[0])?, ordinal, sealed: row.try_get("", "sealed")? })
}

/// One statement for all of them. Both databases call the columns of such a list `column1` and so on.
fn replacement(table: &SealedTable, column: &str, changed: Vec<(&Found, Vec<u8>)>) -> (String, Vec<Value>) {
    let wide = table.key.len() + 2;
    let mut values = Vec::with_capacity(changed.len() * wide);
    let mut rows = Vec::with_capacity(changed.len());
    for (field, sealed) in changed {
        let from = values.len();
        values.push(field.id.into());
        values.extend(field.ordinal.map(Value::from));
        values.push(field.sealed.clone().into());
        values.push(sealed.into());
        let places: Vec<_> = (from + 1..=values.len()).map(|place| format!("${place}")).collect();
        rows.push(format!("({})", places.join(", ")));
    }
    let same: Vec<_> = (1..wide)
        .zip(table.key.iter().chain([&column]))
        .map(|(at, name)| format!("t.{name} = v.column{at}"))
        .collect();
    let sql = format!(
        "UPDATE {} AS t SET {column} = v.column{wide} FROM (VALUES {}) AS v WHERE {}",
        table.name,
        rows.join(", "),
        same.join(" AND ")
    );
    (sql, values)
}
