//! Questions to a passkey: made, kept for a while, taken once.

use access::{AccessError, Tx};
use chrono::TimeDelta;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{Asked, Passkeys, store};
use crate::SecondFactorError;

/// How long a challenge waits: the time that WebAuthn Level 3 §15.1 proposes for the browser's dialog.
const WAITS: TimeDelta = TimeDelta::minutes(5);

/// Asks for a passkey: what the browser's `navigator.credentials.get` takes, as
/// `PublicKeyCredentialRequestOptionsJSON`.
///
/// # Errors
/// [`SecondFactorError::Missing`] when the person has no passkey; the database fails.
pub async fn ask_passkey(tx: &mut Tx, site: &Passkeys, asked: Asked) -> Result<Value, SecondFactorError> {
    let (question, state) =
        site.0.start_discoverable_authentication().map_err(|_refused| SecondFactorError::Unavailable)?;
    let mut options = json!(question.public_key);
    if let Some(owner) = asked.owner() {
        let own = store::list_credential_ids(tx, owner).await?;
        if own.is_empty() {
            return Err(SecondFactorError::Missing);
        }
        let own: Vec<Value> = own.into_iter().map(|id| json!({ "type": "public-key", "id": id })).collect();
        options["allowCredentials"] = own.into();
    }
    keep(tx, asked, &options, &state).await?;
    Ok(options)
}

/// Keeps what belongs to the challenge of these options.
pub(super) async fn keep(
    tx: &mut Tx,
    asked: Asked,
    options: &Value,
    state: &impl Serialize,
) -> Result<(), SecondFactorError> {
    let unavailable = || SecondFactorError::Unavailable;
    let challenge = options["challenge"].as_str().ok_or_else(unavailable)?;
    let state = serde_json::to_string(state).map_err(|_no_json| unavailable())?;
    store::keep_challenge(tx, hash(challenge), asked.key(), state, tx.now() + WAITS).await?;
    Ok(())
}

/// Takes the challenge that the browser says was answered (`clientDataJSON`), if it was made for this and
/// has not expired. From now on it is gone.
pub(super) async fn take<S: DeserializeOwned>(
    tx: &mut Tx,
    asked: Asked,
    client_data: &[u8],
) -> Result<Option<S>, AccessError> {
    let Ok(client_data) = serde_json::from_slice::<Value>(client_data) else { return Ok(None) };
    let Some(challenge) = client_data["challenge"].as_str() else { return Ok(None) };
    let state = store::take_challenge(tx, hash(challenge), asked.key()).await?;
    Ok(state.and_then(|state| serde_json::from_str(&state).ok()))
}

/// Removes what nobody has answered in time.
///
/// # Errors
/// The database fails.
pub async fn remove_expired_challenges(tx: &mut Tx) -> Result<(), AccessError> {
    store::remove_expired_challenges(tx).await
}

fn hash(challenge: &str) -> Vec<u8> {
    crypto::token_hash(challenge).to_vec()
}
