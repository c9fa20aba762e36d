//! Setting a second factor up, and removing it.

use access::{AccessError, Person, Tx};
use audit::{Action, Event};
use chrono::TimeDelta;
use shared::{UserId, second_factors::SecondFactors};

use super::{Fresh, SecondFactorError, fresh, recovery, store, totp, totp::Totp};
use crate::{Factors, has_second_factor, passkeys, password_rules, practice, store as accounts};

/// For how long a secret that was shown waits for its first code.
const WAITS: TimeDelta = TimeDelta::minutes(15);

/// Who acts.
pub(crate) fn own_person(tx: &Tx) -> Result<Person, SecondFactorError> {
    tx.actor().as_person().ok_or(SecondFactorError::NotSignedIn)
}

fn own_id(tx: &Tx) -> Result<UserId, SecondFactorError> {
    own_person(tx).map(|person| person.user_id)
}

/// What the acting person has set up.
///
/// # Errors
/// The database fails, or nobody is signed in.
pub async fn load_second_factors(tx: &mut Tx) -> Result<SecondFactors, SecondFactorError> {
    let user_id = own_id(tx)?;
    let totp_since = store::find_totp(tx, user_id).await?.and_then(|row| row.confirmed_at);
    let recovery_codes_left = store::count_recovery_codes(tx, user_id).await?;
    let passkeys = passkeys::list_views(tx, user_id).await?;
    let demanded = is_demanded(tx).await?;
    tx.record(Event::of(Action::AccountRead, user_id));
    Ok(SecondFactors { totp_since, passkeys, recovery_codes_left, demanded })
}

/// A secret for the acting person's authenticator app. Asked again soon, it is the same one. Whoever has a
/// passkey has to have shown it a moment ago.
///
/// # Errors
/// [`SecondFactorError::Exists`], and as [`load_second_factors`].
pub async fn begin_totp(tx: &mut Tx) -> Result<Totp, SecondFactorError> {
    let user_id = own_id(tx)?;
    let user = accounts::find_user(tx, user_id).await?.ok_or(SecondFactorError::NotSignedIn)?;
    let email = accounts::user_view(&tx.database().server_key(), &user)?.email;
    let waiting = store::find_totp(tx, user_id).await?;
    if waiting.as_ref().is_some_and(|row| row.confirmed_at.is_some()) {
        return Err(SecondFactorError::Exists);
    }
    if has_second_factor(tx, user_id).await? {
        fresh(tx).await?;
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
/// again, if it is the first second factor.
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
    let codes = first_codes(tx, user_id).await?;
    if !store::confirm(tx, user_id, step).await? {
        return Err(SecondFactorError::WrongCode);
    }
    remember_factor(tx).await?;
    tx.record(Event::of(Action::SecondFactorAdded, user_id));
    Ok(codes)
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

/// Removes the acting person's codes by time. If they were the last second factor, the password, which the
/// caller has found to be theirs, has to do alone from now on.
///
/// # Errors
/// [`SecondFactorError`].
pub async fn remove_totp(tx: &mut Tx, _fresh: Fresh, password: &str) -> Result<(), SecondFactorError> {
    let user_id = own_id(tx)?;
    store::remove_totp(tx, user_id).await?;
    end_if_last(tx, user_id, password).await?;
    tx.record(Event::of(Action::SecondFactorRemoved, user_id));
    Ok(())
}

/// Where no second factor is left: the password must do alone, and the recovery codes go as well.
pub(crate) async fn end_if_last(
    tx: &mut Tx,
    user_id: UserId,
    password: &str,
) -> Result<(), SecondFactorError> {
    if has_second_factor(tx, user_id).await? {
        return Ok(());
    }
    let user = accounts::find_user(tx, user_id).await?.ok_or(SecondFactorError::NotSignedIn)?;
    let email = accounts::user_view(&tx.database().server_key(), &user)?.email;
    if is_demanded(tx).await? {
        return Err(SecondFactorError::Kept);
    }
    let least = practice::password_min_length(tx).await?;
    password_rules::check(password, email.reveal(), Factors::PasswordAlone, least)?;
    store::replace_recovery_codes(tx, user_id, Vec::new()).await?;
    Ok(accounts::forget_factor(tx, user_id).await?)
}

/// The recovery codes for somebody who sets up their first second factor; whoever has one keeps theirs.
pub(crate) async fn first_codes(tx: &mut Tx, user_id: UserId) -> Result<Vec<String>, SecondFactorError> {
    if has_second_factor(tx, user_id).await? {
        return Ok(Vec::new());
    }
    new_codes(tx, user_id).await
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
pub(crate) async fn remember_factor(tx: &mut Tx) -> Result<(), AccessError> {
    let Some(person) = tx.actor().as_person() else { return Ok(()) };
    accounts::remember_factor(tx, person.session_id).await
}
