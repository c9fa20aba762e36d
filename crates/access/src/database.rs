//! The database: how it is opened, and how a transaction in it begins.

use std::{path::PathBuf, sync::Arc};

use clock::SharedClock;
use crypto::{DataKey, KeyRing, RootSecret};
use entities::data_keys;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter};
use shared::PracticeId;
use uuid::Uuid;

use crate::{
    AccessError, Actor, Tx,
    charts::Charts,
    connection::{Intent, Store, Transaction, connect},
    keys::{Keys, assembled},
    sign_ins::SignIns,
    trail::Trails,
};

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

/// Whose key seals what belongs to no single practice.
pub(crate) const SERVER: Uuid = Uuid::nil();
/// Whose key is the root of derived secrets.
pub(crate) const ROOT: Uuid = Uuid::max();

/// The database with its keys and its clock. Cheap to clone.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    store: Store,
    key_ring: Arc<KeyRing>,
    root: RootSecret,
    clock: SharedClock,
    keys: Keys,
    charts: Charts,
    relay_wanted: tokio::sync::Notify,
    sign_ins: SignIns,
    trails: Trails,
}

impl Database {
    /// Connects as the owner of the tables, who brings the schema up to date, without touching it.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn connect(target: &DatabaseTarget) -> Result<DatabaseConnection, AccessError> {
        connect(target).await
    }

    /// Takes a migrated database into use. The first time, makes the server's own data key.
    ///
    /// # Errors
    /// The database fails, its keys were wrapped by a key that is not in the ring, or
    /// [`AccessError::Unwalled`].
    pub async fn open(
        target: &DatabaseTarget,
        key_ring: Arc<KeyRing>,
        clock: SharedClock,
    ) -> Result<Self, AccessError> {
        let store = Store::open(target).await?;
        let transaction = store.begin(PracticeId(Uuid::nil()), Intent::Write).await?;
        let server_key = load_key(&transaction, &key_ring, &clock, SERVER).await?;
        let root = match (load_key(&transaction, &key_ring, &clock, ROOT).await?, &server_key) {
            (Some(root), _) => root,
            (None, None) => {
                make_key(&transaction, &key_ring, &clock, ROOT, key_ring.new_data_key(ROOT, 1)).await?
            }
            // From before there was one: what was derived from the last key itself stays what it was.
            (None, Some(_)) => {
                make_key(&transaction, &key_ring, &clock, ROOT, key_ring.last_as_data_key(ROOT)).await?
            }
        };
        let server_key = match server_key {
            Some(key) => key,
            None => {
                make_key(&transaction, &key_ring, &clock, SERVER, key_ring.new_data_key(SERVER, 1)).await?
            }
        };
        transaction.commit().await?;
        let keys = Keys::default();
        keys.keep(server_key, clock.now());
        let root = RootSecret::new(root);
        let trails = Trails::new(&root);
        Ok(Self(Arc::new(Inner {
            store,
            key_ring,
            root,
            clock,
            keys,
            charts: Charts::default(),
            relay_wanted: tokio::sync::Notify::new(),
            sign_ins: SignIns::default(),
            trails,
        })))
    }

    /// Begins a transaction in the actor's practice.
    ///
    /// # Errors
    /// The database fails, or the practice's key does not open.
    pub async fn begin(&self, actor: Actor) -> Result<Tx, AccessError> {
        self.begin_for(actor, Intent::Write).await
    }

    /// Begins a transaction that only reads: on SQLite it takes no write lock. End it with [`Tx::end`].
    ///
    /// # Errors
    /// As [`Database::begin`].
    pub async fn begin_reading(&self, actor: Actor) -> Result<Tx, AccessError> {
        self.begin_for(actor, Intent::Read).await
    }

    async fn begin_for(&self, actor: Actor, intent: Intent) -> Result<Tx, AccessError> {
        let key = self.key_of(actor.practice_id()).await?;
        let transaction = self.transaction(actor.practice_id(), intent).await?;
        Ok(Tx::new(transaction, actor, key, self.clone()))
    }

    /// Begins the transaction in which a practice comes into being, with its own new data key.
    ///
    /// # Errors
    /// The database fails.
    pub async fn begin_practice(&self, actor: Actor) -> Result<Tx, AccessError> {
        let owner = actor.practice_id().0;
        // Two at once: one that seals and is replaced, and one for what is found again by its hash.
        let (hashing, of_hashes) = self.0.key_ring.new_data_key(owner, 0);
        let (key, wrapped) = self.0.key_ring.new_data_key(owner, 1);
        let transaction = self.transaction(actor.practice_id(), Intent::Write).await?;
        let rows = [(0, of_hashes), (1, wrapped)]
            .map(|(version, wrapped)| key_row(owner, version, wrapped, &self.0.clock));
        data_keys::Entity::insert_many(rows).exec_without_returning(&transaction).await?;
        Ok(Tx::new(transaction, actor, key.beside([hashing]), self.clone()))
    }

    pub(crate) async fn transaction(
        &self,
        practice_id: PracticeId,
        intent: Intent,
    ) -> Result<Transaction, AccessError> {
        // Making a connection takes a large future, which few requests need.
        Box::pin(self.0.store.begin(practice_id, intent)).await
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), AccessError> {
        Ok(Box::pin(self.0.store.ping()).await?)
    }

    /// Whether this is the embedded database, which keeps one practice.
    pub fn is_embedded(&self) -> bool {
        matches!(self.0.store, Store::Embedded(_))
    }

    /// The clock.
    pub fn clock(&self) -> &SharedClock {
        &self.0.clock
    }

    /// The ring of key-encryption keys.
    pub fn key_ring(&self) -> &KeyRing {
        &self.0.key_ring
    }

    /// The root of blind indexes and derived secrets.
    pub fn root(&self) -> &RootSecret {
        &self.0.root
    }

    /// The key of what belongs to no single practice: accounts.
    pub fn server_key(&self) -> DataKey {
        match self.0.keys.find_last(SERVER) {
            Some(key) => key,
            None => unreachable!("it is kept from the beginning and never forgotten"),
        }
    }

    /// A practice's data key, for the streams of its recordings.
    ///
    /// # Errors
    /// The practice is not known, or its key does not open.
    pub async fn key_of(&self, practice_id: PracticeId) -> Result<DataKey, AccessError> {
        let now = self.0.clock.now();
        if let Some(key) = self.0.keys.find(practice_id.0, now) {
            return Ok(key);
        }
        // With the server's own, which would otherwise never be looked at again.
        let own = data_keys::Column::Owner.is_in([practice_id.0, SERVER]);
        let rows = self.lookup().all(data_keys::Entity::find().filter(own)).await?;
        for owner in [SERVER, practice_id.0] {
            let rows: Vec<_> = rows.iter().filter(|row| row.owner == owner).cloned().collect();
            let known = self.0.keys.find_last(owner);
            let key = assembled(&self.0.key_ring, &rows, known.as_ref(), now)?.ok_or(AccessError::Keys)?;
            self.0.keys.keep(key, now);
        }
        self.0.keys.find_last(practice_id.0).ok_or(AccessError::Keys)
    }

    /// Lets the database go. Nothing is asked of it afterwards.
    ///
    /// # Errors
    /// It does not let go.
    pub async fn close(self) -> Result<(), AccessError> {
        self.0.store.close().await
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.0.keys
    }

    pub(crate) fn charts(&self) -> &Charts {
        &self.0.charts
    }

    /// Returns when a transaction of this process has put something into the outbox.
    pub async fn relay_wanted(&self) {
        self.0.relay_wanted.notified().await;
    }

    pub(crate) fn wake_relay(&self) {
        self.0.relay_wanted.notify_one();
    }

    pub(crate) fn trails(&self) -> &Trails {
        &self.0.trails
    }

    /// The sign-ins that this process has asked for lately.
    pub fn sign_ins(&self) -> &SignIns {
        &self.0.sign_ins
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Database")
    }
}

