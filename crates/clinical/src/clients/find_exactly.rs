//! Finding a client whom one may not see, in an emergency: by what only somebody who knows them knows.

use access::{AccessError, Granted, Tx, perm};
use shared::{
    ClientId, Phi,
    clients::ClientView,
    emergencies::{FindInEmergency, FoundInEmergency},
    errors::{Checks, FieldProblem},
    page::{MAX_LIMIT, PageQuery},
};

use super::store;

/// Why nobody was looked for.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Neither both names and the date of birth nor the external id.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Checks that one person is asked for and not a list.
///
/// # Errors
/// [`SearchError::Invalid`].
pub fn check_search(wanted: &FindInEmergency) -> Result<(), SearchError> {
    let mut checks = Checks::new();
    if wanted.external_id.is_none() {
        let names = [("given_name", &wanted.given_name), ("family_name", &wanted.family_name)];
        for (field, name) in names {
            checks.text(field, name.as_ref().map_or("", |name| name.reveal()), 100);
        }
        if wanted.date_of_birth.is_none() {
            checks.refuse("date_of_birth", "required", "Please fill this in.");
        }
    } else {
        checks.text("external_id", wanted.external_id.as_ref().map_or("", |id| id.reveal()), 100);
    }
    checks.done().map_err(SearchError::Invalid)
}

/// The clients of the practice who are exactly this, of all that the transaction sees. Names are sealed one by
/// one, so each client is opened; nothing of those who do not match leaves this function.
///
/// # Errors
/// [`SearchError`].
pub async fn find_exactly(
    tx: &Tx,
    _granted: Granted<perm::BreakGlass>,
    wanted: &FindInEmergency,
) -> Result<Vec<FoundInEmergency>, SearchError> {
    check_search(wanted)?;
    let mut found = Vec::new();
    let mut query = PageQuery { limit: Some(MAX_LIMIT), cursor: None };
    loop {
        let page = store::list(tx, None, &query).await?;
        found.extend(page.items.iter().filter(|client| is(client, wanted)).map(|client| FoundInEmergency {
            id: client.id,
            initials: Phi::new(format!("{} {}", initial(&client.given_name), initial(&client.family_name))),
        }));
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            return Ok(found);
        }
    }
}

/// Whether the transaction sees this client.
///
/// # Errors
/// The database fails.
pub async fn is_visible(tx: &Tx, id: ClientId) -> Result<bool, AccessError> {
    Ok(store::count_among(tx, &[id]).await? == 1)
}

fn is(client: &ClientView, wanted: &FindInEmergency) -> bool {
    let same = |text: &Phi<String>, wanted: Option<&Phi<String>>| {
        wanted.is_some_and(|wanted| {
            text.reveal().trim().to_lowercase() == wanted.reveal().trim().to_lowercase()
        })
    };
    if wanted.external_id.is_some() {
        return client.external_id.as_ref().is_some_and(|id| same(id, wanted.external_id.as_ref()));
    }
    same(&client.given_name, wanted.given_name.as_ref())
        && same(&client.family_name, wanted.family_name.as_ref())
        && client.date_of_birth.is_some()
        && client.date_of_birth == wanted.date_of_birth
}

fn initial(name: &Phi<String>) -> String {
    name.reveal().trim().chars().next().map(|letter| format!("{letter}.")).unwrap_or_default()
}
