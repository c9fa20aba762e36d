//! Correcting an entry by another one.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    DisclosureId,
    disclosures::{CorrectDisclosure, DisclosureView},
    errors::FieldProblem,
};

use super::{
    record::check,
    store::{self, Entry},
};

/// Why an entry stands as it is.
#[derive(Debug, thiserror::Error)]
pub enum CorrectError {
    /// The practice has no such entry.
    #[error("the practice has no such entry")]
    NotFound,
    /// Some fields cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// Another entry corrects it already: that one is corrected instead.
    #[error("the entry was corrected already")]
    Corrected,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Writes an entry that stands in the place of another, or strikes it. The other one stays in the register.
///
/// # Errors
/// [`CorrectError`].
pub async fn correct(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    id: DisclosureId,
    correction: &CorrectDisclosure,
) -> Result<DisclosureView, CorrectError> {
    let struck = correction.instead.is_none();
    if let Some(instead) = &correction.instead {
        check(instead, tx).map_err(CorrectError::Invalid)?;
    }
    let old = store::find_and_hold(tx, id).await?.ok_or(CorrectError::NotFound)?;
    if store::is_corrected(tx, id).await? {
        return Err(CorrectError::Corrected);
    }
    let said = match &correction.instead {
        Some(instead) => instead.clone(),
        None => store::as_new(tx, &old).await?,
    };
    let entry = Entry { id: tx.new_id(), client_id: old.client_id, corrects: Some(id), struck };
    let new_id = entry.id;
    store::insert(tx, entry, &said).await?;
    tx.record(Event::of(Action::DisclosureCorrected, id).about(old.client_id));
    store::view(tx, new_id).await?.ok_or(CorrectError::NotFound)
}