/// Keeps a new key of the server itself. Two processes may start at once: whoever is second uses the first one's.
async fn make_key(
    connection: &impl ConnectionTrait,
    key_ring: &KeyRing,
    clock: &SharedClock,
    owner: Uuid,
    (_, wrapped): (DataKey, Vec<u8>),
) -> Result<DataKey, AccessError> {
    let row = key_row(owner, 1, wrapped, clock);
    data_keys::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(connection).await?;
    load_key(connection, key_ring, clock, owner).await?.ok_or(AccessError::Keys)
}

pub(crate) fn key_row(
    owner: Uuid,
    version: i32,
    wrapped: Vec<u8>,
    clock: &SharedClock,
) -> data_keys::ActiveModel {
    data_keys::ActiveModel {
        owner: Set(owner),
        version: Set(version),
        wrapped: Set(wrapped),
        created_at: Set(clock.now()),
    }
}

/// The data key of an owner.
async fn load_key(
    connection: &impl ConnectionTrait,
    key_ring: &KeyRing,
    clock: &SharedClock,
    owner: Uuid,
) -> Result<Option<DataKey>, AccessError> {
    let own = data_keys::Entity::find().filter(data_keys::Column::Owner.eq(owner));
    assembled(key_ring, &own.all(connection).await?, None, clock.now())
}
