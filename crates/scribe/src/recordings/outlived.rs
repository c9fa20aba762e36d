//! Sound whose time is over. What was made of it, the transcript and the note, stays.

use access::Actor;
use audit::{Action, Event};
use chrono::TimeDelta;
use clinical::encounters;

use super::store;
use crate::{Scribe, StoreError};

/// At most so many at a time; the next look takes the rest.
const MANY: u64 = 200;

/// Removes the sound of sessions whose note was signed at least so many days ago; returns of how many.
///
/// The blobs go first: if the process dies in between, the next look finds the recording again, and removing
/// what is gone already is no failure. What is noted as removed is removed.
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
        scribe.blobs.delete_all(actor.practice_id().0, id.0).await?;
        let mut tx = scribe.database.begin(actor.clone()).await?;
        if !store::remove_sound(&mut tx, id).await? {
            tx.end().await?;
            continue;
        }
        let event = Event::of(Action::SoundRemoved, id);
        let clients = encounters::clients_of(&tx, encounter_id).await?;
        tx.record(event.about_all(clients));
        tx.commit().await?;
        removed += 1;
    }
    Ok(removed)
}
