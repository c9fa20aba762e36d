//! Changes a client: what is left out stays, what is null is cleared.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    ClientId,
    clients::{ClientView, EditClient},
    errors::{Checks, FieldProblem},
};

use super::{checks, store};

/// Why a client was not changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The practice has no such client.
    #[error("the practice has no such client")]
    NotFound,
    /// Some fields cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Changes a client.
///
/// # Errors
/// [`EditError`].
pub async fn edit(
    tx: &mut Tx,
    _granted: Granted<perm::WriteClients>,
    id: ClientId,
    edit: EditClient,
) -> Result<ClientView, EditError> {
    check(&edit, tx.now().date_naive()).map_err(EditError::Invalid)?;
    // Held, because the row is written back as a whole.
    let mut client = store::find_and_hold(tx, id).await?.ok_or(EditError::NotFound)?;
    let before = client.clone();
    replace(&mut client.given_name, edit.given_name);
    replace(&mut client.family_name, edit.family_name);
    replace(&mut client.date_of_birth, edit.date_of_birth);
    replace(&mut client.email, edit.email);
    replace(&mut client.phone, edit.phone);
    replace(&mut client.pronouns, edit.pronouns);
    replace(&mut client.external_id, edit.external_id);
    client.updated_at = tx.now();
    store::update(tx, &before, &client).await?;
    tx.record(Event::of(Action::ClientEdited, id).about(id));
    Ok(client)
}

fn replace<T>(field: &mut T, given: Option<T>) {
    if let Some(value) = given {
        *field = value;
    }
}

fn check(edit: &EditClient, today: chrono::NaiveDate) -> Result<(), Vec<FieldProblem>> {
    let mut checks = Checks::new();
    for (field, value) in [("given_name", &edit.given_name), ("family_name", &edit.family_name)] {
        if let Some(name) = value {
            checks::name(&mut checks, field, name);
        }
    }
    checks::date_of_birth(&mut checks, edit.date_of_birth.as_ref().and_then(Option::as_ref), today);
    checks::email(&mut checks, edit.email.as_ref().and_then(Option::as_ref));
    for (field, value) in
        [("phone", &edit.phone), ("pronouns", &edit.pronouns), ("external_id", &edit.external_id)]
    {
        checks::short(&mut checks, field, value.as_ref().and_then(Option::as_ref));
    }
    checks.done()
}
