//! Setting passkeys up, naming them, removing them.

use access::Tx;
use audit::{Action, Event};
use serde_json::{Value, json};
use shared::{PasskeyId, errors::Checks};
use webauthn_rs::prelude::{PasskeyRegistration, RegisterPublicKeyCredential};

use super::{Asked, Passkeys, challenge, store};
use crate::{
    Fresh, SecondFactorError, fresh, has_second_factor,
    second_factors::{end_if_last, first_codes, own_person, remember_factor},
    store as accounts,
};

/// More passkeys than anybody has devices.
const MANY: usize = 20;

/// Begins to set a passkey up for the acting person: what the browser's `navigator.credentials.create`
/// takes, as `PublicKeyCredentialCreationOptionsJSON`. Whoever has a second factor has to have shown it a
/// moment ago.
///
/// # Errors
/// [`SecondFactorError`].
pub async fn begin_passkey(tx: &mut Tx, site: &Passkeys) -> Result<Value, SecondFactorError> {
    let person = own_person(tx)?;
    if has_second_factor(tx, person.user_id).await? {
        fresh(tx).await?;
    }
    let user = accounts::find_user(tx, person.user_id).await?.ok_or(SecondFactorError::NotSignedIn)?;
    let user = accounts::user_view(&tx.database().server_key(), &user)?;
    let own = store::list(tx, person.user_id).await?;
    if own.len() >= MANY {
        return Err(SecondFactorError::TooMany);
    }
    let own = own.into_iter().map(|row| row.credential_id).collect();
    let (email, name) = (user.email.reveal(), user.name.reveal());
    let (options, state) = site
        .0
        .start_passkey_registration(user.id.0, email, name, Some(own))
        .map_err(|_refused| SecondFactorError::Unavailable)?;
    let mut options = json!(options.public_key);
    // The library leaves it to the device whether it can be found without an account's name. Signing in
    // with a passkey alone needs that.
    options["authenticatorSelection"]["residentKey"] = "required".into();
    options["authenticatorSelection"]["requireResidentKey"] = true.into();
    challenge::keep(tx, Asked::Enrolment(person.session_id), &options, &state).await?;
    tx.record(Event::of(Action::SecondFactorBegun, person.user_id));
    Ok(options)
}

/// Takes a passkey into use that was made for the challenge of [`begin_passkey`]: its id, and the recovery
/// codes if it is the first second factor.
///
/// # Errors
/// [`SecondFactorError`]. On [`SecondFactorError::WrongCode`] the caller commits, so that the challenge is
/// gone.
pub async fn confirm_passkey(
    tx: &mut Tx,
    site: &Passkeys,
    name: &str,
    made: &Value,
) -> Result<Vec<String>, SecondFactorError> {
    let name = checked(name)?;
    let person = own_person(tx)?;
    let made: RegisterPublicKeyCredential =
        serde_json::from_value(made.clone()).map_err(|_not_one| SecondFactorError::WrongCode)?;
    let asked = Asked::Enrolment(person.session_id);
    let state = challenge::take::<PasskeyRegistration>(tx, asked, &made.response.client_data_json).await?;
    let state = state.ok_or(SecondFactorError::WrongCode)?;
    let passkey =
        site.0.finish_passkey_registration(&made, &state).map_err(|_wrong| SecondFactorError::WrongCode)?;
    // WebAuthn Level 3 §7.1, step 26: a credential is registered once, whoever's it is.
    if store::find(tx, passkey.cred_id()).await?.is_some() {
        return Err(SecondFactorError::Exists);
    }
    let codes = first_codes(tx, person.user_id).await?;
    let id: PasskeyId = tx.new_id();
    store::insert(tx, id, person.user_id, name, &passkey).await?;
    remember_factor(tx).await?;
    tx.record(Event::of(Action::PasskeyAdded, id));
    Ok(codes)
}

/// Gives one of the acting person's passkeys another name.
///
/// # Errors
/// [`SecondFactorError`].
pub async fn rename_passkey(tx: &mut Tx, id: PasskeyId, name: &str) -> Result<(), SecondFactorError> {
    let name = checked(name)?;
    let person = own_person(tx)?;
    if !store::rename(tx, person.user_id, id, name).await? {
        return Err(SecondFactorError::NotFound);
    }
    tx.record(Event::of(Action::PasskeyRenamed, id));
    Ok(())
}

/// Removes one of the acting person's passkeys. If it was the last second factor, the password, which the
/// caller has found to be theirs, has to do alone from now on.
///
/// # Errors
/// [`SecondFactorError`].
pub async fn remove_passkey(
    tx: &mut Tx,
    _fresh: Fresh,
    id: PasskeyId,
    password: &str,
) -> Result<(), SecondFactorError> {
    let person = own_person(tx)?;
    if !store::remove(tx, person.user_id, id).await? {
        return Err(SecondFactorError::NotFound);
    }
    end_if_last(tx, person.user_id, password).await?;
    tx.record(Event::of(Action::PasskeyRemoved, id));
    Ok(())
}

fn checked(name: &str) -> Result<&str, SecondFactorError> {
    let mut checks = Checks::new();
    checks.text("name", name, 60);
    checks.done().map_err(SecondFactorError::Invalid)?;
    Ok(name.trim())
}
