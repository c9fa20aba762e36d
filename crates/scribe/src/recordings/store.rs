//! Recordings in the database.

use std::collections::HashMap;

use access::{AccessError, Fields, Tx};
use audio::{ChannelTurn, Span};
use chrono::{DateTime, Utc};
use clinical::{
    legal_holds::held_sessions,
    notes::{sessions_in_writing, sessions_signed_until},
    transcripts::sessions_with_words,
};
use entities::{encounters, jobs, pieces, recordings};
use governance::Turn;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use serde::{Deserialize, Serialize};
use shared::{
    EncounterId, RecordingId,
    encounters::EncounterRecording,
    errors::ErrorCode,
    jobs::JobState,
    recordings::{LeftOut, RecordingState, RecordingView, SoundQuality, Stage},
};

use crate::uploads::{self, Upload};

const TABLE: &str = "recordings";

/// What was found while decoding.
#[derive(Debug, Clone)]
pub struct DecodedSound {
    pub duration_ms: u64,
    pub sound_bytes: u64,
    pub speech_ms: u64,
    pub spans: Vec<Span>,
    pub peaks: Vec<u8>,
    pub quality: Option<SoundQuality>,
    pub turns: Vec<ChannelTurn>,
    pub pieces: Vec<Span>,
}

/// A recording on its way.
#[derive(Debug, Clone)]
pub struct Recording {
    pub encounter_id: EncounterId,
    pub state: RecordingState,
    pub stage: Stage,
    pub media_type: String,
    pub speech_ms: u64,
    pub sound_bytes: u64,
    pub spans: Vec<Span>,
    pub turns: Vec<Turn>,
    pub sound_removed: bool,
}

#[derive(Serialize, Deserialize)]
struct Ends(u64, u64);

pub async fn insert(tx: &mut Tx, upload: &Upload, media_type: &str) -> Result<(), AccessError> {
    let now = tx.now();
    let row = recordings::ActiveModel {
        id: Set(upload.recording_id),
        practice_id: Set(tx.practice_id()),
        encounter_id: Set(upload.encounter_id),
        state: Set(RecordingState::Stored),
        stage: Set(Stage::Decode),
        media_type: Set(media_type.to_owned()),
        size: Set(i64::try_from(upload.length).unwrap_or(i64::MAX)),
        duration_ms: Set(None),
        speech_ms: Set(None),
        sound_bytes: Set(None),
        spans: Set(None),
        peaks: Set(None),
        quality: Set(None),
        turns: Set(None),
        left_out: Set(None),
        error: Set(None),
        created_by: Set(tx.actor().user_id()),
        created_at: Set(now),
        updated_at: Set(now),
        sound_removed_at: Set(None),
    };
    tx.insert::<recordings::Entity>(row).await
}

/// Whether the session has a recording that counts. One that failed does not: it can be replaced.
pub async fn exists(tx: &Tx, encounter_id: EncounterId) -> Result<bool, AccessError> {
    let select = tx
        .find::<recordings::Entity>()
        .filter(recordings::Column::EncounterId.eq(encounter_id))
        .filter(recordings::Column::State.ne(RecordingState::Failed));
    Ok(tx.count(select).await? > 0)
}

/// Those whose next stage needs the plain sound.
pub async fn list_in_need_of_plain_sound(tx: &Tx) -> Result<Vec<RecordingId>, AccessError> {
    let stages = [Stage::VoiceActivity, Stage::Transcription, Stage::Speakers];
    let select = tx
        .find::<recordings::Entity>()
        .filter(recordings::Column::State.eq(RecordingState::Processing))
        .filter(recordings::Column::Stage.is_in(stages));
    Ok(tx.all(select).await?.into_iter().map(|row| row.id).collect())
}

/// The recording of a session that failed, if one did.
pub async fn find_failed(tx: &Tx, encounter_id: EncounterId) -> Result<Option<RecordingId>, AccessError> {
    let select = tx
        .find::<recordings::Entity>()
        .filter(recordings::Column::EncounterId.eq(encounter_id))
        .filter(recordings::Column::State.eq(RecordingState::Failed));
    Ok(tx.one(select).await?.map(|row| row.id))
}

