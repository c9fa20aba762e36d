//! A person's sign-ins in their other practices, once their password or their second factor has changed.

use access::Actor;

use crate::{App, Refusal};

/// Ends every sign-in that the acting person has in another practice.
///
/// # Errors
/// The database fails.
pub async fn end_elsewhere(app: &App, actor: &Actor) -> Result<(), Refusal> {
    let Some(person) = actor.as_person() else { return Ok(()) };
    let practices = identity::list_own_practices(&app.database.lookup(), person, actor.practice_id()).await?;
    for other in practices.into_iter().filter(|practice| !practice.is_current) {
        let actor = Actor::system("system:account", other.id, actor.request());
        let mut tx = app.database.begin(actor).await?;
        identity::end_sign_ins_here(&mut tx, person.user_id).await?;
        tx.commit().await?;
    }
    Ok(())
}
