//! Showing a second factor.

use access::{AccessError, Reading, Tx};
use audit::{Action, Event};
use shared::{UserId, second_factors::Method};

use super::{recovery, store, totp};

/// What a person shows.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// Of which kind.
    pub method: Method,
    /// The code, as it was typed.
    pub code: &'a str,
}

/// Whether a person has a second factor that counts.
///
/// # Errors
/// The database fails.
pub async fn has_second_factor(tx: &impl Reading, user_id: UserId) -> Result<bool, AccessError> {
    Ok(store::find_totp(tx, user_id).await?.is_some_and(|row| row.confirmed_at.is_some()))
}

/// Whether what is shown is right and was never shown before; from now on it has been. Counting wrong
/// ones is the caller's part.
///
/// # Errors
/// The database fails.
pub async fn prove(tx: &mut Tx, user_id: UserId, shown: Shown<'_>) -> Result<bool, AccessError> {
    match shown.method {
        Method::Totp => prove_totp(tx, user_id, shown.code).await,
        Method::RecoveryCode => {
            let hash = recovery::hash(tx.database(), user_id, shown.code);
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