/// Forgets a recording that failed, with its pieces.
pub async fn delete_failed(tx: &mut Tx, id: RecordingId) -> Result<bool, AccessError> {
    let row = tx
        .delete::<recordings::Entity>()
        .filter(recordings::Column::Id.eq(id))
        .filter(recordings::Column::State.eq(RecordingState::Failed));
    Ok(tx.execute_delete(row).await? == 1)
}

pub async fn find(tx: &Tx, id: RecordingId) -> Result<Option<Recording>, AccessError> {
    let select = tx.find::<recordings::Entity>().filter(recordings::Column::Id.eq(id));
    let Some(row) = tx.one(select).await? else { return Ok(None) };
    let fields = Fields::of(&tx.session_key(row.encounter_id).await?, TABLE, id);
    let spans: Vec<Ends> = match &row.spans {
        Some(sealed) => fields.open_json("spans", sealed)?,
        None => Vec::new(),
    };
    let turns = row.turns.map(|sealed| fields.open_json("turns", &sealed)).transpose()?;
    Ok(Some(Recording {
        turns: turns.unwrap_or_default(),
        encounter_id: row.encounter_id,
        state: row.state,
        stage: row.stage,
        media_type: row.media_type,
        speech_ms: unsigned(row.speech_ms),
        sound_bytes: unsigned(row.sound_bytes),
        sound_removed: row.sound_removed_at.is_some(),
        spans: spans.into_iter().map(|Ends(start_ms, end_ms)| Span { start_ms, end_ms }).collect(),
    }))
}

pub async fn find_view(tx: &Tx, id: RecordingId) -> Result<Option<RecordingView>, AccessError> {
    let select = tx.find::<recordings::Entity>().filter(recordings::Column::Id.eq(id));
    let Some(row) = tx.one(select).await? else { return Ok(None) };
    let job = tx
        .find::<jobs::Entity>()
        .filter(jobs::Column::RecordingId.eq(id))
        .order_by_desc(jobs::Column::Id)
        .limit(1);
    let job_id = tx.one(job).await?.map(|job| job.id);
    let fields = Fields::of(&tx.session_key(row.encounter_id).await?, TABLE, id);
    let quality = row.quality.map(|sealed| fields.open_json("quality", &sealed)).transpose()?;
    let left_out = row.left_out.map(|sealed| fields.open_json("left_out", &sealed)).transpose()?;
    let peaks = row.peaks.map(|sealed| fields.open_json("peaks", &sealed)).transpose()?;
    Ok(Some(RecordingView {
        id,
        encounter_id: row.encounter_id,
        state: row.state,
        job_id,
        media_type: row.media_type,
        size: row.size.unsigned_abs(),
        duration_ms: row.duration_ms.map(i64::unsigned_abs),
        speech_ms: row.speech_ms.map(i64::unsigned_abs),
        quality,
        left_out: left_out.unwrap_or_default(),
        error: row.error.as_deref().and_then(code),
        peaks: peaks.unwrap_or_default(),
        created_at: row.created_at,
        sound_removed_at: row.sound_removed_at,
    }))
}

pub async fn of_encounters(
    tx: &Tx,
    ids: &[EncounterId],
) -> Result<HashMap<EncounterId, EncounterRecording>, AccessError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let select =
        tx.find::<recordings::Entity>().filter(recordings::Column::EncounterId.is_in(ids.iter().copied()));
    let short =
        |row: recordings::Model| (row.encounter_id, EncounterRecording { id: row.id, state: row.state });
    Ok(tx.all(select).await?.into_iter().map(short).collect())
}

/// Recordings that still have their sound although a note of their session was signed, by all who have to, at
/// `before` or earlier, none is being written and nobody in it is on legal hold; the oldest first.
pub fn outlived(tx: &Tx, before: DateTime<Utc>) -> Select<recordings::Entity> {
    tx.find::<recordings::Entity>()
        .filter(recordings::Column::SoundRemovedAt.is_null())
        .filter(recordings::Column::EncounterId.in_subquery(sessions_signed_until(tx, before)))
        .filter(recordings::Column::EncounterId.not_in_subquery(sessions_in_writing(tx, None)))
        .filter(recordings::Column::EncounterId.not_in_subquery(held_sessions(tx)))
        .order_by_asc(recordings::Column::Id)
}

