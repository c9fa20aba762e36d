//! Answers of a passkey.

use access::{AccessError, Lookup, Tx};
use audit::{Action, Event};
use serde_json::Value;
use shared::{UserId, errors::ErrorCode};
use webauthn_rs::prelude::{DiscoverableAuthentication, PublicKeyCredential, WebauthnError};

use super::{Assertion, challenge, store};

/// Whose passkey an answer names, before it is known to be right. For signing in, where nobody said who
/// they are.
///
/// # Errors
/// The database fails.
pub async fn find_passkey_owner(lookup: &Lookup, answer: &Value) -> Result<Option<UserId>, AccessError> {
    let Some(answer) = parsed(answer) else { return Ok(None) };
    Ok(store::find(lookup, &answer.raw_id).await?.map(|row| row.user_id))
}

/// Whether the answer is right: signed by a passkey of `user_id`, who was recognised by it, for this site,
/// and to a question of ours that nobody has answered yet. The caller commits either way, so that the
/// question is not answered again, and counts what was wrong.
///
/// # Errors
/// The database fails.
pub async fn show_passkey(
    tx: &mut Tx,
    user_id: UserId,
    assertion: Assertion<'_>,
) -> Result<bool, AccessError> {
    let Some(answer) = parsed(assertion.answer) else { return Ok(false) };
    let client_data = &answer.response.client_data_json;
    let state = challenge::take::<DiscoverableAuthentication>(tx, assertion.asked, client_data).await?;
    let row = store::find(tx, &answer.raw_id).await?.filter(|row| row.user_id == user_id);
    // WebAuthn Level 3 §7.2, step 6: the account that the passkey names is the one it is kept with.
    let names_owner = answer.get_user_unique_id().is_none_or(|named| named == user_id.0.as_bytes());
    let (Some(state), Some(row), true) = (state, row, names_owner) else { return Ok(false) };
    let mut passkey = store::open_credential(tx, &row)?;
    let result = match assertion.site.0.finish_discoverable_authentication_v2(&answer, state, &passkey) {
        Ok(result) => result,
        Err(WebauthnError::CredentialPossibleCompromise) => {
            tx.record(Event::of(Action::PasskeyCounterWrong, row.id).refused(ErrorCode::InvalidCode));
            return Ok(false);
        }
        Err(_wrong) => return Ok(false),
    };
    passkey.update_credential(&result);
    store::use_credential(tx, &row, &passkey, result.counter()).await
}

fn parsed(answer: &Value) -> Option<PublicKeyCredential> {
    serde_json::from_value(answer.clone()).ok()
}
