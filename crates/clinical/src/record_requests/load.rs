//! One request, and what of the chart it asks for.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use chrono::{DateTime, NaiveDate, Utc};
use shared::{
    ClientId, RecordRequestId,
    record_requests::{RecordRequestState, RecordRequestView},
};

use super::store;

/// Why a request was not shown.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The practice has no such request.
    #[error("the practice has no such request")]
    NotFound,
    /// It was denied or withdrawn: nothing is made for it.
    #[error("the request was denied or withdrawn")]
    Settled,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Whose records are to be handed over, and of which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Whose.
    pub client_id: ClientId,
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
}

impl Wanted {
    /// Whether something of this moment is asked for.
    pub fn holds(&self, at: DateTime<Utc>) -> bool {
        let day = at.date_naive();
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// One request.
///
/// # Errors
/// [`LoadError::NotFound`], or the database or the keys fail.
pub async fn load(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    id: RecordRequestId,
) -> Result<RecordRequestView, LoadError> {
    let request = store::view(tx, id).await?.ok_or(LoadError::NotFound)?;
    tx.record(Event::of(Action::RecordRequestsListed, id).about(request.client_id));
    Ok(request)
}

/// What is to be handed over for a request; recorded as taken away.
///
/// # Errors
/// [`LoadError`].
pub async fn load_wanted(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    id: RecordRequestId,
) -> Result<Wanted, LoadError> {
    let row = store::find(tx, id).await?.ok_or(LoadError::NotFound)?;
    match row.state {
        RecordRequestState::Received | RecordRequestState::Fulfilled => {}
        RecordRequestState::Denied | RecordRequestState::Withdrawn => return Err(LoadError::Settled),
    }
    tx.record(Event::of(Action::RecordsExported, id).about(row.client_id));
    Ok(Wanted { client_id: row.client_id, from: row.from_on, to: row.to_on })
}
