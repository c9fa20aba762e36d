//! Sound whose time is over. What was made of it, the transcript and the note, stays.

use access::{AccessError, Actor, Tx};
use audit::{Action, Event};
use chrono::TimeDelta;
use clinical::{encounters, legal_holds};
use shared::{EncounterId, RecordingId};

use super::store;
use crate::{Scribe, StoreError};

/// At most so many at a time; the next look takes the rest.
const MANY: u64 = 200;

/// Removes the sound of sessions whose note was signed at least so many days ago and of whom nobody is on legal hold;
/// returns of how many.
///
/// # Errors
/// The database or the store fails.
pub async fn remove_outlived(scribe: &Scribe, actor: &Actor, days: i32) -> Result<usize, StoreError> {
    let tx = scribe.database.begin_reading(actor.clone()).await?;
    let before = tx.now() - TimeDelta::days(days.into());
    let outlived = store::list_outlived(&tx, before, MANY).await;
    tx.end().await?;
    let outlived = outlived?;
    let mut removed = 0;
    for (id, encounter_id) in outlived {
        let mut tx = scribe.database.begin(actor.clone()).await?;
        match remove(scribe, &mut tx, id, encounter_id).await {
            Ok(true) => {
                tx.commit().await?;
                removed += 1;
            }
            Ok(false) => tx.end().await?,
            Err(error) => {
                tx.end().await?;
                return Err(error);
            }
        }
    }
    Ok(removed)
}

/// Of how many it would be, were the rule this.
///
/// # Errors
/// The database fails.
pub async fn count_outlived(tx: &Tx, days: i32) -> Result<u64, AccessError> {
    tx.count(store::outlived(tx, tx.now() - TimeDelta::days(days.into()))).await
}

/// The blobs go before it is kept that they went: if the process dies in between, the next look finds the recording
/// again, and removing what is gone already is no failure. A hold that is placed meanwhile waits for the end of this.
async fn remove(
    scribe: &Scribe,
    tx: &mut Tx,
    id: RecordingId,
    encounter_id: EncounterId,
) -> Result<bool, StoreError> {
    if legal_holds::hold_still(tx, encounter_id).await? || !store::remove_sound(tx, id).await? {
        return Ok(false);
    }
    scribe.blobs.delete_all(tx.practice_id().0, id.0).await?;
    let clients = encounters::clients_of(tx, encounter_id).await?;
    tx.record(Event::of(Action::SoundRemoved, id).about_all(clients));
    Ok(true)
}
