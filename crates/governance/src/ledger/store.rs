//! The ledger in the database.

use std::{collections::HashMap, ops::Range};

use access::{AccessError, Tx};
use chrono::{DateTime, Utc};
use entities::{
    ai_calls::{ActiveModel, Column, Entity, Model},
    jobs,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select, sea_query::ExprTrait as _,
};
use shared::{
    AiCallId, AiSystemId, EncounterId, JobId, UserId,
    errors::ErrorCode,
    governance::{AiCallOutcome, AiCallView, AiData, AiPurpose},
    jobs::JobState,
    page::{Page, PageQuery},
};

use super::Usage;
use crate::systems;

/// A call about to be made, or refused.
pub struct NewCall {
    pub id: AiCallId,
    pub system_id: AiSystemId,
    pub version: String,
    pub rules: String,
    pub purpose: AiPurpose,
    pub encounter_id: Option<EncounterId>,
    pub job_id: Option<JobId>,
    pub data: AiData,
    pub user_id: Option<UserId>,
    pub input_hash: [u8; 32],
    /// Why it is refused; empty: it is made.
    pub refused: Vec<ErrorCode>,
}

pub async fn insert(tx: &mut Tx, call: NewCall) -> Result<(), AccessError> {
    let refused = !call.refused.is_empty();
    let now = tx.now();
    let row = ActiveModel {
        id: Set(call.id),
        practice_id: Set(tx.practice_id()),
        system_id: Set(call.system_id),
        purpose: Set(call.purpose),
        encounter_id: Set(call.encounter_id),
        job_id: Set(call.job_id),
        data: Set(call.data),
        user_id: Set(call.user_id),
        outcome: Set(if refused { AiCallOutcome::Refused } else { AiCallOutcome::Started }),
        reasons: Set(call.refused.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(",")),
        version: Set(call.version),
        rules: Set(call.rules),
        input_hash: Set(call.input_hash.to_vec()),
        output_hash: Set(None),
        started_at: Set(now),
        finished_at: Set(refused.then_some(now)),
        remote_sound: Set(None),
        remote_id: Set(None),
        remote_removed_at: Set(None),
        sound_ms: Set(None),
        input_tokens: Set(None),
        output_tokens: Set(None),
        cost_micro_usd: Set(None),
    };
    tx.insert::<Entity>(row).await
}

/// How a call succeeded.
#[derive(Debug)]
pub struct Success {
    pub output_hash: [u8; 32],
    pub finished_at: DateTime<Utc>,
    pub usage: Usage,
    pub cost_micro_usd: Option<u64>,
}

pub async fn succeed(tx: &mut Tx, id: AiCallId, success: &Success) -> Result<(), AccessError> {
    let number = |number: Option<u64>| Set(number.and_then(|number| i64::try_from(number).ok()));
    let row = ActiveModel {
        outcome: Set(AiCallOutcome::Succeeded),
        output_hash: Set(Some(success.output_hash.to_vec())),
        finished_at: Set(Some(success.finished_at)),
        sound_ms: number(success.usage.sound_ms),
        input_tokens: number(success.usage.input_tokens),
        output_tokens: number(success.usage.output_tokens),
        cost_micro_usd: number(success.cost_micro_usd),
        ..Default::default()
    };
    set(tx, id, row).await
}

pub async fn fail(tx: &mut Tx, id: AiCallId, reason: ErrorCode) -> Result<(), AccessError> {
    let row = ActiveModel {
        outcome: Set(AiCallOutcome::Failed),
        reasons: Set(reason.as_str().to_owned()),
        finished_at: Set(Some(tx.now())),
        ..Default::default()
    };
    set(tx, id, row).await
}

/// Nobody knows when it ended, so no end is noted.
pub async fn time_out(tx: &mut Tx, id: AiCallId) -> Result<(), AccessError> {
    set(tx, id, ActiveModel { outcome: Set(AiCallOutcome::Timeout), ..Default::default() }).await
}

/// Where the sound of a call is now, and what the work on it is called there, as soon as that is known.
pub async fn note_remote(
    tx: &mut Tx,
    id: AiCallId,
    sound: &str,
    work: Option<&str>,
) -> Result<(), AccessError> {
    let row = ActiveModel {
        remote_sound: Set(Some(sound.to_owned())),
        remote_id: Set(work.map(str::to_owned)),
        ..Default::default()
    };
    set(tx, id, row).await
}

