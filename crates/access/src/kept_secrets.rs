//! The secrets of charts on their way into the newest backups, which alone keep them, and back. No snapshot holds them:
//! what is destroyed here is then destroyed in every backup.

use crypto::{ChartSecret, Zeroizing};
use sea_orm::{ConnectionTrait as _, QueryResult, Statement, Value};
use shared::PracticeId;
use uuid::Uuid;

use crate::{AccessError, Database, connection::Intent};

/// The tables that no snapshot holds, the columns that name whose secret it is, and the tables of those.
const TABLES: [(&str, &str, &str); 2] =
    [("client_keys", "client_id", "clients"), ("encounter_keys", "encounter_id", "encounters")];
/// How many at a time.
const PAGE: usize = 500;

/// Whether a table is left out of snapshots.
pub(crate) fn is_left_out(table: &str) -> bool {
    TABLES.iter().any(|(name, ..)| *name == table)
}

/// What empties these tables in a copy of an SQLite database, in one go: what is deleted is overwritten, not only
/// forgotten, by the connection that was told so.
pub(crate) fn emptying() -> String {
    let delete = TABLES.iter().map(|(name, ..)| format!("DELETE FROM {name};"));
    format!("PRAGMA secure_delete = ON; {}", delete.collect::<String>())
}

/// One chart's secret.
pub struct KeptSecret {
    practice_id: PracticeId,
    /// Which of the tables.
    table: u8,
    chart: Uuid,
    secret: ChartSecret,
}

impl KeptSecret {
    /// Bytes of each.
    pub const LEN: usize = 65;

    fn of_row(practice_id: PracticeId, table: u8, row: &QueryResult) -> Result<Self, AccessError> {
        let secret = Zeroizing::new(row.try_get::<Vec<u8>>("", "secret")?);
        let secret = <[u8; 32]>::try_from(secret.as_slice()).map_err(|_length| AccessError::Keys)?;
        Ok(Self { practice_id, table, chart: row.try_get("", "chart")?, secret: Zeroizing::new(secret) })
    }

    /// Which client or session.
    pub fn chart(&self) -> Uuid {
        self.chart
    }

    /// Whose.
    pub fn practice_id(&self) -> PracticeId {
        self.practice_id
    }

    /// As it is kept: practice (16), table (1), chart (16), secret (32).
    pub fn to_bytes(&self) -> Zeroizing<[u8; Self::LEN]> {
        let mut bytes = Zeroizing::new([0; Self::LEN]);
        bytes[..16].copy_from_slice(self.practice_id.0.as_bytes());
        bytes[16] = self.table;
        bytes[17..33].copy_from_slice(self.chart.as_bytes());
        bytes[33..].copy_from_slice(self.secret.as_slice());
        bytes
    }

    /// What [`to_bytes`](Self::to_bytes) made; `None` of anything else.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (practice, rest) = bytes.split_first_chunk::<16>()?;
        let (table, rest) = rest.split_first()?;
        let (chart, secret) = rest.split_first_chunk::<16>()?;
        let secret = Zeroizing::new(<[u8; 32]>::try_from(secret).ok()?);
        let is_known = usize::from(*table) < TABLES.len();
        is_known.then(|| Self {
            practice_id: PracticeId(Uuid::from_bytes(*practice)),
            table: *table,
            chart: Uuid::from_bytes(*chart),
            secret,
        })
    }
}

impl std::fmt::Debug for KeptSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptSecret").field("chart", &self.chart).finish_non_exhaustive()
    }
}

impl Database {
    /// The secrets of a practice's charts, some hundred at a time, after the last that was seen. None, after all.
    ///
    /// # Errors
    /// The database fails.
    pub async fn list_chart_secrets(
        &self,
        practice_id: PracticeId,
        after: Option<&KeptSecret>,
    ) -> Result<Vec<KeptSecret>, AccessError> {
        let (mut table, mut last) = after.map_or((0, Uuid::nil()), |after| (after.table, after.chart));
        while let Some((name, owner, _)) = TABLES.get(usize::from(table)) {
            let sql = format!(
                "SELECT {owner} AS chart, secret FROM {name} WHERE practice_id = $1 AND {owner} > $2 ORDER BY {owner} LIMIT {PAGE}"
            );
            let reading = self.transaction(practice_id, Intent::Read).await?;
            let values = [practice_id.0.into(), last.into()];
            let select = Statement::from_sql_and_values(reading.get_database_backend(), sql, values);
            let rows = reading.query_all_raw(select).await?;
            reading.end().await?;
            if !rows.is_empty() {
                return rows.iter().map(|row| KeptSecret::of_row(practice_id, table, row)).collect();
            }
            (table, last) = (table + 1, Uuid::nil());
        }
        Ok(Vec::new())
    }

    /// Brings secrets back, of the charts that there are; how many.
    ///
    /// # Errors
    /// The database fails.
    pub async fn bring_back_chart_secrets(&self, secrets: &[KeptSecret]) -> Result<u64, AccessError> {
        let mut back = 0;
        let mut left = secrets;
        while let Some(first) = left.first() {
            let is_alike =
                |kept: &KeptSecret| (kept.practice_id, kept.table) == (first.practice_id, first.table);
            let alike = left.iter().take(PAGE).take_while(|kept| is_alike(kept)).count();
            let (some, rest) = left.split_at(alike);
            left = rest;
            let Some((name, owner, owners)) = TABLES.get(usize::from(first.table)) else { continue };
            let mut values: Vec<Value> = vec![first.practice_id.0.into()];
            let mut rows = Vec::with_capacity(some.len());
            for kept in some {
                rows.push(format!("(${}, ${})", values.len() + 1, values.len() + 2));
                values.push(kept.chart.into());
                values.push(kept.secret.to_vec().into());
            }
            let sql = format!(
                "INSERT INTO {name} (practice_id, {owner}, secret) SELECT $1, v.column1, v.column2 FROM (VALUES {}) AS v \
                 WHERE EXISTS (SELECT 1 FROM {owners} AS o WHERE o.practice_id = $1 AND o.id = v.column1) \
                 ON CONFLICT DO NOTHING",
                rows.join(", ")
            );
            let writing = self.transaction(first.practice_id, Intent::Write).await?;
            let insert = Statement::from_sql_and_values(writing.get_database_backend(), sql, values);
            back += writing.execute_raw(insert).await?.rows_affected();
            writing.commit().await?;
        }
        Ok(back)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_as_it_was_kept() {
        let kept = KeptSecret {
            practice_id: PracticeId(Uuid::from_u128(1)),
            table: 1,
            chart: Uuid::from_u128(2),
            secret: Zeroizing::new([3; 32]),
        };
        let bytes = kept.to_bytes();
        assert_eq!(KeptSecret::parse(bytes.as_slice()).unwrap().to_bytes(), bytes);
        assert!(KeptSecret::parse(&bytes[..64]).is_none());
        let mut unknown = bytes;
        unknown[16] = 2;
        assert!(KeptSecret::parse(unknown.as_slice()).is_none());
    }
}
