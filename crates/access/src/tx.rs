//! A transaction in one practice.

use audit::{Attribution, Event};
use crypto::{DataKey, SealedColumn};
use entities::{InPractice, OfNoPractice, Sealed, practices};
use sea_orm::{
    ActiveModelTrait, DeleteMany, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter,
    QuerySelect as _, QueryTrait, Select, TryInsertResult, UpdateMany,
    sea_query::{InsertStatement, LockType},
};
use serde::{Serialize, de::DeserializeOwned};
use shared::{PracticeId, audit::Purpose};
use uuid::Uuid;

use crate::{AccessError, Actor, Database, connection::Transaction, visibility::visible};

/// A transaction in one practice, as one actor. Dropped, it changes nothing.
pub struct Tx {
    connection: Transaction,
    actor: Actor,
    key: DataKey,
    database: Database,
    events: Vec<Event>,
    /// What is added as it ends.
    last: Vec<InsertStatement>,
    enqueued: bool,
    /// Whether it changed who may be signed in as what. A new row never does: only what was found is kept.
    sign_ins_changed: bool,
}

impl Tx {
    pub(crate) fn new(connection: Transaction, actor: Actor, key: DataKey, database: Database) -> Self {
        Self {
            connection,
            actor,
            key,
            database,
            events: Vec::new(),
            last: Vec::new(),
            enqueued: false,
            sign_ins_changed: false,
        }
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Where.
    pub fn practice_id(&self) -> PracticeId {
        self.actor.practice_id()
    }

    /// Now.
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.database.clock().now()
    }

    /// A new id of any kind.
    pub fn new_id<I: From<Uuid>>(&self) -> I {
        self.database.clock().new_id().into()
    }

    /// The database this is a transaction of.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The practice's data key: for keyed hashes and the streams of recordings.
    pub fn data_key(&self) -> &DataKey {
        &self.key
    }

    // --- rows: always those that the actor may see

    /// The rows of a table that the actor sees: of this practice, and of charts that they have to do with.
    pub fn find<E: InPractice>(&self) -> Select<E> {
        E::find().filter(visible::<E>(&self.actor, Some(self.now())))
    }

    /// As [`Tx::find`], but for what an emergency opens: what lasts is decided without it.
    pub fn find_but_in_emergency<E: InPractice>(&self) -> Select<E> {
        E::find().filter(visible::<E>(&self.actor, None))
    }

    /// The first row of a selection.
    ///
    /// # Errors
    /// The database fails.
    pub async fn one<E: EntityTrait>(&self, select: Select<E>) -> Result<Option<E::Model>, AccessError> {
        Ok(select.one(&self.connection).await?)
    }

    /// All rows of a selection. The caller limits it.
    ///
    /// # Errors
    /// The database fails.
    pub async fn all<E: EntityTrait>(&self, select: Select<E>) -> Result<Vec<E::Model>, AccessError> {
        Ok(select.all(&self.connection).await?)
    }

    /// All rows of a selection, of several tables or grouped it may be, as something of one's own.
    ///
    /// # Errors
    /// The database fails.
    pub async fn all_as<M: FromQueryResult>(
        &self,
        select: Select<impl EntityTrait>,
    ) -> Result<Vec<M>, AccessError> {
        Ok(select.into_model::<M>().all(&self.connection).await?)
    }

    /// How many rows a selection has.
    ///
    /// # Errors
    /// The database fails.
    pub async fn count<E>(&self, select: Select<E>) -> Result<u64, AccessError>
    where
        E: EntityTrait<Model: Send + Sync>,
    {
        use sea_orm::PaginatorTrait;
        Ok(PaginatorTrait::count(select, &self.connection).await?)
    }

    /// Adds a row to this practice, whatever practice it says it is of.
    ///
    /// # Errors
    /// The database fails, or a uniqueness rule is broken.
    pub async fn insert<E: InPractice>(
        &mut self,
        row: impl IntoActiveModel<E::ActiveModel>,
    ) -> Result<(), AccessError> {
        self.insert_many::<E>(vec![row.into_active_model()]).await
    }

    /// Adds a row to this practice when the transaction is kept, with the events: on a server it costs no trip of its
    /// own. Nothing in the transaction finds it, and it fails when everything does.
    pub fn insert_last<E: InPractice>(&mut self, row: impl IntoActiveModel<E::ActiveModel>) {
        let mut row = row.into_active_model();
        E::place(&mut row, self.actor.practice_id());
        self.last.push(E::insert(row).into_query());
    }

