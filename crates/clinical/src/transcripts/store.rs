//! Transcripts in the database.

use std::collections::BTreeSet;

use access::{AccessError, Fields, Tx};
use crypto::DataKey;
use entities::{evidence, segments, speakers, transcripts as table};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait as _, SelectStatement},
};
use serde::{Deserialize, Serialize};
use shared::{
    EncounterId, Phi, RecordingId, SegmentId, TranscriptId,
    transcripts::{Evidence, SegmentView, SpeakerView, TranscriptRemoval, TranscriptView},
};

use super::{edit::Changed, lines::Replaced};

/// Most ids in one statement.
const IDS: usize = 1_000;

/// Where a transcript comes from.
pub struct Origin {
    pub id: TranscriptId,
    /// `None`: it was typed.
    pub recording_id: Option<RecordingId>,
}

/// What is sealed of a line that a signed note cites.
#[derive(Serialize, Deserialize)]
struct Kept {
    salt: Phi<String>,
    sha256: String,
    quotation: Option<Phi<String>>,
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
    let removal = match row.removed_at {
        Some(at) => Some(TranscriptRemoval { at, evidence: list_evidence(tx, &key, row.id).await? }),
        None => None,
    };
    Ok(Some(TranscriptView {
        id: row.id,
        encounter_id,
        revision: row.revision,
        certainty: row.certainty,
        speakers: voices.into_iter().map(|voice| opened_voice(&key, voice)).collect::<Result<_, _>>()?,
        segments: lines.into_iter().map(|line| opened_line(&key, line)).collect::<Result<_, _>>()?,
        locked: false,
        removal,
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
        removed_at: Set(None),
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
    insert_lines(tx, &key, transcript.id, 0, &transcript.segments).await
}

/// Keeps lines that stand next to each other from a place on.
async fn insert_lines(
    tx: &mut Tx,
    key: &DataKey,
    id: TranscriptId,
    place: i32,
    lines: &[SegmentView],
) -> Result<(), AccessError> {
    let rows = (place..).zip(lines).map(|(ordinal, segment)| segments::ActiveModel {
        id: Set(segment.id),
        practice_id: Set(tx.practice_id()),
        transcript_id: Set(id),
        speaker_id: Set(segment.speaker_id),
        ordinal: Set(ordinal),
        start_ms: Set(segment.start_ms as i64),
        end_ms: Set(segment.end_ms as i64),
        text: Set(Fields::of(key, "segments", segment.id).seal("text", &segment.text)),
        confidence: Set(segment.confidence),
        edited: Set(segment.edited),
    });
    let rows = rows.collect();
    tx.insert_many::<segments::Entity>(rows).await
}

/// Puts lines into the place of others. A line's ordinal stays its place in the transcript.
async fn replace(
    tx: &mut Tx,
    key: &DataKey,
    id: TranscriptId,
    Replaced { place, gone, put }: &Replaced,
) -> Result<(), AccessError> {
    let ids = gone.iter().map(|line| line.id);
    tx.execute_delete(tx.delete::<segments::Entity>().filter(segments::Column::Id.is_in(ids))).await?;
    let place = *place as i32;
    let (fewer, more) = (gone.len() as i32, put.len() as i32);
    let ordinal = segments::Column::Ordinal;
    let later = tx
        .update::<segments::Entity>()
        .filter(segments::Column::TranscriptId.eq(id))
        .filter(ordinal.gte(place + fewer))
        .col_expr(ordinal, Expr::col(ordinal).add(more - fewer));
    tx.execute_update(later).await?;
    insert_lines(tx, key, id, place, put).await
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
    for replaced in &changed.replaced {
        replace(tx, &key, transcript.id, replaced).await?;
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

/// The sessions whose transcript was not removed.
pub fn sessions_with_words(tx: &Tx) -> SelectStatement {
    let there = tx.find::<table::Entity>().filter(table::Column::RemovedAt.is_null());
    there.select_only().column(table::Column::EncounterId).into_query()
}

/// Removes every line and voice, and keeps this of them.
pub async fn remove(
    tx: &mut Tx,
    (id, encounter_id): (TranscriptId, EncounterId),
    kept: &[Evidence],
) -> Result<(), AccessError> {
    let key = tx.session_key(encounter_id).await?;
    let lines = tx.delete::<segments::Entity>().filter(segments::Column::TranscriptId.eq(id));
    tx.execute_delete(lines).await?;
    let voices = tx.delete::<speakers::Entity>().filter(speakers::Column::TranscriptId.eq(id));
    tx.execute_delete(voices).await?;
    let removed = tx.update::<table::Entity>().filter(table::Column::Id.eq(id)).set(table::ActiveModel {
        removed_at: Set(Some(tx.now())),
        updated_at: Set(tx.now()),
        ..Default::default()
    });
    tx.execute_update(removed).await?;
    let rows = kept.iter().map(|one| {
        let sealed =
            Kept { salt: one.salt.clone(), sha256: one.sha256.clone(), quotation: one.quotation.clone() };
        Ok(evidence::ActiveModel {
            id: Set(one.segment_id),
            practice_id: Set(tx.practice_id()),
            transcript_id: Set(id),
            role: Set(one.role),
            start_ms: Set(one.start_ms as i64),
            end_ms: Set(one.end_ms as i64),
            kept: Set(Fields::of(&key, "evidence", one.segment_id).seal_json("kept", &sealed)?),
        })
    });
    let rows = rows.collect::<Result<_, AccessError>>()?;
    tx.insert_many::<evidence::Entity>(rows).await
}

async fn list_evidence(tx: &Tx, key: &DataKey, id: TranscriptId) -> Result<Vec<Evidence>, AccessError> {
    let select = tx
        .find::<evidence::Entity>()
        .filter(evidence::Column::TranscriptId.eq(id))
        .order_by_asc(evidence::Column::StartMs)
        .order_by_asc(evidence::Column::Id);
    let opened = |row: evidence::Model| {
        let Kept { salt, sha256, quotation } =
            Fields::of(key, "evidence", row.id).open_json("kept", &row.kept)?;
        Ok(Evidence {
            segment_id: row.id,
            role: row.role,
            start_ms: row.start_ms.unsigned_abs(),
            end_ms: row.end_ms.unsigned_abs(),
            salt,
            sha256,
            quotation,
        })
    };
    tx.all(select).await?.into_iter().map(opened).collect()
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
