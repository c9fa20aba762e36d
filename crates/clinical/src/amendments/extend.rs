//! Thirty days more, once.

use access::{Granted, Tx, perm};
use audit::Action;
use shared::{AmendmentId, amendments::AmendmentView, requests::ExtendRequest};

use super::store;
use crate::requests::{self, ExtendError};

/// Extends the time to act, if the person was told why before it was over (164.526(b)(2)(ii)).
///
/// # Errors
/// [`ExtendError`].
pub async fn extend(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    id: AmendmentId,
    extension: &ExtendRequest,
) -> Result<AmendmentView, ExtendError> {
    requests::extend::<store::Table>(tx, id.0, extension, Action::AmendmentExtended).await?;
    store::view(tx, id).await?.ok_or(ExtendError::NotFound)
}
