//! What the practice has set.

use access::{AccessError, Tx};
use audit::{Action, Event};
use shared::practice::PracticeSettings;

use super::store;
use crate::ResolveError;

/// The settings of the acting person's practice.
///
/// # Errors
/// The database or the keys fail.
pub async fn load_practice(tx: &mut Tx) -> Result<PracticeSettings, ResolveError> {
    let row = store::find(tx).await?.ok_or(ResolveError::NotSignedIn)?;
    tx.record(Event::of(Action::PracticeRead, row.id));
    Ok(store::view(tx, row)?)
}

/// Whose law holds in the practice of the transaction.
///
/// # Errors
/// The database fails.
pub async fn load_jurisdiction(tx: &Tx) -> Result<String, ResolveError> {
    Ok(store::find(tx).await?.ok_or(ResolveError::NotSignedIn)?.jurisdiction)
}

/// The fewest characters of a password that does alone in this practice.
pub(crate) async fn password_min_length(tx: &Tx) -> Result<usize, AccessError> {
    let row = store::find(tx).await?;
    let length = row.and_then(|row| usize::try_from(row.password_min_length).ok());
    Ok(length.unwrap_or(crate::password_rules::SHORTEST_ALONE))
}
