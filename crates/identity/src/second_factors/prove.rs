//! Showing a second factor.

use std::collections::HashSet;

use access::{AccessError, Reading, Tx};
use audit::{Action, Event};
use shared::{UserId, second_factors::Method};

use super::{recovery, store, totp};
use crate::passkeys::{self, Assertion};

/// What a person shows.
#[derive(Clone, Copy)]
pub enum Shown<'a> {
    /// A code by time, as it was typed.
    Totp(&'a str),
    /// A recovery code, as it was typed.
    RecoveryCode(&'a str),
    /// What a passkey has answered.
    Passkey(Assertion<'a>),
}

/// Whether a person has a second factor that counts.
///
/// # Errors
/// The database fails.
pub async fn has_second_factor(tx: &impl Reading, user_id: UserId) -> Result<bool, AccessError> {
    let (totp, passkey) = store::what_counts(tx, user_id).await?;
    Ok(totp || passkey)
}

/// Which of these people have a second factor that counts.
pub(crate) async fn who_has_second_factor(tx: &Tx, ids: &[UserId]) -> Result<HashSet<UserId>, AccessError> {
    let mut who: HashSet<_> = store::list_with_totp(tx, ids).await?.into_iter().collect();
    who.extend(passkeys::list_with_any(tx, ids).await?);
    Ok(who)
}

/// What a person can show in the second step; nothing if the password is all there is.
///
/// # Errors
/// The database fails.
pub async fn list_methods(tx: &impl Reading, user_id: UserId) -> Result<Vec<Method>, AccessError> {
    let (totp, passkey) = store::what_counts(tx, user_id).await?;
    let methods = [(totp, Method::Totp), (passkey, Method::Passkey), (totp || passkey, Method::RecoveryCode)];
    Ok(methods.into_iter().filter_map(|(there, method)| there.then_some(method)).collect())
}

/// Whether what is shown is right and was never shown before; from now on it has been. Counting wrong
/// ones is the caller's part, and committing either way.
///
/// # Errors
/// The database fails.
pub async fn prove(tx: &mut Tx, user_id: UserId, shown: Shown<'_>) -> Result<bool, AccessError> {
    match shown {
        Shown::Totp(code) => prove_totp(tx, user_id, code).await,
        Shown::Passkey(assertion) => passkeys::show_passkey(tx, user_id, assertion).await,
        Shown::RecoveryCode(code) => {
            let hash = recovery::hash(tx.database(), user_id, code);
            let right = store::use_recovery_code(tx, user_id, hash).await?;
            if right {
                tx.record(Event::of(Action::RecoveryCodeUsed, user_id));
            }
            Ok(right)
        }
    }
}

async fn prove_totp(tx: &mut Tx, user_id: UserId, code: &str) -> Result<bool, AccessError> {
    let Some(row) = store::find_totp(tx, user_id).await?.filter(|row| row.confirmed_at.is_some()) else {
        return Ok(false);
    };
    let secret = store::open_secret(tx, &row)?;
    match totp::accepted_step(&secret, code, tx.now(), row.last_step) {
        Some(step) => store::use_step(tx, user_id, step).await,
        None => Ok(false),
    }
}
