//! Adds a client.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    UserId,
    clients::{ClientView, NewClient},
    errors::{Checks, FieldProblem},
    permissions::Permission,
};

use super::{checks, store};
use crate::care_teams;

/// Why a client was not added.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// Some fields cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Adds a client. `practice_jurisdiction` is where they are unless the request says otherwise; `care_team`, whom the
/// practice puts into their care team, beside whoever adds them and treats.
///
/// # Errors
/// [`CreateError`].
pub async fn create(
    tx: &mut Tx,
    _granted: Granted<perm::WriteClients>,
    new: NewClient,
    practice_jurisdiction: &str,
    care_team: &[UserId],
) -> Result<ClientView, CreateError> {
    check(&new, tx.now().date_naive()).map_err(CreateError::Invalid)?;
    let client = ClientView {
        id: tx.new_id(),
        given_name: new.given_name,
        family_name: new.family_name,
        date_of_birth: new.date_of_birth,
        email: new.email,
        phone: new.phone,
        pronouns: new.pronouns,
        external_id: new.external_id,
        jurisdiction: new.jurisdiction.unwrap_or_else(|| practice_jurisdiction.to_owned()),
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    store::insert(tx, &client).await?;
    let mut care_team = care_team.to_vec();
    if let Some(person) = tx.actor().as_person()
        && (person.permissions.contains(Permission::WriteNotes)
            || !person.permissions.contains(Permission::AllClients))
    {
        care_team.push(person.user_id);
    }
    care_team.sort_unstable();
    care_team.dedup();
    for user_id in care_team {
        care_teams::store::insert(tx, client.id, user_id).await?;
    }
    tx.record(Event::of(Action::ClientCreated, client.id).about(client.id));
    Ok(client)
}

fn check(new: &NewClient, today: chrono::NaiveDate) -> Result<(), Vec<FieldProblem>> {
    let mut checks = Checks::new();
    checks::name(&mut checks, "given_name", &new.given_name);
    checks::name(&mut checks, "family_name", &new.family_name);
    checks::date_of_birth(&mut checks, new.date_of_birth.as_ref(), today);
    checks::email(&mut checks, new.email.as_ref());
    checks::short(&mut checks, "phone", new.phone.as_ref());
    checks::short(&mut checks, "pronouns", new.pronouns.as_ref());
    checks::short(&mut checks, "external_id", new.external_id.as_ref());
    if let Some(place) = &new.jurisdiction {
        checks.jurisdiction("jurisdiction", place);
    }
    checks.done()
}
