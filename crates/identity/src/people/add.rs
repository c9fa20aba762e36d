//! Adding somebody without an invitation: for the operator of the server, who seeds it.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    UserId,
    errors::{Checks, FieldProblem},
    people::NewPerson,
};

use crate::{Factors, PasswordRefused, password_rules, practice, store as accounts};

/// Why nobody was added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// Some fields cannot be kept.
    #[error("some fields need another look: {}", .0.iter().map(|it| it.field.as_str()).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<FieldProblem>),
    /// The password is too easy to guess.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// The address has an account, in this practice or another.
    #[error("this address has an account already")]
    EmailTaken,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Checks what can be checked before the password is hashed.
///
/// # Errors
/// [`AddError`].
pub async fn check_new(tx: &Tx, new: &NewPerson) -> Result<(), AddError> {
    let mut checks = Checks::new();
    checks.text("name", new.name.reveal(), 200);
    checks.email("email", new.email.reveal());
    checks.done().map_err(AddError::Invalid)?;
    let least = practice::password_min_length(tx).await?;
    password_rules::check(new.password.reveal(), new.email.reveal(), Factors::PasswordAlone, least)?;
    if accounts::find_user_by_email(tx, new.email.reveal().trim()).await?.is_some() {
        return Err(AddError::EmailTaken);
    }
    Ok(())
}

/// Makes an account and puts it into the practice of the transaction.
///
/// # Errors
/// [`AddError`]; nothing is kept then.
pub async fn add(
    tx: &mut Tx,
    _granted: Granted<perm::WritePeople>,
    new: &NewPerson,
    password_hash: String,
) -> Result<UserId, AddError> {
    check_new(tx, new).await?;
    let id: UserId = tx.new_id();
    let (name, email) = (new.name.reveal().trim(), new.email.reveal().trim());
    accounts::insert_user(tx, id, name, email, password_hash)
        .await
        .map_err(|error| if error.is_taken() { AddError::EmailTaken } else { error.into() })?;
    accounts::insert_membership(tx, id, new.role, None).await?;
    tx.record(Event::of(Action::PersonAdded, id));
    Ok(id)
}