    /// As [`Tx::insert`], unless there is a row with this key. Whether it was added: whoever else adds it at this moment is
    /// waited for.
    ///
    /// # Errors
    /// The database fails.
    pub async fn insert_if_absent<E: InPractice>(
        &mut self,
        row: impl IntoActiveModel<E::ActiveModel>,
    ) -> Result<bool, AccessError> {
        let mut row = row.into_active_model();
        E::place(&mut row, self.actor.practice_id());
        let kept = E::insert(row).on_conflict_do_nothing().exec_without_returning(&self.connection).await?;
        Ok(matches!(kept, TryInsertResult::Inserted(1)))
    }

    /// Adds rows to this practice, in batches that both databases take.
    ///
    /// # Errors
    /// As [`Tx::insert`].
    pub async fn insert_many<E: InPractice>(
        &mut self,
        mut rows: Vec<E::ActiveModel>,
    ) -> Result<(), AccessError> {
        const ROWS_A_STATEMENT: usize = 500;
        while !rows.is_empty() {
            let mut batch: Vec<_> = rows.drain(..rows.len().min(ROWS_A_STATEMENT)).collect();
            for row in &mut batch {
                E::place(row, self.actor.practice_id());
            }
            E::insert_many(batch).exec_without_returning(&self.connection).await?;
        }
        Ok(())
    }

    /// An update of rows that the actor sees; finish it with [`Tx::execute_update`].
    pub fn update<E: InPractice>(&self) -> UpdateMany<E> {
        E::update_many().filter(visible::<E>(&self.actor, Some(self.now())))
    }

    /// Runs an update and says how many rows it changed.
    ///
    /// # Errors
    /// The database fails.
    pub async fn execute_update<E: InPractice>(&mut self, update: UpdateMany<E>) -> Result<u64, AccessError> {
        self.sign_ins_changed |= E::DECIDES_SIGN_INS;
        Ok(update.exec(&self.connection).await?.rows_affected)
    }

    /// A deletion of rows that the actor sees; finish it with [`Tx::execute_delete`].
    pub fn delete<E: InPractice>(&self) -> DeleteMany<E> {
        E::delete_many().filter(visible::<E>(&self.actor, Some(self.now())))
    }

    /// Runs a deletion and says how many rows went.
    ///
    /// # Errors
    /// The database fails.
    pub async fn execute_delete<E: InPractice>(&mut self, delete: DeleteMany<E>) -> Result<u64, AccessError> {
        self.sign_ins_changed |= E::DECIDES_SIGN_INS;
        Ok(delete.exec(&self.connection).await?.rows_affected)
    }

    /// Nobody changes the practice's own row, as its end does, until this transaction is over. SQLite needs no lock of a
    /// row: its transactions write one at a time.
    ///
    /// # Errors
    /// The database fails.
    pub async fn keep_practice(&self) -> Result<(), AccessError> {
        let own = practices::Entity::find_by_id(self.practice_id()).lock(LockType::Share);
        own.one(&self.connection).await?;
        Ok(())
    }

    /// Where the practice works, e.g. `US-CA`, and the IANA name of its time zone if it has set one.
    ///
    /// # Errors
    /// The database fails.
    pub async fn whereabouts(&self) -> Result<(String, Option<String>), AccessError> {
        let own = practices::Entity::find_by_id(self.practice_id()).one(&self.connection).await?;
        Ok(own.map(|own| (own.jurisdiction, own.time_zone)).unwrap_or_default())
    }

    /// Adds a row to a table that belongs to no practice: `practices` and `users`.
    ///
    /// # Errors
    /// As [`Tx::insert`].
    pub async fn insert_global<A>(&mut self, row: A) -> Result<(), AccessError>
    where
        A: ActiveModelTrait,
    {
        A::Entity::insert(row).exec_without_returning(&self.connection).await?;
        Ok(())
    }

    /// As [`Tx::insert_global`], unless there is a row with this key.
    ///
    /// # Errors
    /// The database fails.
    pub async fn insert_global_if_absent<A>(&mut self, row: A) -> Result<(), AccessError>
    where
        A: ActiveModelTrait<Entity: OfNoPractice>,
    {
        A::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(&self.connection).await?;
        Ok(())
    }

    /// As [`Tx::execute_update`], of rows that belong to no practice.
    ///
    /// # Errors
    /// The database fails.
    pub async fn update_global<E: OfNoPractice>(
        &mut self,
        update: UpdateMany<E>,
    ) -> Result<u64, AccessError> {
        self.sign_ins_changed |= E::DECIDES_SIGN_INS;
        Ok(update.exec(&self.connection).await?.rows_affected)
    }

    /// As [`Tx::execute_delete`], of rows that belong to no practice.
    ///
    /// # Errors
    /// The database fails.
    pub async fn delete_global<E: OfNoPractice>(
        &mut self,
        delete: DeleteMany<E>,
    ) -> Result<u64, AccessError> {
        Ok(delete.exec(&self.connection).await?.rows_affected)
    }

