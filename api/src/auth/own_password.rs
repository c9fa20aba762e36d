//! Asking somebody who is signed in for their password again.

use access::Actor;
use audit::{Action, Event};
use crypto::Zeroizing;
use identity::Attempt;
use shared::errors::ErrorCode;

use super::or_end;
use crate::{App, Refusal};

/// Goes on only if this is the acting person's own password. Wrong ones are counted and recorded.
///
/// # Errors
/// It is not, others came before, or what failed.
pub async fn confirm(app: &App, actor: &Actor, password: &str) -> Result<(), Refusal> {
    if is_right(app, actor, password).await? {
        return Ok(());
    }
    Err(Refusal::new(ErrorCode::InvalidCredentials).because("The password is not right."))
}

/// Whether this is the acting person's own password. Wrong ones are counted and recorded.
///
/// # Errors
/// Others came before, or what failed.
pub async fn is_right(app: &App, actor: &Actor, password: &str) -> Result<bool, Refusal> {
    let person = actor.as_person().ok_or(ErrorCode::Unauthenticated)?;
    let (lookup, guess) = (app.database.lookup(), Attempt::within(&app.database, person.session_id));
    identity::check_throttle(&lookup, &guess).await?;
    // Hashing takes a while: no transaction stays open meanwhile.
    let tx = app.database.begin_reading(actor.clone()).await?;
    let hash = identity::load_password_hash(&tx).await;
    tx.end().await?;
    if app.passwords.verify(Zeroizing::new(password.to_owned()), hash?.as_deref()).await? {
        identity::check_throttle(&lookup, &guess).await?;
        return Ok(true);
    }
    let mut tx = app.database.begin(actor.clone()).await?;
    let counted = identity::count_failure(&mut tx, &guess).await;
    let (mut tx, ()) = or_end(tx, counted).await?;
    tx.record(Event::of(Action::PasswordRefused, person.user_id).refused(ErrorCode::InvalidCredentials));
    tx.commit().await?;
    Ok(false)
}
