//! Systems of the practice's own: entered by somebody, and off until somebody has decided about them.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    AiSystemId, Phi,
    errors::{Checks, FieldProblem},
    governance::{AiPurpose, AiSystemState, AiSystemView, OwnSystem, RegisterAiSystem},
};

use super::store;

/// Before every key that a practice's own system is called by, which keeps it apart from the software's.
pub(crate) const OWN: &str = "own-";
/// A practice has so many systems of its own at most.
const MOST: usize = 100;
/// For a million tokens, in millionths of a US dollar.
const MOST_PRICE: u64 = 10_000_000_000;

/// Why a system was not entered or changed.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The practice has no such system of its own.
    #[error("the practice has no such system of its own")]
    NotFound,
    /// A text is missing or too long, or the address may not be reached from here.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// It has a system of its own by this name.
    #[error("there is one by this name")]
    Taken,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Enters a system. `admits` says of an address whether it could be reached from here.
///
/// # Errors
/// [`RegisterError`].
pub async fn register(
    tx: &mut Tx,
    _granted: Granted<perm::WriteGovernance>,
    form: &RegisterAiSystem,
    admits: impl Fn(&str) -> bool,
) -> Result<AiSystemView, RegisterError> {
    check(form, admits).map_err(RegisterError::Invalid)?;
    let key = key_of(&form.name);
    let known = store::list(tx).await?;
    let own = known.iter().filter(|system| system.own.is_some()).count();
    if known.iter().any(|system| system.key == key) {
        return Err(RegisterError::Taken);
    }
    if own >= MOST {
        let mut checks = Checks::new();
        checks.refuse("name", "too_many", "A practice has a hundred systems of its own at most.");
        checks.done().map_err(RegisterError::Invalid)?;
    }
    let view = AiSystemView {
        id: tx.new_id(),
        key,
        name: form.name.trim().to_owned(),
        version: form.model.trim().to_owned(),
        vendor: form.vendor.trim().to_owned(),
        purpose: AiPurpose::Other,
        state: AiSystemState::Off,
        local: false,
        chosen: false,
        agreement_on: None,
        agreement_until: None,
        pinned_version: None,
        monthly_budget_micro_usd: None,
        spent_micro_usd: 0,
        own: Some(OwnSystem {
            address: form.address.trim().to_owned(),
            model: form.model.trim().to_owned(),
            used_for: form.used_for.trim().to_owned(),
            has_key: !form.key.reveal().is_empty(),
            million_input_tokens_micro_usd: form.million_input_tokens_micro_usd,
            million_output_tokens_micro_usd: form.million_output_tokens_micro_usd,
        }),
        updated_at: tx.now(),
    };
    store::insert(tx, &view, Some(&form.key).filter(|key| !key.reveal().is_empty())).await?;
    tx.record(Event::of(Action::AiSystemRegistered, view.id));
    Ok(view)
}

/// Those that are switched on.
///
/// # Errors
/// The database fails.
pub async fn list_own(tx: &mut Tx, _granted: Granted<perm::AskAi>) -> Result<Vec<AiSystemView>, AccessError> {
    tx.record(Event::general(Action::AiSystemsListed));
    let all = store::list(tx).await?.into_iter();
    Ok(all.filter(|system| system.own.is_some() && system.state == AiSystemState::Live).collect())
}

/// Shows a system another key from the next call on; an empty one: none.
///
/// # Errors
/// [`RegisterError`].
pub async fn replace_key(
    tx: &mut Tx,
    _granted: Granted<perm::WriteGovernance>,
    id: AiSystemId,
    key: &Phi<String>,
) -> Result<(), RegisterError> {
    let system = store::find(tx, id).await?.filter(|system| system.own.is_some());
    system.ok_or(RegisterError::NotFound)?;
    let mut checks = Checks::new();
    check_key(&mut checks, key);
    checks.done().map_err(RegisterError::Invalid)?;
    store::replace_service_key(tx, id, Some(key).filter(|key| !key.reveal().is_empty())).await?;
    tx.record(Event::of(Action::AiSystemKeyReplaced, id));
    Ok(())
}

fn check(form: &RegisterAiSystem, admits: impl Fn(&str) -> bool) -> Result<(), Vec<FieldProblem>> {
    let mut checks = Checks::new();
    checks.text("name", &form.name, 80);
    checks.text("vendor", &form.vendor, 80);
    checks.text("address", &form.address, 500);
    checks.text("model", &form.model, 200);
    checks.text("used_for", &form.used_for, 500);
    if key_of(&form.name) == OWN {
        checks.refuse("name", "invalid", "A name has a letter or a digit.");
    }
    if form.address.contains(['?', '#']) || !admits(form.address.trim()) {
        checks.refuse("address", "invalid", "An address on the internet that begins with https://.");
    }
    check_key(&mut checks, &form.key);
    for (field, price) in [
        ("million_input_tokens_micro_usd", form.million_input_tokens_micro_usd),
        ("million_output_tokens_micro_usd", form.million_output_tokens_micro_usd),
    ] {
        if price.is_some_and(|price| price > MOST_PRICE) {
            checks.refuse(field, "too_large", "At most ten thousand dollars.");
        }
    }
    checks.done()
}

/// It goes into a header (RFC 9110 §5.5).
fn check_key(checks: &mut Checks, key: &Phi<String>) {
    let key = key.reveal();
    if key.len() > 1_000 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        checks.refuse("key", "invalid", "A key is letters, digits and signs, without spaces.");
    }
}

/// `Intake assistant` becomes `own-intake-assistant`.
fn key_of(name: &str) -> String {
    let words = name.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    format!("{OWN}{}", words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_call_a_system_by_is_made_of_its_name() {
        assert_eq!(key_of("Intake assistant (new)"), "own-intake-assistant-new");
        assert_eq!(key_of("  GPT 5 "), "own-gpt-5");
        assert_eq!(key_of("…"), OWN);
    }
}
