//! The embedded database, which takes one writer at a time.

use std::{sync::Arc, time::Duration};

use sea_orm::{
    ConnAcquireErr, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait as _,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::Intent;

/// How long a writer waits: for those of this process, and then for another process, which SQLite asks again and again.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// A SQLite file.
///
/// Its writers wait here in the order they came. SQLite's own lock has no queue: whoever waits sleeps up to 100 ms and
/// tries again, and under many short transactions some are never the lucky one.
pub(crate) struct Embedded {
    pub(super) connection: DatabaseConnection,
    writers: Arc<Mutex<()>>,
}

/// A transaction in it. A writer's turn ends with it.
pub(crate) struct EmbeddedTransaction {
    pub(super) transaction: DatabaseTransaction,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Embedded {
    pub(super) fn new(connection: DatabaseConnection) -> Self {
        Self { connection, writers: Arc::default() }
    }

    /// A connection of its own to whoever needs no turn.
    pub(crate) fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    pub(super) async fn begin(&self, intent: Intent) -> Result<EmbeddedTransaction, DbErr> {
        let turn = match intent {
            Intent::Read => None,
            Intent::Write => Some(self.turn().await?),
        };
        let mode = turn.is_some().then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode: mode, ..Default::default() };
        let transaction = self.connection.begin_with_options(options).await?;
        Ok(EmbeddedTransaction { transaction, _turn: turn })
    }

    async fn turn(&self) -> Result<OwnedMutexGuard<()>, DbErr> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.writers).lock_owned()).await;
        turn.map_err(|_elapsed| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))
    }
}
