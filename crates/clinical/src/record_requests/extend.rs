//! Thirty days more, once.

use access::{Granted, Tx, perm};
use audit::Action;
use shared::{RecordRequestId, record_requests::RecordRequestView, requests::ExtendRequest};

use super::store;
use crate::requests::{self, ExtendError};

/// Extends the time to answer, if the person was told why before it was over (164.524(b)(2)(ii)).
///
/// # Errors
/// [`ExtendError`].
pub async fn extend(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    id: RecordRequestId,
    extension: &ExtendRequest,
) -> Result<RecordRequestView, ExtendError> {
    requests::extend::<store::Table>(tx, id.0, extension, Action::RecordRequestExtended).await?;
    store::view(tx, id).await?.ok_or(ExtendError::NotFound)
}
