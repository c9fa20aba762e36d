//! What a client is told was disclosed about them.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use chrono::{Months, NaiveDate};
use shared::{
    ClientId,
    disclosures::{DisclosureView, MONTHS},
};

use super::store;
use crate::clients;

/// Why there is no accounting.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The practice has no such client.
    #[error("the practice has no such client")]
    NotFound,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// What was disclosed in a span of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accounting {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// The disclosures, in the order of time.
    pub disclosures: Vec<DisclosureView>,
}

/// What was disclosed between two days; without them in the six years before today (164.528(a)(1)). An entry that an
/// agency has asked to leave out until a day is not in it before that day is over (164.528(a)(2)), nor is one that
/// another entry corrects.
///
/// # Errors
/// [`AccountError`].
pub async fn account(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    client_id: ClientId,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<Accounting, AccountError> {
    if clients::store::count_among(tx, &[client_id]).await? == 0 {
        return Err(AccountError::NotFound);
    }
    let today = tx.now().date_naive();
    let to = to.unwrap_or(today);
    let from = from.or_else(|| to.checked_sub_months(Months::new(MONTHS))).unwrap_or(NaiveDate::MIN);
    let disclosures = store::list_accountable(tx, client_id, from, to, today).await?;
    tx.record(Event::general(Action::DisclosuresAccounted).about(client_id));
    Ok(Accounting { from, to, disclosures })
}
