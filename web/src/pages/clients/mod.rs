//! Clients: the list, and one client's page.

mod add;
mod care_team;
mod consents;
mod details;
mod form;
mod keeping;
mod list;
mod page;
mod sessions;

pub use consents::new_consent;
pub use list::ClientsPage;
pub use page::ClientPage;

use shared::clients::ClientView;

/// A client's whole name.
pub fn full_name(client: &ClientView) -> String {
    format!("{} {}", client.given_name.reveal(), client.family_name.reveal())
}

/// The first letters of a client's name.
fn initials(client: &ClientView) -> String {
    [&client.given_name, &client.family_name]
        .into_iter()
        .filter_map(|name| name.reveal().chars().next())
        .flat_map(char::to_uppercase)
        .collect()
}
