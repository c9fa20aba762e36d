//! Uploads and parts in the database.

use access::{AccessError, Fields, Tx};
use blobs::BlobAddress;
use clinical::legal_holds::held_sessions;
use entities::{recording_parts, uploads};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use shared::{EncounterId, Phi, RecordingId, UploadId};

use super::Upload;

/// A part that is stored.
#[derive(Debug, Clone, Copy)]
pub struct StoredPart {
    /// Its number among the recording's blobs.
    pub part: u32,
    /// Its bytes.
    pub length: u64,
}

pub async fn insert(tx: &mut Tx, upload: &Upload, filename: &Phi<String>) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.session_key(upload.encounter_id).await?, "uploads", upload.id);
    let row = uploads::ActiveModel {
        id: Set(upload.id),
        practice_id: Set(tx.practice_id()),
        encounter_id: Set(upload.encounter_id),
        recording_id: Set(upload.recording_id),
        length: Set(signed(upload.length)),
        received: Set(0),
        media_type: Set(upload.media_type.clone()),
        filename: Set(fields.seal("filename", filename)),
        expires_at: Set(upload.expires_at),
        open: Set(upload.open),
        completed_at: Set(None),
        created_by: Set(tx.actor().user_id()),
        created_at: Set(tx.now()),
    };
    tx.insert::<uploads::Entity>(row).await
}

pub async fn find(tx: &Tx, id: UploadId) -> Result<Option<Upload>, AccessError> {
    let row = tx.one(tx.find::<uploads::Entity>().filter(uploads::Column::Id.eq(id))).await?;
    Ok(row.map(upload))
}

pub async fn list_expired(tx: &Tx) -> Result<Vec<Upload>, AccessError> {
    let select = tx
        .find::<uploads::Entity>()
        .filter(uploads::Column::CompletedAt.is_null())
        .filter(uploads::Column::ExpiresAt.lt(tx.now()))
        .filter(uploads::Column::EncounterId.not_in_subquery(held_sessions(tx)))
        .limit(100);
    Ok(tx.all(select).await?.into_iter().map(upload).collect())
}

/// What is on its way of a session that is being recorded, or was when its sender was last heard of.
pub async fn find_open(tx: &Tx, encounter_id: EncounterId) -> Result<Option<Upload>, AccessError> {
    let select = tx
        .find::<uploads::Entity>()
        .filter(uploads::Column::EncounterId.eq(encounter_id))
        .filter(uploads::Column::Open.eq(true))
        .filter(uploads::Column::Received.gt(0))
        .filter(uploads::Column::CompletedAt.is_null())
        .filter(uploads::Column::ExpiresAt.gt(tx.now()))
        .order_by_desc(uploads::Column::Received)
        .limit(1);
    Ok(tx.one(select).await?.map(upload))
}

/// Moves the offset, if it is still where the caller found it, and lists the part behind it.
pub async fn add_part(tx: &mut Tx, upload: &Upload, part: StoredPart) -> Result<bool, AccessError> {
    let update = tx
        .update::<uploads::Entity>()
        .filter(uploads::Column::Id.eq(upload.id))
        .filter(uploads::Column::Received.eq(signed(upload.received)))
        .filter(uploads::Column::CompletedAt.is_null())
        .set(uploads::ActiveModel {
            received: Set(signed(upload.received + part.length)),
            ..Default::default()
        });
    if tx.execute_update(update).await? == 0 {
        return Ok(false);
    }
    // The offset of a part is its place: parts sort by it.
    let row = recording_parts::ActiveModel {
        recording_id: Set(upload.recording_id),
        start: Set(signed(upload.received)),
        practice_id: Set(tx.practice_id()),
        part: Set(i64::from(part.part)),
        length: Set(signed(part.length)),
    };
    tx.insert::<recording_parts::Entity>(row).await?;
    Ok(true)
}

/// Keeps how long an upload is that was open.
pub async fn close(tx: &mut Tx, upload: &Upload) -> Result<(), AccessError> {
    let update = tx
        .update::<uploads::Entity>()
        .filter(uploads::Column::Id.eq(upload.id))
        .filter(uploads::Column::CompletedAt.is_null())
        .set(uploads::ActiveModel {
            length: Set(signed(upload.length)),
            open: Set(false),
            ..Default::default()
        });
    tx.execute_update(update).await.map(drop)
}

pub async fn complete(tx: &mut Tx, upload: &Upload) -> Result<bool, AccessError> {
    let update = tx
        .update::<uploads::Entity>()
        .filter(uploads::Column::Id.eq(upload.id))
        .filter(uploads::Column::CompletedAt.is_null())
        .set(uploads::ActiveModel {
            length: Set(signed(upload.length)),
            open: Set(false),
            completed_at: Set(Some(tx.now())),
            ..Default::default()
        });
    Ok(tx.execute_update(update).await? == 1)
}

/// Forgets an upload and its parts, unless it has become a recording meanwhile.
pub async fn delete(tx: &mut Tx, upload: &Upload) -> Result<bool, AccessError> {
    let row = tx
        .delete::<uploads::Entity>()
        .filter(uploads::Column::Id.eq(upload.id))
        .filter(uploads::Column::CompletedAt.is_null());
    if tx.execute_delete(row).await? == 0 {
        return Ok(false);
    }
    tx.forget_keys_of(upload.id).await?;
    delete_parts(tx, upload.recording_id).await?;
    Ok(true)
}

/// Forgets how a recording came, and its parts: the recording has been replaced.
pub async fn delete_of_recording(tx: &mut Tx, recording_id: RecordingId) -> Result<(), AccessError> {
    let row = tx.delete::<uploads::Entity>().filter(uploads::Column::RecordingId.eq(recording_id));
    tx.execute_delete(row).await?;
    tx.forget_keys_of(recording_id).await?;
    delete_parts(tx, recording_id).await
}

async fn delete_parts(tx: &mut Tx, recording_id: RecordingId) -> Result<(), AccessError> {
    let parts =
        tx.delete::<recording_parts::Entity>().filter(recording_parts::Column::RecordingId.eq(recording_id));
    tx.execute_delete(parts).await.map(drop)
}

/// The parts of a recording, in order.
pub async fn parts(tx: &Tx, recording_id: RecordingId) -> Result<Vec<(BlobAddress, u64)>, AccessError> {
    let select = tx
        .find::<recording_parts::Entity>()
        .filter(recording_parts::Column::RecordingId.eq(recording_id))
        .order_by_asc(recording_parts::Column::Start);
    let owner = tx.practice_id().0;
    let address = |part: i64| BlobAddress { owner, object: recording_id.0, part: part as u32 };
    Ok(tx.all(select).await?.into_iter().map(|row| (address(row.part), row.length.unsigned_abs())).collect())
}

/// The parts of all recordings, and of those on their way: about 100 bytes each.
pub async fn all_parts(tx: &Tx) -> Result<Vec<BlobAddress>, AccessError> {
    let owner = tx.practice_id().0;
    let rows = tx.all(tx.find::<recording_parts::Entity>()).await?;
    let address = |row: &recording_parts::Model| BlobAddress {
        owner,
        object: row.recording_id.0,
        part: row.part as u32,
    };
    Ok(rows.iter().map(address).collect())
}

fn upload(row: uploads::Model) -> Upload {
    Upload {
        id: row.id,
        encounter_id: row.encounter_id,
        recording_id: row.recording_id,
        length: row.length.unsigned_abs(),
        open: row.open,
        received: row.received.unsigned_abs(),
        media_type: row.media_type,
        expires_at: row.expires_at,
        complete: row.completed_at.is_some(),
    }
}

fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