    // --- fields about a person

    /// Seals a field of a row.
    pub fn seal(&self, column: SealedColumn, row: impl Into<Uuid>, text: &str) -> Sealed {
        Sealed(self.key.seal(column, row.into(), text.as_bytes()))
    }

    /// Opens a field of a row.
    ///
    /// # Errors
    /// [`AccessError::Damaged`] when it was altered or moved.
    pub fn open(
        &self,
        column: SealedColumn,
        row: impl Into<Uuid>,
        sealed: &Sealed,
    ) -> Result<String, AccessError> {
        open_with(&self.key, column, row.into(), sealed)
    }

    /// Seals a structure as JSON.
    ///
    /// # Errors
    /// It has no JSON form.
    pub fn seal_json<T: Serialize>(
        &self,
        column: SealedColumn,
        row: impl Into<Uuid>,
        value: &T,
    ) -> Result<Sealed, AccessError> {
        let bytes = serde_json::to_vec(value).map_err(|_no_json| damaged(column))?;
        Ok(Sealed(self.key.seal(column, row.into(), &bytes)))
    }

    /// Opens a structure sealed as JSON.
    ///
    /// # Errors
    /// As [`Tx::open`].
    pub fn open_json<T: DeserializeOwned>(
        &self,
        column: SealedColumn,
        row: impl Into<Uuid>,
        sealed: &Sealed,
    ) -> Result<T, AccessError> {
        let bytes = self.key.open(column, row.into(), &sealed.0).map_err(|_does_not_open| damaged(column))?;
        serde_json::from_slice(&bytes).map_err(|_not_json| damaged(column))
    }

    // --- the audit trail, and the end

    /// Records what was done; kept with the rest by [`Tx::commit`].
    pub fn record(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Keeps everything, with its audit rows, or nothing.
    ///
    /// # Errors
    /// [`AccessError::Unrecorded`] when nothing was recorded; the database's failure otherwise.
    pub async fn commit(mut self) -> Result<(), AccessError> {
        if self.events.is_empty() {
            return Err(AccessError::Unrecorded);
        }
        let person = self.actor.as_person();
        let attribution = Attribution {
            practice_id: self.actor.practice_id(),
            user_id: person.map(|person| person.user_id),
            actor: self.actor.name(),
            request_id: self.actor.request_id(),
            network: self.actor.request().network.as_deref(),
            role: person.map(|person| person.role.as_str()),
            purpose: self.actor.purpose().map(Purpose::as_str),
            session_id: person.map(|person| person.session_id),
        };
        let events = std::mem::take(&mut self.events);
        let key = self.database.trail_key(attribution.practice_id);
        let since = self.database.clock().now();
        let events = audit::insertion(self.database.clock().as_ref(), &key, &attribution, events);
        let practice_id = attribution.practice_id;
        let mut last = std::mem::take(&mut self.last);
        last.push(events);
        self.connection.commit_with(last).await?;
        self.database.want_links(practice_id, since);
        if self.sign_ins_changed {
            self.database.sign_ins().forget_all();
        }
        if self.enqueued {
            self.database.wake_relay();
        }
        Ok(())
    }

    /// Keeps changes that no practice has a trail of, because they concern none: that somebody who is
    /// nobody has tried to sign in.
    ///
    /// # Errors
    /// [`AccessError::Unrecorded`] in a practice; the database's failure otherwise.
    pub async fn commit_of_nobody(self) -> Result<(), AccessError> {
        if !self.practice_id().0.is_nil() || !self.events.is_empty() {
            return Err(AccessError::Unrecorded);
        }
        Ok(self.connection.commit().await?)
    }

    /// Ends a transaction that read nothing about a person and changed nothing.
    ///
    /// # Errors
    /// The database fails.
    pub async fn end(self) -> Result<(), AccessError> {
        Ok(self.connection.end().await?)
    }

    pub(crate) fn mark_enqueued(&mut self) {
        self.enqueued = true;
    }

    pub(crate) fn mark_sign_ins_changed(&mut self) {
        self.sign_ins_changed = true;
    }

    pub(crate) fn connection(&self) -> &Transaction {
        &self.connection
    }
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("actor", &self.actor).finish_non_exhaustive()
    }
}

pub(crate) fn open_with(
    key: &DataKey,
    column: SealedColumn,
    row: Uuid,
    sealed: &Sealed,
) -> Result<String, AccessError> {
    let mut bytes = key.open(column, row, &sealed.0).map_err(|_does_not_open| damaged(column))?;
    String::from_utf8(std::mem::take(&mut *bytes)).map_err(|_not_text| damaged(column))
}

fn damaged(column: SealedColumn) -> AccessError {
    AccessError::Damaged { table: column.table, column: column.column }
}
