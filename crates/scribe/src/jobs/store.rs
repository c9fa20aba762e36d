//! Jobs in the database.

use access::{AccessError, Tx};
use chrono::{DateTime, Utc};
use entities::jobs::{ActiveModel, Column, Entity, Model};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect};
use shared::{
    JobId, NoteId, UserId,
    errors::ErrorCode,
    jobs::{JobState, JobView},
    recordings::Stage,
    templates::NoteFormat,
};

use crate::recordings::store::code;

/// The states of a job that has not ended.
const OPEN: [JobState; 2] = [JobState::Queued, JobState::Running];

/// A job with what only the pipeline needs.
#[derive(Debug, Clone)]
pub struct Job {
    pub view: JobView,
    pub template: NoteFormat,
    pub requested_by: UserId,
}

pub async fn find(tx: &Tx, id: JobId) -> Result<Option<Job>, AccessError> {
    let row = tx.one(tx.find::<Entity>().filter(Column::Id.eq(id))).await?;
    Ok(row.map(|row| Job { template: row.template, requested_by: row.requested_by, view: view(row) }))
}

/// Jobs that changed after a moment, oldest change first.
pub async fn changed_since(tx: &Tx, at: DateTime<Utc>, after: JobId) -> Result<Vec<JobView>, AccessError> {
    let later = Condition::any()
        .add(Column::UpdatedAt.gt(at))
        .add(Condition::all().add(Column::UpdatedAt.eq(at)).add(Column::Id.gt(after)));
    let select = tx
        .find::<Entity>()
        .filter(later)
        .order_by_asc(Column::UpdatedAt)
        .order_by_asc(Column::Id)
        .limit(1000);
    Ok(tx.all(select).await?.into_iter().map(view).collect())
}

/// Begins an attempt, unless the job has ended.
pub async fn begin(tx: &mut Tx, id: JobId, attempt: i32) -> Result<bool, AccessError> {
    let change = ActiveModel { state: Set(JobState::Running), attempts: Set(attempt), ..Default::default() };
    set_open(tx, id, change).await
}

/// Says how far the job is.
pub async fn progress(
    tx: &mut Tx,
    id: JobId,
    stage: Stage,
    percent: u8,
    remaining_ms: Option<u64>,
) -> Result<bool, AccessError> {
    let change = ActiveModel {
        // A job that was stopped and asked for again while it ran goes on.
        state: Set(JobState::Running),
        stage: Set(Some(stage)),
        progress: Set(i32::from(percent)),
        remaining_ms: Set(remaining_ms.map(|ms| i64::try_from(ms).unwrap_or(i64::MAX))),
        ..Default::default()
    };
    set_open(tx, id, change).await
}

/// Ends the job well.
pub async fn succeed(tx: &mut Tx, id: JobId, note_id: Option<NoteId>) -> Result<bool, AccessError> {
    let change = ActiveModel {
        state: Set(JobState::Succeeded),
        progress: Set(100),
        remaining_ms: Set(None),
        note_id: Set(note_id),
        error: Set(None),
        ..Default::default()
    };
    set_open(tx, id, change).await
}

/// Ends the job badly.
pub async fn fail(tx: &mut Tx, id: JobId, error: ErrorCode) -> Result<bool, AccessError> {
    let change = ActiveModel {
        state: Set(JobState::Failed),
        remaining_ms: Set(None),
        error: Set(Some(error.as_str().to_owned())),
        ..Default::default()
    };
    set_open(tx, id, change).await
}

pub async fn cancel(tx: &mut Tx, id: JobId) -> Result<bool, AccessError> {
    let change =
        ActiveModel { state: Set(JobState::Cancelled), remaining_ms: Set(None), ..Default::default() };
    set_open(tx, id, change).await
}

/// Puts a failed or cancelled job back to the start of its line.
pub async fn reopen(tx: &mut Tx, id: JobId) -> Result<bool, AccessError> {
    let change = ActiveModel { state: Set(JobState::Queued), error: Set(None), ..Default::default() };
    set(tx, id, &[JobState::Failed, JobState::Cancelled], change).await
}

/// When an open job that was handed over to the queue changed last; `None` for every other job.
pub async fn handed_over_at(tx: &Tx, id: JobId) -> Result<Option<DateTime<Utc>>, AccessError> {
    let select = tx
        .find::<Entity>()
        .filter(Column::Id.eq(id))
        .filter(Column::State.is_in(OPEN))
        .filter(Column::RelayedAt.is_not_null());
    Ok(tx.one(select).await?.map(|row| row.updated_at))
}

/// Holds an open job until the transaction ends, if it is as it was at this time.
pub async fn hold(tx: &mut Tx, id: JobId, as_of: DateTime<Utc>) -> Result<bool, AccessError> {
    let update = tx
        .update::<Entity>()
        .filter(Column::Id.eq(id))
        .filter(Column::State.is_in(OPEN))
        .filter(Column::RelayedAt.is_not_null())
        .filter(Column::UpdatedAt.eq(as_of))
        .set(ActiveModel { updated_at: Set(tx.now()), ..Default::default() });
    Ok(tx.execute_update(update).await? == 1)
}

async fn set_open(tx: &mut Tx, id: JobId, change: ActiveModel) -> Result<bool, AccessError> {
    set(tx, id, &OPEN, change).await
}

async fn set(
    tx: &mut Tx,
    id: JobId,
    from: &[JobState],
    mut change: ActiveModel,
) -> Result<bool, AccessError> {
    change.updated_at = Set(tx.now());
    let update = tx
        .update::<Entity>()
        .filter(Column::Id.eq(id))
        .filter(Column::State.is_in(from.iter().copied()))
        .set(change);
    Ok(tx.execute_update(update).await? == 1)
}

fn view(row: Model) -> JobView {
    JobView {
        id: row.id,
        kind: row.kind,
        state: row.state,
        encounter_id: row.encounter_id,
        recording_id: row.recording_id,
        note_id: row.note_id,
        stage: row.stage,
        progress: u8::try_from(row.progress).unwrap_or(0).min(100),
        remaining_ms: row.remaining_ms.map(i64::unsigned_abs),
        attempts: row.attempts,
        error: row.error.as_deref().and_then(code),
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}
