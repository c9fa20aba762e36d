//! Making a key.

use access::{AccessError, Forbidden, Granted, Tx, perm};
use audit::{Action, Event};
use chrono::TimeDelta;
use shared::{
    ApiKeyId,
    api_keys::{ApiKeyView, CreateApiKey, MOST_DAYS, NewApiKey},
    errors::{Checks, FieldProblem},
    permissions::Permissions,
};

use super::{secret, store};
use crate::Fresh;

/// Why no key was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// Some fields cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// Nobody gives what they do not have.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Makes a key, for somebody who has just shown their second factor.
///
/// # Errors
/// [`CreateError`].
pub async fn create(
    tx: &mut Tx,
    _granted: Granted<perm::WriteApiKeys>,
    _fresh: Fresh,
    new: &CreateApiKey,
) -> Result<NewApiKey, CreateError> {
    let permissions: Permissions = new.permissions.iter().copied().collect();
    let mut checks = Checks::new();
    checks.text("name", new.name.reveal(), 80);
    if permissions == Permissions::NONE {
        checks.refuse("permissions", "required", "Please choose what the key may do.");
    } else if !permissions.are_within(Permissions::of_keys()) {
        checks.refuse("permissions", "invalid", "This is for people alone.");
    }
    if !(1..=MOST_DAYS).contains(&new.days) {
        checks.refuse("days", "invalid", "A key lasts from 1 to 365 days.");
    }
    checks.done().map_err(CreateError::Invalid)?;
    let own = tx.actor().permissions();
    if let Some(lacking) = permissions.iter().find(|permission| !own.contains(*permission)) {
        return Err(Forbidden::Lacks(lacking).into());
    }
    let id: ApiKeyId = tx.new_id();
    let secret = secret::new(id);
    let ends = tx.now() + TimeDelta::days(i64::from(new.days));
    let name = new.name.reveal().trim();
    store::insert(tx, id, name, crypto::token_hash(&secret), permissions, ends).await?;
    tx.record(Event::of(Action::ApiKeyCreated, id));
    let api_key = ApiKeyView {
        id,
        name: name.into(),
        permissions: permissions.iter().collect(),
        created_by: tx.actor().user_id(),
        created_at: tx.now(),
        expires_at: ends,
        expired: false,
        last_used_at: None,
    };
    Ok(NewApiKey { secret: secret.as_str().into(), api_key })
}
