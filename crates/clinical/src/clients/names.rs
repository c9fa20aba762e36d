//! Names of all clients, for comparing them with others.

use access::{AccessError, Granted, Tx, perm};
use shared::{
    ClientId, Phi,
    page::{MAX_LIMIT, PageQuery},
};

use super::store;

/// The given and the family name of every client that the actor sees. That they were read is recorded by whoever asks.
///
/// # Errors
/// The database or the keys fail.
pub async fn list_names(
    tx: &Tx,
    _granted: Granted<perm::ReadClients>,
) -> Result<Vec<(ClientId, Phi<(String, String)>)>, AccessError> {
    let mut names = Vec::new();
    let mut query = PageQuery { limit: Some(MAX_LIMIT), cursor: None };
    loop {
        let page = store::list(tx, None, &query).await?;
        names.extend(page.items.into_iter().map(|client| {
            (client.id, Phi::new((client.given_name.into_inner(), client.family_name.into_inner())))
        }));
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            return Ok(names);
        }
    }
}
