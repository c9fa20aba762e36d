//! The people of a practice: who they are, what they may do, and when that ends.
//!
//! - Only an owner makes and changes owners, and nobody raises themselves.
//! - A practice always has an owner who can sign in.
//! - Whoever is deactivated is signed out everywhere in the same transaction.

mod edit;
mod list;
pub(crate) mod store;

use access::Tx;
use shared::permissions::Role;

pub use edit::{EditError, edit};
pub use list::list;

/// The role of whoever acts; the software itself acts as owner, and a key decides about nobody.
pub(crate) fn acting_role(tx: &Tx) -> Role {
    let otherwise = if tx.actor().as_api_key().is_some() { Role::Biller } else { Role::Owner };
    tx.actor().as_person().map_or(otherwise, |person| person.role)
}
