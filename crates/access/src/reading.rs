//! Reading before any practice is known: whose token is this, whose e-mail?

use sea_orm::{EntityTrait, FromQueryResult, QuerySelect as _, Select};

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
    fn first<E: EntityTrait<Model: Send>>(
        &self,
        select: Select<E>,
    ) -> impl Future<Output = Result<Option<E::Model>, AccessError>> + Send {
        self.first_as::<E::Model>(select)
    }

    /// The first row of a selection, of several tables it may be, as something of one's own.
    fn first_as<M: FromQueryResult + Send>(
        &self,
        select: Select<impl EntityTrait>,
    ) -> impl Future<Output = Result<Option<M>, AccessError>> + Send;
}

/// Reads by which it is found out whose practice it is. Row-level security lets them see only the
/// tables that this takes, and change none.
#[derive(Debug, Clone)]
pub struct Lookup(Database);

impl Database {
    /// Reads that precede an actor.
    pub fn lookup(&self) -> Lookup {
        Lookup(self.clone())
    }
}

impl Lookup {
    /// All rows of a selection. The caller limits it.
    ///
    /// # Errors
    /// The database fails.
    pub async fn all<E: EntityTrait>(&self, select: Select<E>) -> Result<Vec<E::Model>, AccessError> {
        self.ask(select).await
    }

    async fn ask<M: FromQueryResult>(&self, select: Select<impl EntityTrait>) -> Result<Vec<M>, AccessError> {
        // Making a connection takes a large future, which few requests need.
        let rows = Box::pin(self.0.store().ask(select)).await?;
        Ok(rows.iter().map(|row| M::from_query_result(row, "")).collect::<Result<_, _>>()?)
    }
}

impl Reading for Lookup {
    fn database(&self) -> &Database {
        &self.0
    }

    async fn first_as<M: FromQueryResult + Send>(
        &self,
        select: Select<impl EntityTrait>,
    ) -> Result<Option<M>, AccessError> {
        Ok(self.ask(select.limit(1)).await?.pop())
    }
}

impl Reading for Tx {
    fn database(&self) -> &Database {
        self.database()
    }

    async fn first_as<M: FromQueryResult + Send>(
        &self,
        select: Select<impl EntityTrait>,
    ) -> Result<Option<M>, AccessError> {
        Ok(select.into_model::<M>().one(self.connection()).await?)
    }
}
