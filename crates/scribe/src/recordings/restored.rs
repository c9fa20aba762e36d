//! What is looked after when the database came back by other means than ours.

use access::{AccessError, Tx};
use audit::{Action, Event};
use blobs::BlobAddress;
use shared::recordings::Stage;

use super::store;
use crate::uploads;

/// Where all uploaded sound of the practice is stored, as the database says. About 100 bytes each.
///
/// # Errors
/// The database fails.
pub async fn list_objects(tx: &Tx) -> Result<Vec<BlobAddress>, AccessError> {
    uploads::store::all_parts(tx).await
}

/// Has recordings decoded again that were on their way: the plain sound, of which no backup need have a copy, is made
/// anew. How many there are.
///
/// # Errors
/// The database fails.
pub async fn decode_again(tx: &mut Tx) -> Result<usize, AccessError> {
    let recordings = store::list_in_need_of_plain_sound(tx).await?;
    for id in &recordings {
        store::set_stage(tx, *id, Stage::Decode).await?;
        tx.record(Event::of(Action::RecordingProcessed, *id));
    }
    Ok(recordings.len())
}
