//! Telling the practice that the last day to answer comes nearer.

use access::{AccessError, Tx};
use audit::Action;
use shared::Phi;

use super::store;
use crate::requests::{self, Reminder};

const REMINDER: Reminder = Reminder {
    subject: "A request for records",
    what: "a client's request for their records",
    rule: "45 CFR 164.524",
    action: Action::RecordRequestReminded,
};

/// Writes a mail to each of these addresses for each request that has come nearer to its last day since the last
/// reminder; how many requests that are. The mail holds nothing about the client. `base_url` is where browsers reach
/// the app.
///
/// # Errors
/// The database or the keys fail.
pub async fn remind(tx: &mut Tx, to: &[Phi<String>], base_url: &str) -> Result<usize, AccessError> {
    requests::remind::<store::Table>(tx, to, base_url, &REMINDER).await
}