pub async fn list_outlived(
    tx: &Tx,
    before: DateTime<Utc>,
    many: u64,
) -> Result<Vec<(RecordingId, EncounterId)>, AccessError> {
    let rows = tx.all(outlived(tx, before).limit(many)).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.encounter_id)).collect())
}

/// Sessions with a transcript, or with something that was heard, although a note of theirs was signed, by all who have to,
/// at `before` or earlier, none is being written, no job is at work and nobody in them is on legal hold; the oldest first.
/// A draft that an AI system made of the transcript and nobody changed since then does not keep it.
pub fn with_outlived_words(tx: &Tx, before: DateTime<Utc>) -> Select<encounters::Entity> {
    let heard = tx.find::<pieces::Entity>().filter(pieces::Column::Heard.is_not_null());
    let heard = heard.select_only().column(pieces::Column::RecordingId).into_query();
    let heard = tx.find::<recordings::Entity>().filter(recordings::Column::Id.in_subquery(heard));
    let heard = heard.select_only().column(recordings::Column::EncounterId).into_query();
    let at_work = tx
        .find::<jobs::Entity>()
        .filter(jobs::Column::State.is_in([JobState::Queued, JobState::Running]))
        .select_only()
        .column(jobs::Column::EncounterId)
        .into_query();
    let id = encounters::Column::Id;
    let there = id.in_subquery(sessions_with_words(tx));
    tx.find::<encounters::Entity>()
        .filter(Condition::any().add(there).add(id.in_subquery(heard)))
        .filter(id.in_subquery(sessions_signed_until(tx, before)))
        .filter(id.not_in_subquery(sessions_in_writing(tx, Some(before))))
        .filter(id.not_in_subquery(at_work))
        .filter(id.not_in_subquery(held_sessions(tx)))
        .order_by_asc(id)
}

