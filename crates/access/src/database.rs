//! The database: how it is opened, and how a transaction in it begins.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use clock::SharedClock;
use crypto::{DataKey, KeyRing};
use entities::data_keys;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, QueryFilter,
    QueryOrder, SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use shared::PracticeId;
use uuid::Uuid;

use crate::{AccessError, Actor, Tx};

/// Which database.
#[derive(Debug, Clone)]
pub enum DatabaseTarget {
    /// One file, one practice: the embedded default.
    Sqlite(PathBuf),
    /// PostgreSQL 15 or newer.
    Postgres {
        /// `postgres://…`; holds a password.
        url: String,
        /// Most connections of this process.
        pool: u32,
    },
}

/// The database with its keys and its clock. Cheap to clone.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    connection: DatabaseConnection,
    key_ring: Arc<KeyRing>,
    clock: SharedClock,
    server_key: DataKey,
    /// Data keys in use, so that a request costs no key query. Grows with the number of practices.
    practice_keys: RwLock<HashMap<PracticeId, DataKey>>,
    relay_wanted: tokio::sync::Notify,
}

impl Database {
    /// Connects without touching the schema.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn connect(target: &DatabaseTarget) -> Result<DatabaseConnection, AccessError> {
        let options = match target {
            DatabaseTarget::Sqlite(path) => {
                let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", path.display()));
                options.max_connections(8).map_sqlx_sqlite_opts(|sqlite| {
                    // FULL: a transaction that was answered survives a power cut, in WAL mode too.
                    sqlite
                        .journal_mode(SqliteJournalMode::Wal)
                        .synchronous(SqliteSynchronous::Full)
                        .foreign_keys(true)
                        .busy_timeout(Duration::from_secs(15))
                });
                options
            }
            DatabaseTarget::Postgres { url, pool } => {
                let mut options = ConnectOptions::new(url);
                options.max_connections(*pool).test_before_acquire(false);
                options
            }
        };
        let mut options = options;
        // Statements can hold values of rows, so they are never logged.
        options.sqlx_logging(false).acquire_timeout(Duration::from_secs(10));
        Ok(sea_orm::Database::connect(options).await?)
    }

    /// Takes a migrated database into use. The first time, makes the server's own data key.
    ///
    /// # Errors
    /// The database fails, or its keys were wrapped by a key that is not in the ring.
    pub async fn open(
        connection: DatabaseConnection,
        key_ring: Arc<KeyRing>,
        clock: SharedClock,
    ) -> Result<Self, AccessError> {
        let server_key = if let Some(key) = load_key(&connection, &key_ring, Uuid::nil()).await? {
            key
        } else {
            let (_, wrapped) = key_ring.new_data_key(Uuid::nil(), 1);
            let row = key_row(Uuid::nil(), wrapped, &clock);
            // Two processes may start at once: whoever is second uses the first one's key.
            data_keys::Entity::insert(row)
                .on_conflict_do_nothing()
                .exec_without_returning(&connection)
                .await?;
            load_key(&connection, &key_ring, Uuid::nil()).await?.ok_or(AccessError::Keys)?
        };
        let practice_keys = RwLock::default();
        Ok(Self(Arc::new(Inner {
            connection,
            key_ring,
            clock,
            server_key,
            practice_keys,
            relay_wanted: tokio::sync::Notify::new(),
        })))
    }

    /// Begins a transaction in the actor's practice.
    ///
    /// # Errors
    /// The database fails, or the practice's key does not open.
    pub async fn begin(&self, actor: Actor) -> Result<Tx, AccessError> {
        let key = self.key_of(actor.practice_id()).await?;
        let connection = self.0.connection.begin_with_options(transaction_options()).await?;
        Ok(Tx::new(connection, actor, key, self.clone()))
    }

    /// Begins a transaction that only reads: on SQLite it takes no write lock. End it with [`Tx::end`].
    ///
    /// # Errors
    /// As [`Database::begin`].
    pub async fn begin_reading(&self, actor: Actor) -> Result<Tx, AccessError> {
        let key = self.key_of(actor.practice_id()).await?;
        let connection = self.0.connection.begin().await?;
        Ok(Tx::new(connection, actor, key, self.clone()))
    }

    /// Begins the transaction in which a practice comes into being, with its own new data key.
    ///
    /// # Errors
    /// The database fails.
    pub async fn begin_practice(&self, actor: Actor) -> Result<Tx, AccessError> {
        let owner = actor.practice_id().0;
        let (key, wrapped) = self.0.key_ring.new_data_key(owner, 1);
        let connection = self.0.connection.begin_with_options(transaction_options()).await?;
        data_keys::Entity::insert(key_row(owner, wrapped, &self.0.clock))
            .exec_without_returning(&connection)
            .await?;
        Ok(Tx::new(connection, actor, key, self.clone()))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), AccessError> {
        Ok(self.0.connection.ping().await?)
    }

    /// Whether this is the embedded database, which keeps one practice.
    pub fn is_embedded(&self) -> bool {
        self.0.connection.get_database_backend() == DbBackend::Sqlite
    }

    /// The clock.
    pub fn clock(&self) -> &SharedClock {
        &self.0.clock
    }

    /// The ring of key-encryption keys: for blind indexes and derived secrets.
    pub fn key_ring(&self) -> &KeyRing {
        &self.0.key_ring
    }

    /// The key of what belongs to no single practice: accounts.
    pub fn server_key(&self) -> &DataKey {
        &self.0.server_key
    }

    /// A practice's data key, for the streams of its recordings.
    ///
    /// # Errors
    /// The practice is not known, or its key does not open.
    pub async fn key_of(&self, practice_id: PracticeId) -> Result<DataKey, AccessError> {
        if practice_id.0.is_nil() {
            return Ok(self.0.server_key.clone());
        }
        let known =
            self.0.practice_keys.read().unwrap_or_else(PoisonError::into_inner).get(&practice_id).cloned();
        if let Some(key) = known {
            return Ok(key);
        }
        let key =
            load_key(&self.0.connection, &self.0.key_ring, practice_id.0).await?.ok_or(AccessError::Keys)?;
        self.0.practice_keys.write().unwrap_or_else(PoisonError::into_inner).insert(practice_id, key.clone());
        Ok(key)
    }

    /// Returns when a transaction of this process has put something into the outbox.
    pub async fn relay_wanted(&self) {
        self.0.relay_wanted.notified().await;
    }

    pub(crate) fn wake_relay(&self) {
        self.0.relay_wanted.notify_one();
    }

    pub(crate) fn connection(&self) -> &DatabaseConnection {
        &self.0.connection
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Database")
    }
}

/// SQLite takes its write lock at the start: every transaction writes at least its audit row, and a
/// lock taken later can fail half-way.
fn transaction_options() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    }
}

fn key_row(owner: Uuid, wrapped: Vec<u8>, clock: &SharedClock) -> data_keys::ActiveModel {
    data_keys::ActiveModel {
        owner: Set(owner),
        version: Set(1),
        wrapped: Set(wrapped),
        created_at: Set(clock.now()),
    }
}

/// The newest data key of an owner.
async fn load_key(
    connection: &impl ConnectionTrait,
    key_ring: &KeyRing,
    owner: Uuid,
) -> Result<Option<DataKey>, AccessError> {
    let row = data_keys::Entity::find()
        .filter(data_keys::Column::Owner.eq(owner))
        .order_by_desc(data_keys::Column::Version)
        .one(connection)
        .await?;
    row.map(|row| key_ring.open_data_key(owner, &row.wrapped).map_err(|_wrong_key| AccessError::Keys))
        .transpose()
}
