//! Reading before any practice is known: whose token is this, whose e-mail?

use sea_orm::{EntityTrait, FromQueryResult, Select};

use crate::{
    AccessError, Database, Tx,
    connection::{Intent, Reach},
};

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
        let transaction = self.0.transaction(Reach::WhosePractice, Intent::Read).await?;
        let found = select.all(&transaction).await?;
        transaction.end().await?;
        Ok(found)
    }

    /// The first row of a selection, of several tables it may be, as something of one's own.
    ///
    /// # Errors
    /// The database fails.
    pub async fn first_as<M: FromQueryResult>(
        &self,
        select: Select<impl EntityTrait>,
    ) -> Result<Option<M>, AccessError> {
        let transaction = self.0.transaction(Reach::WhosePractice, Intent::Read).await?;
        let found = select.into_model::<M>().one(&transaction).await?;
        transaction.end().await?;
        Ok(found)
    }
}

impl Reading for Lookup {
    fn database(&self) -> &Database {
        &self.0
    }

    async fn first<E: EntityTrait>(&self, select: Select<E>) -> Result<Option<E::Model>, AccessError> {
        let transaction = self.0.transaction(Reach::WhosePractice, Intent::Read).await?;
        let found = select.one(&transaction).await?;
        transaction.end().await?;
        Ok(found)
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