/// It is not there any more.
pub async fn note_removed(tx: &mut Tx, id: AiCallId) -> Result<(), AccessError> {
    set(tx, id, ActiveModel { remote_removed_at: Set(Some(tx.now())), ..Default::default() }).await
}

/// What an ended call left elsewhere.
pub struct Left {
    pub call: AiCallId,
    pub system: AiSystemId,
    pub sound: String,
    pub work: Option<String>,
}

/// What calls left elsewhere that is not needed there any more, a hundred at most: the answer is kept, or nobody works at the job.
pub async fn list_left(tx: &Tx) -> Result<Vec<Left>, AccessError> {
    let at_work = tx
        .find::<jobs::Entity>()
        .filter(jobs::Column::State.is_in([JobState::Queued, JobState::Running]))
        .select_only()
        .column(jobs::Column::Id)
        .into_query();
    let over = Condition::any()
        .add(Column::Outcome.eq(AiCallOutcome::Succeeded))
        .add(Column::JobId.not_in_subquery(at_work));
    let select = there(tx).filter(over).order_by_asc(Column::Id).limit(100);
    Ok(tx.all(select).await?.into_iter().filter_map(left).collect())
}

/// What an earlier call of the job left elsewhere, and nobody has an answer to.
pub async fn left_by_job(tx: &Tx, job: JobId) -> Result<Option<Left>, AccessError> {
    let select = there(tx)
        .filter(Column::JobId.eq(job))
        .filter(Column::Outcome.is_in([AiCallOutcome::Failed, AiCallOutcome::Timeout]))
        .order_by_desc(Column::Id);
    Ok(tx.one(select).await?.and_then(left))
}

fn there(tx: &Tx) -> Select<Entity> {
    tx.find::<Entity>().filter(Column::RemoteSound.is_not_null()).filter(Column::RemoteRemovedAt.is_null())
}

fn left(row: Model) -> Option<Left> {
    Some(Left { call: row.id, system: row.system_id, sound: row.remote_sound?, work: row.remote_id })
}

async fn set(tx: &mut Tx, id: AiCallId, row: ActiveModel) -> Result<(), AccessError> {
    let update = tx.update::<Entity>().filter(Column::Id.eq(id)).set(row);
    tx.execute_update(update).await.map(drop)
}

#[derive(FromQueryResult)]
struct Cost {
    system_id: AiSystemId,
    cost: i64,
}

/// What calls begun at `since` or later have cost, by system, or of one.
pub async fn costs_since(
    tx: &Tx,
    since: DateTime<Utc>,
    system: Option<AiSystemId>,
) -> Result<HashMap<AiSystemId, u64>, AccessError> {
    let mut select = tx
        .find::<Entity>()
        .filter(Column::CostMicroUsd.is_not_null())
        .filter(Column::StartedAt.gte(since))
        .select_only()
        .column(Column::SystemId)
        // PostgreSQL adds whole numbers up to a decimal.
        .column_as(Column::CostMicroUsd.sum().cast_as("BIGINT"), "cost")
        .group_by(Column::SystemId);
    if let Some(system) = system {
        select = select.filter(Column::SystemId.eq(system));
    }
    let rows: Vec<Cost> = tx.all_as(select).await?;
    Ok(rows.into_iter().map(|row| (row.system_id, u64::try_from(row.cost).unwrap_or_default())).collect())
}

/// Calls that are alike, counted.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Counted {
    pub system_id: AiSystemId,
    pub outcome: AiCallOutcome,
    pub reasons: String,
    pub calls: i64,
    /// Empty where none of them has any, as what else was used.
    pub sound_ms: Option<i64>,
    pub input_tokens: Option<i64>,
    pub output_tokens: Option<i64>,
    pub cost_micro_usd: Option<i64>,
}