pub async fn list_with_outlived_words(
    tx: &Tx,
    before: DateTime<Utc>,
    many: u64,
) -> Result<Vec<EncounterId>, AccessError> {
    let rows = tx.all(with_outlived_words(tx, before).limit(many)).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Whether a session is among them.
pub async fn has_outlived_words(
    tx: &Tx,
    before: DateTime<Utc>,
    id: EncounterId,
) -> Result<bool, AccessError> {
    let select = with_outlived_words(tx, before).filter(encounters::Column::Id.eq(id));
    Ok(tx.one(select).await?.is_some())
}

/// Forgets what was heard, piece by piece, in the recording of a session; says of which, if there was something.
pub async fn forget_heard(
    tx: &mut Tx,
    encounter_id: EncounterId,
) -> Result<Option<RecordingId>, AccessError> {
    let of_session = recordings::Column::EncounterId.eq(encounter_id);
    let Some(recording) = tx.one(tx.find::<recordings::Entity>().filter(of_session)).await? else {
        return Ok(None);
    };
    set(tx, recording.id, recordings::ActiveModel { left_out: Set(None), ..Default::default() }).await?;
    let pieces = tx.delete::<pieces::Entity>().filter(pieces::Column::RecordingId.eq(recording.id));
    Ok((tx.execute_delete(pieces).await? > 0).then_some(recording.id))
}

/// Forgets the sound of a recording: where its parts were, its picture, and what was heard piece by piece. False when
/// another process has just done so.
pub async fn remove_sound(tx: &mut Tx, id: RecordingId) -> Result<bool, AccessError> {
    let update = tx
        .update::<recordings::Entity>()
        .filter(recordings::Column::Id.eq(id))
        .filter(recordings::Column::SoundRemovedAt.is_null())
        .set(recordings::ActiveModel {
            peaks: Set(None),
            sound_removed_at: Set(Some(tx.now())),
            updated_at: Set(tx.now()),
            ..Default::default()
        });
    if tx.execute_update(update).await? == 0 {
        return Ok(false);
    }
    uploads::store::delete_of_recording(tx, id).await?;
    let pieces = tx.delete::<pieces::Entity>().filter(pieces::Column::RecordingId.eq(id));
    tx.execute_delete(pieces).await?;
    Ok(true)
}

/// Keeps what decoding found. The pieces of an earlier, unfinished run are replaced.
pub async fn keep_decoded(
    tx: &mut Tx,
    (id, encounter_id): (RecordingId, EncounterId),
    found: &DecodedSound,
) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.session_key(encounter_id).await?, TABLE, id);
    let ends: Vec<_> = found.spans.iter().map(|span| Ends(span.start_ms, span.end_ms)).collect();
    let turn =
        |it: &ChannelTurn| Turn { start_ms: it.span.start_ms, end_ms: it.span.end_ms, speaker: it.channel };
    let turns: Vec<_> = found.turns.iter().map(turn).collect();
    let change = recordings::ActiveModel {
        turns: Set((!turns.is_empty()).then(|| fields.seal_json("turns", &turns)).transpose()?),
        duration_ms: Set(Some(found.duration_ms as i64)),
        speech_ms: Set(Some(found.speech_ms as i64)),
        sound_bytes: Set(Some(found.sound_bytes as i64)),
        spans: Set(Some(fields.seal_json("spans", &ends)?)),
        peaks: Set(Some(fields.seal_json("peaks", &found.peaks)?)),
        quality: Set(found.quality.map(|it| fields.seal_json("quality", &it)).transpose()?),
        stage: Set(Stage::VoiceActivity),
        ..Default::default()
    };
    set(tx, id, change).await?;
    let old = tx.delete::<pieces::Entity>().filter(pieces::Column::RecordingId.eq(id));
    tx.execute_delete(old).await?;
    let rows = found.pieces.iter().enumerate().map(|(ordinal, span)| pieces::ActiveModel {
        recording_id: Set(id),
        ordinal: Set(ordinal as i32),
        practice_id: Set(tx.practice_id()),
        start_ms: Set(span.start_ms as i64),
        end_ms: Set(span.end_ms as i64),
        heard: Set(None),
        ai_call_id: Set(None),
    });
    let rows = rows.collect();
    tx.insert_many::<pieces::Entity>(rows).await
}

/// Goes on to the next stage.
pub async fn set_stage(tx: &mut Tx, id: RecordingId, stage: Stage) -> Result<(), AccessError> {
    set(tx, id, recordings::ActiveModel { stage: Set(stage), ..Default::default() }).await
}

/// Reaches a state, with the reason where it is a failure.
pub async fn set_state(
    tx: &mut Tx,
    id: RecordingId,
    state: RecordingState,
    error: Option<ErrorCode>,
) -> Result<(), AccessError> {
    let error = error.map(|code| code.as_str().to_owned());
    set(tx, id, recordings::ActiveModel { state: Set(state), error: Set(error), ..Default::default() }).await
}

async fn set(tx: &mut Tx, id: RecordingId, mut change: recordings::ActiveModel) -> Result<(), AccessError> {
    change.updated_at = Set(tx.now());
    let update = tx.update::<recordings::Entity>().filter(recordings::Column::Id.eq(id)).set(change);
    tx.execute_update(update).await.map(drop)
}

/// Where text was left out that the engine made up.
pub async fn keep_left_out(
    tx: &mut Tx,
    (id, encounter_id): (RecordingId, EncounterId),
    places: &[LeftOut],
) -> Result<(), AccessError> {
    let sealed =
        Fields::of(&tx.session_key(encounter_id).await?, TABLE, id).seal_json("left_out", &places)?;
    set(tx, id, recordings::ActiveModel { left_out: Set(Some(sealed)), ..Default::default() }).await
}

fn unsigned(value: Option<i64>) -> u64 {
    value.map_or(0, i64::unsigned_abs)
}

/// The code that was written down.
pub fn code(word: &str) -> Option<ErrorCode> {
    ErrorCode::ALL.iter().copied().find(|code| code.as_str() == word)
}
