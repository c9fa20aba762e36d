//! Removing everything of a practice, or of one client's chart.

use std::collections::BTreeMap;

use entities::{
    Chart, KEPT_AFTER_CHART, Table, data_keys, encounter_clients, encounters, idempotency_keys, tables,
    uploads,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait as _, EntityTrait, PaginatorTrait as _, QueryFilter, QuerySelect,
    QueryTrait as _,
    sea_query::{Alias, Expr, ExprTrait as _, Query, SelectStatement, UnionType},
};
use serde::{Deserialize, Serialize};
use shared::{ClientId, EncounterId, PracticeId};
use uuid::Uuid;

use crate::{AccessError, Database, Granted, Tx, perm};

/// What outlives a practice: who did what, without which nobody could show how it was kept (45 CFR
/// 164.316(b)(2)(i)), and the proof of its end.
pub const KEPT_AFTER_DELETION: [&str; 4] = ["audit_cuts", "audit_events", "audit_links", "deletions"];

/// The stored parts of recordings, by the id of the recording.
const OBJECTS: &str = "recordings";

/// Where a client's chart begins: everything in it is found from here, also when this itself is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartRoots {
    client_id: ClientId,
    /// The sessions in which nobody else was.
    encounters: Vec<EncounterId>,
    /// Of each table whose rows have parts in others: which of its rows.
    wholes: BTreeMap<String, Vec<Uuid>>,
}

impl ChartRoots {
    /// Whose chart it is.
    pub fn client_id(&self) -> ClientId {
        self.client_id
    }

    /// In how many sessions nobody else was.
    pub fn sessions(&self) -> usize {
        self.encounters.len()
    }

    /// The sessions in which nobody else was.
    pub fn session_ids(&self) -> &[EncounterId] {
        &self.encounters
    }

    /// Whether nobody else was in a session.
    pub fn holds_session(&self, id: EncounterId) -> bool {
        self.encounters.contains(&id)
    }

    /// Under which ids sound is stored.
    pub fn objects(&self) -> &[Uuid] {
        self.wholes(OBJECTS)
    }

    fn wholes(&self, table: &str) -> &[Uuid] {
        self.wholes.get(table).map(Vec::as_slice).unwrap_or_default()
    }

    /// Which rows of a table are of this chart; `None` if a table holds none of any.
    fn holds(&self, table: &Table, practice_id: PracticeId) -> Option<Condition> {
        let own = of_practice(practice_id);
        Some(match table.provenance {
            Chart::Nobody => return None,
            Chart::Client(column) => own.add(Expr::col(column).eq(self.client_id.0)),
            Chart::Encounter(column) => {
                own.add(Expr::col(column).is_in(self.encounters.iter().map(|id| id.0)))
            }
            Chart::Part(column, whole) => {
                own.add(Expr::col(column).is_in(self.wholes(whole).iter().copied()))
            }
        })
    }
}

fn of_practice(practice_id: PracticeId) -> Condition {
    Condition::all().add(Expr::col("practice_id").eq(practice_id.0))
}

/// The tables of a practice that do not outlive it.
fn removed(practice_id: PracticeId) -> impl Iterator<Item = (&'static str, Condition)> {
    let removed = tables().into_iter().filter(|table| !KEPT_AFTER_DELETION.contains(&table.name));
    removed.map(move |table| (table.name, of_practice(practice_id)))
}

impl Tx {
    /// How many rows each table has of this practice that do not outlive it; empty tables are left out.
    ///
    /// # Errors
    /// The database fails.
    pub async fn count_rows_to_remove(&self) -> Result<BTreeMap<String, u64>, AccessError> {
        self.count_rows(removed(self.practice_id())).await
    }

    /// Removes every row of this practice that does not outlive it. Nobody can be signed in here afterwards.
    ///
    /// # Errors
    /// The database fails.
    pub async fn remove_rows(&mut self, _granted: &Granted<perm::DeletePractice>) -> Result<(), AccessError> {
        self.delete_rows(removed(self.practice_id())).await?;
        self.mark_sign_ins_changed();
        Ok(())
    }

    /// Where a client's chart begins. Until the transaction ends nobody adds anything to its sessions.
    ///
    /// # Errors
    /// The database fails.
    pub async fn roots_of_chart(&self, client_id: ClientId) -> Result<ChartRoots, AccessError> {
        use encounter_clients::Column;
        let practice_id = self.practice_id();
        let sessions = |whose| {
            let of =
                encounter_clients::Entity::find().filter(Column::PracticeId.eq(practice_id)).filter(whose);
            of.select_only().column(Column::EncounterId).into_query()
        };
        let alone = encounters::Entity::find()
            .filter(encounters::Column::PracticeId.eq(practice_id))
            .filter(encounters::Column::Id.in_subquery(sessions(Column::ClientId.eq(client_id))))
            .filter(encounters::Column::Id.not_in_subquery(sessions(Column::ClientId.ne(client_id))))
            .lock_exclusive();
        let encounters: Vec<_> = self.all(alone).await?.into_iter().map(|row| row.id).collect();
        let mut roots = ChartRoots { client_id, encounters, wholes: BTreeMap::new() };
        let tables = tables();
        for table in &tables {
            if tables
                .iter()
                .any(|part| matches!(part.provenance, Chart::Part(_, whole) if whole == table.name))
                && let Some(held) = roots.holds(table, practice_id)
            {
                let select =
                    Query::select().column("id").from(Alias::new(table.name)).cond_where(held).to_owned();
                let rows = self.connection().query_all(&select).await?;
                let ids = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?;
                roots.wholes.insert(table.name.to_owned(), ids);
            }
        }
        // What is on its way is stored under the id of the recording that it becomes.
        let arriving = uploads::Entity::find()
            .filter(uploads::Column::PracticeId.eq(practice_id))
            .filter(uploads::Column::EncounterId.is_in(roots.encounters.iter().copied()));
        let objects = roots.wholes.entry(OBJECTS.to_owned()).or_default();
        objects.extend(self.all(arriving).await?.into_iter().map(|row| row.recording_id.0));
        objects.sort_unstable();
        objects.dedup();
        Ok(roots)
    }

