//! Pieces of recordings in the database.

use access::{AccessError, Fields, Tx};
use audio::Span;
use entities::{piece_row, pieces};
use governance::PieceText;
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder};
use shared::{AiCallId, EncounterId, RecordingId};

/// A piece, heard or not.
#[derive(Debug, Clone)]
pub struct PieceRow {
    pub ordinal: i32,
    pub span: Span,
    pub heard: Option<PieceText>,
}

pub async fn list(
    tx: &Tx,
    (id, encounter_id): (RecordingId, EncounterId),
) -> Result<Vec<PieceRow>, AccessError> {
    let key = tx.session_key(encounter_id).await?;
    let select = tx
        .find::<pieces::Entity>()
        .filter(pieces::Column::RecordingId.eq(id))
        .order_by_asc(pieces::Column::Ordinal);
    let row = |row: pieces::Model| {
        let fields = Fields::of(&key, "pieces", piece_row(id.0, row.ordinal));
        let heard = row.heard.as_ref().map(|sealed| fields.open_json("heard", sealed));
        Ok(PieceRow {
            ordinal: row.ordinal,
            span: Span { start_ms: row.start_ms.unsigned_abs(), end_ms: row.end_ms.unsigned_abs() },
            heard: heard.transpose()?,
        })
    };
    tx.all(select).await?.into_iter().map(row).collect()
}

pub async fn keep_heard(
    tx: &mut Tx,
    (id, encounter_id): (RecordingId, EncounterId),
    ordinal: i32,
    call: AiCallId,
    heard: &PieceText,
) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.session_key(encounter_id).await?, "pieces", piece_row(id.0, ordinal));
    let update = tx
        .update::<pieces::Entity>()
        .filter(pieces::Column::RecordingId.eq(id))
        .filter(pieces::Column::Ordinal.eq(ordinal))
        .set(pieces::ActiveModel {
            heard: Set(Some(fields.seal_json("heard", heard)?)),
            ai_call_id: Set(Some(call)),
            ..Default::default()
        });
    tx.execute_update(update).await.map(drop)
}