/// How many calls were begun in a span of time (its end is not in it), by system, end and reasons, and what they used.
pub async fn count(tx: &Tx, span: &Range<DateTime<Utc>>) -> Result<Vec<Counted>, AccessError> {
    // PostgreSQL adds whole numbers up to a decimal.
    let sum = |column: Column| column.sum().cast_as("BIGINT");
    let select = within(tx, span)
        .select_only()
        .columns([Column::SystemId, Column::Outcome, Column::Reasons])
        .column_as(Column::Id.count(), "calls")
        .column_as(sum(Column::SoundMs), "sound_ms")
        .column_as(sum(Column::InputTokens), "input_tokens")
        .column_as(sum(Column::OutputTokens), "output_tokens")
        .column_as(sum(Column::CostMicroUsd), "cost_micro_usd")
        .group_by(Column::SystemId)
        .group_by(Column::Outcome)
        .group_by(Column::Reasons);
    tx.all_as(select).await
}

/// The next calls begun in a span of time after this one, the oldest first.
pub async fn list_within(
    tx: &Tx,
    span: &Range<DateTime<Utc>>,
    after: Option<&AiCallView>,
    rows: u64,
    keys: &HashMap<AiSystemId, String>,
) -> Result<Vec<AiCallView>, AccessError> {
    // From the last one on, or the database reads every page from the span's beginning.
    let rest = after.map_or(span.start, |last| last.started_at)..span.end;
    let mut select = within(tx, &rest).order_by_asc(Column::StartedAt).order_by_asc(Column::Id).limit(rows);
    if let Some(last) = after {
        let later = Condition::any().add(Column::StartedAt.gt(last.started_at)).add(Column::Id.gt(last.id));
        select = select.filter(later);
    }
    Ok(tx.all(select).await?.into_iter().map(|row| view(row, keys)).collect())
}

fn within(tx: &Tx, span: &Range<DateTime<Utc>>) -> Select<Entity> {
    tx.find::<Entity>().filter(Column::StartedAt.gte(span.start)).filter(Column::StartedAt.lt(span.end))
}

/// Calls that have not ended, begun at `until` or before; of one job or of all.
pub async fn list_started(
    tx: &Tx,
    job_id: Option<JobId>,
    until: DateTime<Utc>,
) -> Result<Vec<AiCallId>, AccessError> {
    const MOST_AT_ONCE: u64 = 1_000;
    let mut select = tx
        .find::<Entity>()
        .filter(Column::Outcome.eq(AiCallOutcome::Started))
        .filter(Column::StartedAt.lte(until))
        .limit(MOST_AT_ONCE);
    if let Some(job_id) = job_id {
        select = select.filter(Column::JobId.eq(job_id));
    }
    Ok(tx.all(select).await?.into_iter().map(|row| row.id).collect())
}

pub async fn list(tx: &Tx, query: &PageQuery) -> Result<Page<AiCallView>, AccessError> {
    let mut select = tx.find::<Entity>().order_by_desc(Column::Id).limit(query.rows() + 1);
    if let Some(last) = query.cursor.as_deref().and_then(|cursor| cursor.parse::<AiCallId>().ok()) {
        select = select.filter(Column::Id.lt(last));
    }
    let page = Page::from_overfull(tx.all(select).await?, query.rows(), |row| row.id.to_string());
    let systems = systems::store::list(tx).await?;
    let keys: HashMap<AiSystemId, String> =
        systems.into_iter().map(|system| (system.id, system.key)).collect();
    Ok(page.map(|row| view(row, &keys)))
}

fn view(row: Model, keys: &HashMap<AiSystemId, String>) -> AiCallView {
    let number = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
    let latency = row.finished_at.map(|end| (end - row.started_at).num_milliseconds());
    AiCallView {
        id: row.id,
        system_id: row.system_id,
        system_key: keys.get(&row.system_id).cloned().unwrap_or_default(),
        purpose: row.purpose,
        encounter_id: row.encounter_id,
        data: row.data,
        user_id: row.user_id,
        outcome: row.outcome,
        reasons: row.reasons.split(',').filter(|reason| !reason.is_empty()).map(str::to_owned).collect(),
        version: row.version,
        rules: row.rules,
        input_hash: hex(&row.input_hash),
        output_hash: row.output_hash.as_deref().map(hex),
        started_at: row.started_at,
        latency_ms: number(latency),
        sound_ms: number(row.sound_ms),
        input_tokens: number(row.input_tokens),
        output_tokens: number(row.output_tokens),
        cost_micro_usd: number(row.cost_micro_usd),
        remote_id: row.remote_id,
        remote_removed_at: row.remote_removed_at,
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
