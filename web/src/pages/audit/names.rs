//! Who is behind the ids of the trail, as far as whoever reads it may know.

use std::sync::Arc;

use shared::permissions::Permission;

use crate::{
    api::{Call, Failure, SignedIn, list, read, text},
    state::Session,
};

/// Ids, each with a name.
type Named = Vec<(String, String)>;

/// The people of the practice, and the clients whose charts the reader may see.
#[derive(Debug, Default, PartialEq)]
pub struct Names {
    pub people: Named,
    pub clients: Named,
}

impl Names {
    /// The name behind an id, or the end of the id, which is what tells two of them apart.
    pub fn of(&self, id: &str) -> String {
        let mut all = self.people.iter().chain(&self.clients);
        all.find(|(it, _)| it == id).map_or_else(|| super::tail(id), |(_, name)| name.clone())
    }
}

/// Asks for the names that the reader may know.
pub async fn load(api: SignedIn, session: Session) -> Result<Arc<Names>, Failure> {
    let mut names = Names::default();
    if session.may(Permission::ReadPeople) {
        names.people = everything(api, "/users?limit=200", &["name"]).await?;
    }
    if session.may(Permission::ReadClients) {
        names.clients = everything(api, "/clients?limit=200", &["given_name", "family_name"]).await?;
    }
    Ok(Arc::new(names))
}

/// Every page of a list.
async fn everything(api: SignedIn, path: &str, of: &[&str]) -> Result<Named, Failure> {
    let (mut named, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = read(&api.text(Call::get(format!("{path}{cursor}"))).await?);
        named.extend(list(&page, "items").iter().map(|one| {
            let name: Vec<String> = of.iter().map(|part| text(&one, part)).collect();
            (text(&one, "id"), name.join(" "))
        }));
        cursor = format!("&cursor={}", text(&page, "next_cursor"));
        if cursor.ends_with('=') {
            named.sort_by_key(|(_, name)| name.to_lowercase());
            return Ok(named);
        }
    }
}