    /// How many rows each table has of a chart; empty tables are left out.
    ///
    /// # Errors
    /// The database fails.
    pub async fn count_chart(&self, chart: &ChartRoots) -> Result<BTreeMap<String, u64>, AccessError> {
        self.count_rows(self.of_chart(chart)).await
    }

    /// Removes every row of a chart that does not outlive it, and forgets which requests have made it.
    ///
    /// # Errors
    /// The database fails.
    pub async fn remove_chart(
        &mut self,
        _granted: &Granted<perm::ManageRetention>,
        chart: &ChartRoots,
    ) -> Result<(), AccessError> {
        self.delete_rows(self.of_chart(chart)).await?;
        let charts = chart.encounters.iter().map(|id| id.0).chain([chart.client_id.0]);
        self.database().charts().forget(charts);
        let made = chart.wholes.values().flatten().copied();
        let made = made.chain(chart.encounters.iter().map(|id| id.0)).chain([chart.client_id.0]);
        let keys = idempotency_keys::Entity::delete_many()
            .filter(idempotency_keys::Column::PracticeId.eq(self.practice_id()))
            .filter(idempotency_keys::Column::SubjectId.is_in(made));
        keys.exec(self.connection()).await?;
        Ok(())
    }

    /// Parts before what they are parts of, and the client at last.
    fn of_chart(&self, chart: &ChartRoots) -> Vec<(&'static str, Condition)> {
        let mut tables = tables();
        tables.retain(|table| !KEPT_AFTER_CHART.contains(&table.name));
        tables.sort_by_key(|table| match table.provenance {
            Chart::Part(..) | Chart::Nobody => 0,
            Chart::Encounter(column) => 1 + u8::from(column == "id"),
            Chart::Client(column) => 3 + u8::from(column == "id"),
        });
        let held = |table: &Table| Some((table.name, chart.holds(table, self.practice_id())?));
        tables.iter().filter_map(held).collect()
    }

    async fn count_rows(
        &self,
        tables: impl IntoIterator<Item = (&'static str, Condition)>,
    ) -> Result<BTreeMap<String, u64>, AccessError> {
        let mut counts = tables.into_iter().map(|(table, condition)| count(table, condition));
        let Some(mut all) = counts.next() else { return Ok(BTreeMap::new()) };
        for count in counts {
            all.union(UnionType::All, count);
        }
        let mut found = BTreeMap::new();
        for row in self.connection().query_all(&all).await? {
            let rows: i64 = row.try_get("", "rows")?;
            if rows > 0 {
                found.insert(row.try_get("", "name")?, rows.unsigned_abs());
            }
        }
        Ok(found)
    }

    async fn delete_rows(
        &mut self,
        tables: impl IntoIterator<Item = (&'static str, Condition)>,
    ) -> Result<(), AccessError> {
        for (table, condition) in tables {
            let delete = Query::delete().from_table(Alias::new(table)).cond_where(condition).to_owned();
            self.connection().execute(&delete).await?;
        }
        Ok(())
    }

    /// Destroys every data key of this practice, and says how many there were. Whatever was sealed with them
    /// stays sealed, in every copy.
    ///
    /// # Errors
    /// The database fails.
    pub async fn destroy_keys(
        &mut self,
        _granted: &Granted<perm::DeletePractice>,
    ) -> Result<u64, AccessError> {
        let own = data_keys::Column::Owner.eq(self.practice_id().0);
        Ok(data_keys::Entity::delete_many().filter(own).exec(self.connection()).await?.rows_affected)
    }

    /// How many data keys this practice has.
    ///
    /// # Errors
    /// The database fails.
    pub async fn count_keys(&self) -> Result<u64, AccessError> {
        let own = data_keys::Column::Owner.eq(self.practice_id().0);
        Ok(data_keys::Entity::find().filter(own).count(self.connection()).await?)
    }
}

impl Database {
    /// Forgets a key that was destroyed.
    pub fn forget_key(&self, practice_id: PracticeId) {
        self.keys().forget(practice_id.0);
    }
}

/// `SELECT 'clients' AS name, COUNT(*) AS rows FROM clients WHERE practice_id = …`
fn count(table: &'static str, condition: Condition) -> SelectStatement {
    Query::select()
        .expr_as(Expr::value(table), "name")
        .expr_as(Expr::cust("COUNT(*)"), "rows")
        .from(Alias::new(table))
        .cond_where(condition)
        .to_owned()
}
