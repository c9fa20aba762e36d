//! What was said in sessions whose transcript's time is over. The signed note stays.

use access::{AccessError, Tx};
use audit::{Action, Event};
use chrono::TimeDelta;
use clinical::{
    encounters, legal_holds,
    transcripts::{self, Quotations},
};
use shared::EncounterId;

use super::store;

/// At most so many at a time; the next look takes the rest.
const MANY: u64 = 200;

/// The sessions whose note was signed at least so many days ago and of whom nobody is on legal hold, and which still have
/// their transcript.
///
/// # Errors
/// The database fails.
pub async fn list_with_outlived_words(tx: &Tx, days: i32) -> Result<Vec<EncounterId>, AccessError> {
    store::list_with_outlived_words(tx, tx.now() - TimeDelta::days(days.into()), MANY).await
}

/// How many these are, were the rule this.
///
/// # Errors
/// The database fails.
pub async fn count_with_outlived_words(tx: &Tx, days: i32) -> Result<u64, AccessError> {
    tx.count(store::with_outlived_words(tx, tx.now() - TimeDelta::days(days.into()))).await
}

/// Removes the transcript of a session that is still [among them](list_with_outlived_words), and what was heard piece by
/// piece; says whether it did. A hold that is placed meanwhile waits for the end of this.
///
/// # Errors
/// The database or the keys fail, or a signed note does not fit its signature; nothing is removed then.
pub async fn remove_words(
    tx: &mut Tx,
    encounter_id: EncounterId,
    days: i32,
    quotations: Quotations,
) -> Result<bool, AccessError> {
    let before = tx.now() - TimeDelta::days(days.into());
    if legal_holds::hold_still(tx, encounter_id).await?
        || !store::has_outlived_words(tx, before, encounter_id).await?
    {
        return Ok(false);
    }
    let removed = transcripts::remove(tx, encounter_id, quotations).await?;
    let heard = store::forget_heard(tx, encounter_id).await?;
    if let Some(recording) = heard {
        let clients = encounters::clients_of(tx, encounter_id).await?;
        tx.record(Event::of(Action::HeardWordsRemoved, recording).about_all(clients));
    }
    Ok(removed || heard.is_some())
}
