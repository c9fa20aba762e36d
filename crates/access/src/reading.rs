//! Reading before any practice is known: whose token is this, whose e-mail?

use sea_orm::{EntityTrait, Select, SelectTwo};

use crate::{AccessError, Database, Tx};

/// Reads rows whatever practice they are of. Only `identity` has a reason to; the architecture test
/// holds it to that.
pub trait Reading: Sync {
    /// The database that is read.
    fn database(&self) -> &Database;

    /// All rows of a table, of every practice.
    fn find_across_practices<E: EntityTrait>(&self) -> Select<E> {
        E::find()
    }

    /// The first row of a selection.
    fn first<E: EntityTrait>(
        &self,
        select: Select<E>,
    ) -> impl Future<Output = Result<Option<E::Model>, AccessError>> + Send;
}

/// Reads without a transaction: one statement, one round trip. For what every request asks first.
#[derive(Debug, Clone)]
pub struct Lookup(Database);

impl Database {
    /// Reads that precede an actor.
    pub fn lookup(&self) -> Lookup {
        Lookup(self.clone())
    }
}

impl Lookup {
    /// The first pair of rows of a joined selection.
    ///
    /// # Errors
    /// The database fails.
    pub async fn first_pair<E: EntityTrait, F: EntityTrait>(
        &self,
        select: SelectTwo<E, F>,
    ) -> Result<Option<(E::Model, Option<F::Model>)>, AccessError> {
        Ok(select.one(self.0.connection()).await?)
    }
}

impl Reading for Lookup {
    fn database(&self) -> &Database {
        &self.0
    }

    async fn first<E: EntityTrait>(&self, select: Select<E>) -> Result<Option<E::Model>, AccessError> {
        Ok(select.one(self.0.connection()).await?)
    }
}

impl Reading for Tx {
    fn database(&self) -> &Database {
        self.database()
    }

    async fn first<E: EntityTrait>(&self, select: Select<E>) -> Result<Option<E::Model>, AccessError> {
        self.one(select).await
    }
}
