//! Asking somebody who is signed in for their password again, or for a passkey in its place.

use access::Actor;
use audit::{Action, Event};
use identity::{
    Shown,
    passkeys::{Asked, Assertion},
};
use serde_json::Value;
use shared::{
    errors::{ErrorCode, FieldProblem},
    passkeys::Purpose,
    second_factors::OwnProof,
};

use super::{guarded::guarded, own_password};
use crate::{App, Refusal};

/// Whether it is the acting person's own password, or the answer of one of their passkeys that was asked for
/// this purpose. Wrong ones are counted and recorded.
///
/// # Errors
/// There is neither, or both; others came before; or what failed.
pub async fn is_right(app: &App, actor: &Actor, purpose: Purpose, proof: &OwnProof) -> Result<bool, Refusal> {
    match (&proof.password, &proof.assertion) {
        (Some(password), None) => own_password::is_right(app, actor, password.reveal()).await,
        (None, Some(answer)) => is_own_passkey(app, actor, purpose, answer.reveal()).await,
        (None, None) | (Some(_), Some(_)) => Err(Refusal::invalid(vec![FieldProblem {
            field: "password".to_owned(),
            code: "required".to_owned(),
            detail: "Give the password, or the answer of a passkey.".to_owned(),
        }])),
    }
}

/// What is said to somebody for whom it is not.
pub fn wrong() -> Refusal {
    Refusal::new(ErrorCode::InvalidCredentials).because("The password or the passkey is not right.")
}

/// It makes the second factor fresh as well.
async fn is_own_passkey(app: &App, actor: &Actor, purpose: Purpose, answer: &Value) -> Result<bool, Refusal> {
    let person = actor.as_person().ok_or(ErrorCode::Unauthenticated)?;
    let asked = Asked::Within(person.session_id, person.user_id, purpose);
    let shown = Shown::Passkey(Assertion { site: app.site()?, asked, answer });
    let attempt = Event::of(Action::SteppedUp, person.session_id);
    match guarded(app, actor.clone(), attempt, async |tx| identity::step_up(tx, shown).await).await {
        Ok(_fresh_until) => Ok(true),
        Err(refusal) if refusal.code() == Some(ErrorCode::InvalidCode) => Ok(false),
        Err(refusal) => Err(refusal),
    }
}
