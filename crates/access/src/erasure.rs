//! Removing everything of a practice.

use std::collections::BTreeMap;

use entities::{TABLES_OF_A_PRACTICE, data_keys};
use sea_orm::{
    ColumnTrait, ConnectionTrait as _, EntityTrait, PaginatorTrait as _, QueryFilter,
    sea_query::{Alias, Expr, ExprTrait as _, Query, SelectStatement, UnionType},
};
use shared::PracticeId;

use crate::{AccessError, Database, Granted, Tx, perm};

/// What outlives a practice: who did what, without which nobody could show how it was kept (45 CFR
/// 164.316(b)(2)(i)), and the proof of its end.
pub const KEPT_AFTER_DELETION: [&str; 3] = ["audit_events", "audit_links", "deletions"];

fn removed() -> impl Iterator<Item = &'static str> {
    TABLES_OF_A_PRACTICE.iter().copied().filter(|table| !KEPT_AFTER_DELETION.contains(table))
}

impl Tx {
    /// How many rows each table has of this practice that do not outlive it; empty tables are left out.
    ///
    /// # Errors
    /// The database fails.
    pub async fn count_rows_to_remove(&self) -> Result<BTreeMap<String, u64>, AccessError> {
        let practice_id = self.practice_id();
        let mut counts = removed().map(|table| count(table, practice_id));
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

    /// Removes every row of this practice that does not outlive it. Nobody can be signed in here afterwards.
    ///
    /// # Errors
    /// The database fails.
    pub async fn remove_rows(&mut self, _granted: &Granted<perm::DeletePractice>) -> Result<(), AccessError> {
        let practice_id = self.practice_id();
        for table in removed() {
            let mut delete = Query::delete();
            delete.from_table(Alias::new(table)).and_where(Expr::col("practice_id").eq(practice_id.0));
            self.connection().execute(&delete).await?;
        }
        self.mark_sign_ins_changed();
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
fn count(table: &'static str, practice_id: PracticeId) -> SelectStatement {
    Query::select()
        .expr_as(Expr::value(table), "name")
        .expr_as(Expr::cust("COUNT(*)"), "rows")
        .from(Alias::new(table))
        .and_where(Expr::col("practice_id").eq(practice_id.0))
        .to_owned()
}
