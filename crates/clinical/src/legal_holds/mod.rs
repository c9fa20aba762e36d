//! Legal holds: as long as one is in force, nothing of the client is removed, by no rule and by nobody.
//!
//! - A client may be held for several reasons at once; each hold is released by itself, with a reason.
//! - In a session of several clients, a hold on one of them holds the session.
//! - Whoever removes something [holds the clients still](hold_still) first, and so does placing a hold: either it is
//!   placed before, and nothing is removed, or after.
//! - A deletion of the chart that waits ends when a hold is placed: afterwards somebody has to ask anew.
//! - It is about removing. What is written can be corrected, and what is signed gets an addendum, as ever.

mod list;
mod place;
mod release;
pub(crate) mod store;

use access::{AccessError, Tx};
use chrono::{DateTime, Utc};
use shared::{ClientId, EncounterId};

pub use list::{LoadError, list, load, load_retention};
pub use place::{PlaceError, place};
pub use release::{ReleaseError, release};
pub use store::held_sessions;

/// Since when nothing of a client may be removed, if that is so.
///
/// # Errors
/// The database fails.
pub async fn held_since(tx: &Tx, client_id: ClientId) -> Result<Option<DateTime<Utc>>, AccessError> {
    store::held_since(tx, &[client_id]).await
}

/// Whether nothing of a session may be removed.
///
/// # Errors
/// The database fails.
pub async fn is_held(tx: &Tx, encounter_id: EncounterId) -> Result<bool, AccessError> {
    let clients = crate::encounters::clients_of(tx, encounter_id).await?;
    Ok(store::held_since(tx, &clients).await?.is_some())
}

/// As [`is_held`], and it stays so until the transaction ends.
///
/// # Errors
/// The database fails.
pub async fn hold_still(tx: &Tx, encounter_id: EncounterId) -> Result<bool, AccessError> {
    let clients = crate::encounters::clients_of(tx, encounter_id).await?;
    store::lock(tx, &clients).await?;
    Ok(store::held_since(tx, &clients).await?.is_some())
}
