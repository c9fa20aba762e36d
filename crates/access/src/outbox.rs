//! Jobs begin as a row written with what they are about (an outbox): work that was accepted is not
//! lost if the process dies before the queue hears of it. A relay hands the rows to the queue under
//! their ids, so that handing one over twice makes one job.

use entities::{InPractice, jobs as table};
use jobs::{Queue, Ticket};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use shared::{
    EncounterId, JobId, PracticeId, RecordingId,
    jobs::{JobKind, JobState},
    templates::NoteFormat,
};
use uuid::Uuid;

use crate::{AccessError, Database, Reading as _, Tx, connection::Intent};

/// A table whose rows wait to be handed to the queue.
pub(crate) trait Outbox: InPractice {
    const ID: Self::Column;
    /// When the queue was told; `NULL` while the row waits.
    const RELAYED_AT: Self::Column;
}

impl Outbox for table::Entity {
    const ID: Self::Column = table::Column::Id;
    const RELAYED_AT: Self::Column = table::Column::RelayedAt;
}

/// Work to be done after this transaction is kept.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// What.
    pub kind: JobKind,
    /// For which session.
    pub encounter_id: EncounterId,
    /// From which recording.
    pub recording_id: Option<RecordingId>,
    /// Into which format.
    pub template: NoteFormat,
}

impl Tx {
    /// Writes the job into the outbox of this transaction.
    ///
    /// # Errors
    /// The database fails.
    pub async fn enqueue(&mut self, job: NewJob) -> Result<JobId, AccessError> {
        let id: JobId = self.new_id();
        let now = self.now();
        self.insert::<table::Entity>(table::ActiveModel {
            id: Set(id),
            kind: Set(job.kind),
            state: Set(JobState::Queued),
            encounter_id: Set(job.encounter_id),
            recording_id: Set(job.recording_id),
            note_id: Set(None),
            template: Set(job.template),
            stage: Set(None),
            progress: Set(0),
            remaining_ms: Set(None),
            attempts: Set(0),
            error: Set(None),
            requested_by: Set(self.actor().user_id()),
            relayed_at: Set(None),
            created_at: Set(now),
            updated_at: Set(now),
            practice_id: Set(self.practice_id()),
        })
        .await?;
        self.mark_enqueued();
        Ok(id)
    }

    /// Puts a job back into the outbox, to be handed over again.
    ///
    /// # Errors
    /// The database fails.
    pub async fn enqueue_again(&mut self, id: JobId) -> Result<(), AccessError> {
        let update = self
            .update::<table::Entity>()
            .filter(table::Column::Id.eq(id))
            .set(table::ActiveModel { relayed_at: Set(None), ..Default::default() });
        self.execute_update(update).await?;
        self.mark_enqueued();
        Ok(())
    }
}

impl Database {
    /// Hands every waiting row of the outbox to the queue; returns how many.
    ///
    /// # Errors
    /// The database or the queue fails; what was not handed over stays in the outbox.
    pub async fn relay(&self, queue: &Queue) -> Result<usize, RelayError> {
        let mut handed_over = 0;
        loop {
            let rows = self.waiting::<table::Entity>().await?;
            if rows.is_empty() {
                return Ok(handed_over);
            }
            for row in rows {
                let ticket =
                    Ticket { id: row.id.0, kind: row.kind.as_str().to_owned(), run_at: self.clock().now() };
                queue.push(ticket).await?;
                // A job that was given up before and is tried again: the queue knows it already.
                queue.revive(row.id.0).await?;
                self.mark_relayed::<table::Entity>(row.practice_id, row.id.0).await?;
                // Once more: a run that was stopped may have ended between the two, and what dies from
                // now on is seen to have been handed over.
                queue.revive(row.id.0).await?;
                handed_over += 1;
            }
        }
    }

    /// The first rows of an outbox that no queue has heard of.
    pub(crate) async fn waiting<E: Outbox>(&self) -> Result<Vec<E::Model>, AccessError> {
        self.lookup().all(E::find().filter(E::RELAYED_AT.is_null()).order_by_asc(E::ID).limit(100)).await
    }

    pub(crate) async fn mark_relayed<E: Outbox>(
        &self,
        practice_id: PracticeId,
        id: Uuid,
    ) -> Result<(), AccessError> {
        let transaction = self.transaction(practice_id, Intent::Write).await?;
        E::update_many()
            .filter(E::ID.eq(id))
            .col_expr(E::RELAYED_AT, Expr::value(self.clock().now()))
            .exec(&transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Every practice there is: for upkeep, which goes from one to the next.
    ///
    /// # Errors
    /// The database fails.
    pub async fn practices(&self) -> Result<Vec<PracticeId>, AccessError> {
        let there = entities::practices::Column::DeletedAt.is_null();
        let rows = self.lookup().all(entities::practices::Entity::find().filter(there)).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Every practice there ever was: the trail of a deleted one is kept.
    ///
    /// # Errors
    /// The database fails.
    pub async fn practices_ever(&self) -> Result<Vec<PracticeId>, AccessError> {
        let rows = self.lookup().all(entities::practices::Entity::find()).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Which practice a job belongs to; `None` when there is no such job.
    ///
    /// # Errors
    /// The database fails.
    pub async fn practice_of_job(&self, id: JobId) -> Result<Option<PracticeId>, AccessError> {
        let row = self.lookup().first(table::Entity::find_by_id(id)).await?;
        Ok(row.map(|row| row.practice_id))
    }
}

/// The outbox could not be emptied.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] AccessError),
    /// The queue failed.
    #[error("the queue failed")]
    Queue(#[from] jobs::QueueError),
}
