//! Guesses of somebody who is signed in, at a code of their own: counted, like those from outside.

use access::{Actor, Tx};
use audit::{Action, Event};
use identity::{Attempt, ThrottleError};
use shared::errors::ErrorCode;

use super::or_end;
use crate::{App, Refusal};

/// Runs `work`, which shows a code, in a transaction and commits it. A wrong code is counted and recorded;
/// another refusal is recorded as `attempt`.
///
/// # Errors
/// What `work` refused, that others came before, or what failed.
pub async fn guarded<T, E>(
    app: &App,
    actor: Actor,
    attempt: Event,
    work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
) -> Result<T, Refusal>
where
    Refusal: From<E>,
{
    let person = actor.as_person().ok_or(ErrorCode::Unauthenticated)?;
    let guess = Attempt::within(&app.database, person.session_id);
    identity::check_throttle(&app.database.lookup(), &guess).await?;
    let mut tx = app.database.begin(actor.clone()).await?;
    let refusal = match work(&mut tx).await {
        Ok(done) => {
            tx.commit().await?;
            return Ok(done);
        }
        Err(error) => Refusal::from(error),
    };
    if refusal.code() == Some(ErrorCode::InvalidCode) {
        // What shows a wrong code has changed nothing.
        let counted = identity::count_failure(&mut tx, &guess).await;
        let (mut tx, ()) = or_end::<_, ThrottleError>(tx, counted).await?;
        tx.record(Event::of(Action::SecondFactorRefused, person.user_id).refused(ErrorCode::InvalidCode));
        tx.commit().await?;
    } else {
        tx.end().await?;
        if let Some(code) = refusal.code() {
            app.record(actor, attempt.refused(code)).await?;
        }
    }
    Err(refusal)
}
