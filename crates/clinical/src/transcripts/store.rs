//! Transcripts in the database.

use std::collections::BTreeSet;

use access::{AccessError, Fields, Tx};
use crypto::DataKey;
use entities::{segments, speakers, transcripts as table};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use shared::{
    EncounterId, RecordingId, SegmentId, TranscriptId,
    transcripts::{SegmentView, SpeakerView, TranscriptView},
};

use super::edit::Changed;

/// Most ids in one statement.
const IDS: usize = 1_000;

/// Where a transcript comes from.
pub struct Origin {
    pub id: TranscriptId,
    /// `None`: it was typed.
    pub recording_id: Option<RecordingId>,
}

pub async fn find_origin(tx: &Tx, encounter_id: EncounterId) -> Result<Option<Origin>, AccessError> {
    let row = find_row(tx, encounter_id).await?;
    Ok(row.map(|row| Origin { id: row.id, recording_id: row.recording_id }))
}

/// The transcript of a session; whether it is locked is for the caller to say.
pub async fn find(tx: &Tx, encounter_id: EncounterId) -> Result<Option<TranscriptView>, AccessError> {
    let Some(row) = find_row(tx, encounter_id).await? else { return Ok(None) };
    let voices = tx
        .find::<speakers::Entity>()
        .filter(speakers::Column::TranscriptId.eq(row.id))
        .order_by_asc(speakers::Column::Ordinal);
    let voices = tx.all(voices).await?;
    let lines = tx
        .find::<segments::Entity>()
        .filter(segments::Column::TranscriptId.eq(row.id))
        .order_by_asc(segments::Column::Ordinal);
    let lines = tx.all(lines).await?;
    let key = tx.session_key(encounter_id).await?;
    Ok(Some(TranscriptView {
        id: row.id,
        encounter_id,
        revision: row.revision,
        certainty: row.certainty,
        speakers: voices.into_iter().map(|voice| opened_voice(&key, voice)).collect::<Result<_, _>>()?,
        segments: lines.into_iter().map(|line| opened_line(&key, line)).collect::<Result<_, _>>()?,
        locked: false,
    }))
}

pub async fn insert(
    tx: &mut Tx,
    transcript: &TranscriptView,
    recording_id: Option<RecordingId>,
) -> Result<(), AccessError> {
    let row = table::ActiveModel {
        id: Set(transcript.id),
        practice_id: Set(tx.practice_id()),
        encounter_id: Set(transcript.encounter_id),
        recording_id: Set(recording_id),
        revision: Set(transcript.revision),
        certainty: Set(transcript.certainty),
        created_at: Set(tx.now()),
        updated_at: Set(tx.now()),
    };
    tx.insert::<table::Entity>(row).await?;
    let key = tx.session_key(transcript.encounter_id).await?;
    let voices = (0..).zip(&transcript.speakers).map(|(ordinal, speaker)| speakers::ActiveModel {
        id: Set(speaker.id),
        practice_id: Set(tx.practice_id()),
        transcript_id: Set(transcript.id),
        ordinal: Set(ordinal),
        label: Set(Fields::of(&key, "speakers", speaker.id).seal("label", &speaker.label)),
        role: Set(speaker.role),
    });
    let voices = voices.collect();
    tx.insert_many::<speakers::Entity>(voices).await?;
    let lines = (0..).zip(&transcript.segments).map(|(ordinal, segment)| segments::ActiveModel {
        id: Set(segment.id),
        practice_id: Set(tx.practice_id()),
        transcript_id: Set(transcript.id),
        speaker_id: Set(segment.speaker_id),
        ordinal: Set(ordinal),
        start_ms: Set(segment.start_ms as i64),
        end_ms: Set(segment.end_ms as i64),
        text: Set(Fields::of(&key, "segments", segment.id).seal("text", &segment.text)),
        confidence: Set(segment.confidence),
        edited: Set(segment.edited),
    });
    let lines = lines.collect();
    tx.insert_many::<segments::Entity>(lines).await
}

