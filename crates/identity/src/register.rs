//! Registering a practice with its owner.

use access::{AccessError, Tx};
use audit::{Action, Event};
use shared::{
    UserId,
    auth::Register,
    errors::{Checks, FieldProblem},
    permissions::Role,
};

use crate::{
    Factors, PasswordRefused,
    password_rules::{self, SHORTEST_ALONE},
    store,
};

/// Why a practice was not registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Fields need another look.
    #[error("some fields are not valid")]
    Invalid(Vec<FieldProblem>),
    /// The password is not taken.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// There is an account with this e-mail.
    #[error("the e-mail is taken")]
    EmailTaken,
    /// The embedded database keeps one practice: SQLite has no second wall between tenants.
    #[error("the embedded database keeps one practice")]
    SecondPractice,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Checks what can be checked before the password is hashed.
///
/// # Errors
/// The fields or the password are not taken.
fn check(request: &Register) -> Result<(), RegisterError> {
    let mut checks = Checks::new();
    checks.text("practice_name", request.practice_name.reveal(), 200);
    checks.text("name", request.name.reveal(), 200);
    checks.email("email", request.email.reveal());
    checks.jurisdiction("jurisdiction", request.jurisdiction.trim());
    checks.done().map_err(RegisterError::Invalid)?;
    Ok(password_rules::check(
        request.password.reveal(),
        request.email.reveal(),
        Factors::PasswordAlone,
        SHORTEST_ALONE,
    )?)
}

impl crate::RegisterError {
    /// Checks a request without touching the database, so that a bad one costs no hashing.
    ///
    /// # Errors
    /// As [`register`].
    pub fn check(request: &Register) -> Result<(), Self> {
        check(request)
    }
}

/// Creates the practice that the transaction was begun for, and its owner.
///
/// # Errors
/// [`RegisterError`]; nothing is kept then.
pub async fn register(
    tx: &mut Tx,
    request: &Register,
    password_hash: String,
) -> Result<UserId, RegisterError> {
    check(request)?;
    if tx.database().is_embedded() && store::any_practice(tx).await? {
        return Err(RegisterError::SecondPractice);
    }
    let email = request.email.reveal().trim();
    if store::find_user_by_email(tx, email).await?.is_some() {
        return Err(RegisterError::EmailTaken);
    }
    let user_id: UserId = tx.new_id();
    store::insert_practice(tx, request.practice_name.reveal().trim(), request.jurisdiction.trim()).await?;
    store::insert_user(tx, user_id, request.name.reveal().trim(), email, password_hash).await?;
    store::insert_membership(tx, user_id, Role::Owner, None).await?;
    tx.record(Event::of(Action::PracticeRegistered, tx.practice_id()));
    Ok(user_id)
}
