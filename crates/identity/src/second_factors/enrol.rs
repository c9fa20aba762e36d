//! Setting a second factor up, and removing it.

use access::{AccessError, Tx};
use audit::{Action, Event};
use chrono::TimeDelta;
use shared::{UserId, second_factors::SecondFactors};

use super::{Fresh, SecondFactorError, recovery, store, totp, totp::Totp};
use crate::{Factors, password_rules, practice, store as accounts};

/// For how long a secret that was shown waits for its first code.
const WAITS: TimeDelta = TimeDelta::minutes(15);

fn own_id(tx: &Tx) -> Result<UserId, SecondFactorError> {
    tx.actor().as_person().map(|person| person.user_id).ok_or(SecondFactorError::NotSignedIn)
}

/// What the acting person has set up.
///
/// # Errors
/// The database fails, or nobody is signed in.
pub async fn load_second_factors(tx: &mut Tx) -> Result<SecondFactors, SecondFactorError> {
    let user_id = own_id(tx)?;
    let totp_since = store::find_totp(tx, user_id).await?.and_then(|row| row.confirmed_at);
    let recovery_codes_left = store::count_recovery_codes(tx, user_id).await?;
    let demanded = is_demanded(tx).await?;
    tx.record(Event::of(Action::AccountRead, user_id));
    Ok(SecondFactors { totp_since, recovery_codes_left, demanded })
}

/// A secret for the acting person's authenticator app. Asked again soon, it is the same one.
///
/// # Errors
/// [`SecondFactorError::Exists`], and as [`load_second_factors`].
pub async fn begin_totp(tx: &mut Tx) -> Result<Totp, SecondFactorError> {
    let user_id = own_id(tx)?;
    let user = accounts::find_user(tx, user_id).await?.ok_or(SecondFactorError::NotSignedIn)?;
    let email = accounts::user_view(tx.database().server_key(), &user)?.email;
    let waiting = store::find_totp(tx, user_id).await?;
    if waiting.as_ref().is_some_and(|row| row.confirmed_at.is_some()) {
        return Err(SecondFactorError::Exists);
    }
    let secret = if let Some(row) = waiting.filter(|row| row.created_at + WAITS > tx.now()) {
        store::open_secret(tx, &row)?
    } else {
        let secret = crypto::random_bytes::<{ totp::SECRET_BYTES }>();
        store::keep_secret(tx, user_id, secret.as_slice()).await?;
        crypto::Zeroizing::new(secret.to_vec())
    };
    tx.record(Event::of(Action::SecondFactorBegun, user_id));
    Ok(Totp::new(&secret, email.reveal()))
}

/// Takes the secret into use, because a code of it was shown: the recovery codes, which nobody can see
/// again.
///
/// # Errors
/// [`SecondFactorError`].
pub async fn confirm_totp(tx: &mut Tx, code: &str) -> Result<Vec<String>, SecondFactorError> {
    let user_id = own_id(tx)?;
    let waiting = store::find_totp(tx, user_id).await?.ok_or(SecondFactorError::Missing)?;
    if waiting.confirmed_at.is_some() {
        return Err(SecondFactorError::Exists);
    }
    if waiting.created_at + WAITS <= tx.now() {
        return Err(SecondFactorError::Missing);
    }
    let secret = store::open_secret(tx, &waiting)?;
    let step = totp::accepted_step(&secret, code, tx.now(), waiting.last_step);
    let step = step.ok_or(SecondFactorError::WrongCode)?;
    if !store::confirm(tx, user_id, step).await? {
        return Err(SecondFactorError::WrongCode);
    }
    remember_factor(tx).await?;
    tx.record(Event::of(Action::SecondFactorAdded, user_id));
    new_codes(tx, user_id).await
}

/// New recovery codes; the old ones are worth nothing any more.
///
/// # Errors
/// [`SecondFactorError`].
pub async fn renew_recovery_codes(tx: &mut Tx, _fresh: Fresh) -> Result<Vec<String>, SecondFactorError> {
    let user_id = own_id(tx)?;
    tx.record(Event::of(Action::RecoveryCodesRenewed, user_id));
    new_codes(tx, user_id).await
}

/// Removes the acting person's second factor with its recovery codes. The password, which the caller has
/// found to be theirs, has to do alone from now on.
///
/// # Errors
/// [`SecondFactorError`].
pub async fn remove_totp(tx: &mut Tx, _fresh: Fresh, password: &str) -> Result<(), SecondFactorError> {
    let user_id = own_id(tx)?;
    let user = accounts::find_user(tx, user_id).await?.ok_or(SecondFactorError::NotSignedIn)?;
    let email = accounts::user_view(tx.database().server_key(), &user)?.email;
    if is_demanded(tx).await? {
        return Err(SecondFactorError::Kept);
    }
    let least = practice::password_min_length(tx).await?;
    password_rules::check(password, email.reveal(), Factors::PasswordAlone, least)?;
    store::remove(tx, user_id).await?;
    accounts::forget_factor(tx, user_id).await?;
    tx.record(Event::of(Action::SecondFactorRemoved, user_id));
    Ok(())
}

/// Whether the acting person has to have one: by their powers, or because the practice wants it.
async fn is_demanded(tx: &Tx) -> Result<bool, AccessError> {
    let powerful = tx.actor().as_person().is_some_and(|person| person.permissions.demand_second_factor());
    Ok(powerful || practice::store::find(tx).await?.is_some_and(|practice| practice.second_factor_for_all))
}

async fn new_codes(tx: &mut Tx, user_id: UserId) -> Result<Vec<String>, SecondFactorError> {
    let codes: Vec<String> = (0..recovery::HOW_MANY).map(|_| recovery::new_code()).collect();
    let hashes = codes.iter().map(|code| recovery::hash(tx.database(), user_id, code)).collect();
    store::replace_recovery_codes(tx, user_id, hashes).await?;
    Ok(codes)
}

/// The acting person's sign-in remembers that the second factor was shown just now.
pub(super) async fn remember_factor(tx: &mut Tx) -> Result<(), AccessError> {
    let Some(person) = tx.actor().as_person() else { return Ok(()) };
    accounts::remember_factor(tx, person.session_id).await
}