/// Writes what changed, if the revision still is `expected`; says whether it was.
pub async fn update(
    tx: &mut Tx,
    expected: i32,
    transcript: &TranscriptView,
    changed: &Changed,
) -> Result<bool, AccessError> {
    let head = table::ActiveModel {
        revision: Set(expected + 1),
        certainty: Set(transcript.certainty),
        updated_at: Set(tx.now()),
        ..Default::default()
    };
    let update = tx
        .update::<table::Entity>()
        .filter(table::Column::Id.eq(transcript.id))
        .filter(table::Column::Revision.eq(expected))
        .set(head);
    if tx.execute_update(update).await? == 0 {
        return Ok(false);
    }
    let key = tx.session_key(transcript.encounter_id).await?;
    for speaker in transcript.speakers.iter().filter(|speaker| changed.speakers.contains(&speaker.id)) {
        let row = speakers::ActiveModel {
            label: Set(Fields::of(&key, "speakers", speaker.id).seal("label", &speaker.label)),
            role: Set(speaker.role),
            ..Default::default()
        };
        let update = tx.update::<speakers::Entity>().filter(speakers::Column::Id.eq(speaker.id)).set(row);
        tx.execute_update(update).await?;
    }
    for segment in transcript.segments.iter().filter(|segment| changed.segments.contains(&segment.id)) {
        let row = segments::ActiveModel {
            text: Set(Fields::of(&key, "segments", segment.id).seal("text", &segment.text)),
            speaker_id: Set(segment.speaker_id),
            edited: Set(segment.edited),
            ..Default::default()
        };
        let update = tx.update::<segments::Entity>().filter(segments::Column::Id.eq(segment.id)).set(row);
        tx.execute_update(update).await?;
    }
    for merge in &changed.merged {
        let row = segments::ActiveModel { speaker_id: Set(Some(merge.into)), ..Default::default() };
        let update = tx
            .update::<segments::Entity>()
            .filter(segments::Column::TranscriptId.eq(transcript.id))
            .filter(segments::Column::SpeakerId.eq(merge.from))
            .set(row);
        tx.execute_update(update).await?;
        // Lines go with their voice, so it goes only when none is left.
        let gone = tx.delete::<speakers::Entity>().filter(speakers::Column::Id.eq(merge.from));
        tx.execute_delete(gone).await?;
    }
    Ok(true)
}

/// Whether all of these are lines of the session's transcript.
pub async fn has_lines(
    tx: &Tx,
    encounter_id: EncounterId,
    ids: &BTreeSet<SegmentId>,
) -> Result<bool, AccessError> {
    let ids: Vec<_> = ids.iter().copied().collect();
    for some in ids.chunks(IDS) {
        let transcript = tx
            .find::<table::Entity>()
            .filter(table::Column::EncounterId.eq(encounter_id))
            .select_only()
            .column(table::Column::Id)
            .into_query();
        let lines = tx
            .find::<segments::Entity>()
            .filter(segments::Column::Id.is_in(some.iter().copied()))
            .filter(segments::Column::TranscriptId.in_subquery(transcript));
        if tx.count(lines).await? != some.len() as u64 {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn find_row(tx: &Tx, encounter_id: EncounterId) -> Result<Option<table::Model>, AccessError> {
    tx.one(tx.find::<table::Entity>().filter(table::Column::EncounterId.eq(encounter_id))).await
}

fn opened_voice(key: &DataKey, row: speakers::Model) -> Result<SpeakerView, AccessError> {
    let label = Fields::of(key, "speakers", row.id).open("label", &row.label)?;
    Ok(SpeakerView { id: row.id, label, role: row.role })
}

fn opened_line(key: &DataKey, row: segments::Model) -> Result<SegmentView, AccessError> {
    Ok(SegmentView {
        id: row.id,
        speaker_id: row.speaker_id,
        start_ms: row.start_ms.unsigned_abs(),
        end_ms: row.end_ms.unsigned_abs(),
        text: Fields::of(key, "segments", row.id).open("text", &row.text)?,
        confidence: row.confidence,
        edited: row.edited,
    })
}
