//! Growing delays for whoever guesses, at passwords and at codes, that lock nobody else out.
//!
//! Failures are counted in several places at once, and each count has its own delay:
//!
//! - of a **known device**: one on which somebody has signed in to this account before, as a cookie
//!   shows. Nothing else holds it up: however others guess, from wherever, it goes on.
//! - of everybody else: of the account from this network, of the account from anywhere, and of this
//!   network whatever the account. The last two forgive more, because colleagues share a network.
//!
//! The count of an account is found by a keyed hash of the e-mail, so it is the same for one that exists
//! and one that does not. Guesses made at the same moment gain nothing: what a guess has found out is
//! told only if, by then, no other failure has begun a delay. Only failures are written.

mod attempt;
mod curve;
mod device;
mod store;

use access::{AccessError, Lookup, Reading as _, Tx};

pub use attempt::{Attempt, Origin, network};
pub use device::new_device;

/// Why a guess is not looked at.
#[derive(Debug, thiserror::Error)]
pub enum ThrottleError {
    /// It comes too soon after others.
    #[error("too many guesses: wait {seconds} s")]
    TooSoon {
        /// How long to wait; at least 1.
        seconds: u64,
    },
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Whether a guess may be made now: asked before anything is hashed.
///
/// # Errors
/// [`ThrottleError`].
pub async fn check_throttle(lookup: &Lookup, attempt: &Attempt) -> Result<(), ThrottleError> {
    let counted = store::counted_before(lookup, attempt).await?;
    counted.blocked_for(lookup.database().clock().now()).map_or(Ok(()), |seconds| Err(too_soon(seconds)))
}

/// Counts a guess that was wrong. When other failures have begun a delay in the meantime it is refused,
/// counted or not, and the caller must not tell that it was wrong.
///
/// # Errors
/// [`ThrottleError`].
pub async fn count_failure(tx: &mut Tx, attempt: &Attempt) -> Result<(), ThrottleError> {
    let now = tx.now();
    for counter in attempt.counters() {
        let (failures, last_failure_at, blocked_until) = store::add_failure(tx, &counter.key, now).await?;
        if blocked_until > now {
            return Err(too_soon((blocked_until - now).num_seconds()));
        }
        let failures = if counter.curve.has_forgotten(now - last_failure_at) { 1 } else { failures };
        // Without a delay nothing is held up: not even a guess that began a moment before this one.
        let delay = counter.curve.delay(failures);
        let blocked_until = if delay.is_zero() { blocked_until } else { now + delay };
        store::block(tx, &counter.key, failures, blocked_until).await?;
    }
    Ok(())
}

/// A guess was right: its own counts begin anew. When failures have begun a delay in the meantime it is
/// refused, and the caller must not tell that it was right.
///
/// # Errors
/// [`ThrottleError`].
pub async fn forget_failures(tx: &mut Tx, attempt: &Attempt) -> Result<(), ThrottleError> {
    let counted = store::counted(tx, attempt).await?;
    if let Some(seconds) = counted.blocked_for(tx.now()) {
        return Err(too_soon(seconds));
    }
    // The counts of the account and of the network stay: an account of one's own would reset them.
    for counter in attempt.counters().iter().filter(|counter| counter.curve.ends_with_success()) {
        if counted.has(&counter.key) {
            store::forget(tx, &counter.key).await?;
        }
    }
    Ok(())
}

/// Removes what no count remembers any more.
///
/// # Errors
/// The database fails.
pub async fn remove_forgotten(tx: &mut Tx) -> Result<(), AccessError> {
    store::remove_older(tx, tx.now() - curve::LONGEST_MEMORY).await
}

fn too_soon(seconds: i64) -> ThrottleError {
    ThrottleError::TooSoon { seconds: u64::try_from(seconds).unwrap_or(0) + 1 }
}

#[cfg(test)]
mod tests;
