//! Telling the practice that the last day to act comes nearer.

use access::{AccessError, Tx};
use audit::Action;
use shared::Phi;

use super::store;
use crate::requests::{self, Reminder};

const REMINDER: Reminder = Reminder {
    subject: "A request to change a record",
    what: "a client's request that their record be changed",
    rule: "45 CFR 164.526",
    action: Action::AmendmentReminded,
};

/// As of [requests for records](crate::record_requests::remind).
///
/// # Errors
/// The database or the keys fail.
pub async fn remind(tx: &mut Tx, to: &[Phi<String>], base_url: &str) -> Result<usize, AccessError> {
    requests::remind::<store::Table>(tx, to, base_url, &REMINDER).await
}
