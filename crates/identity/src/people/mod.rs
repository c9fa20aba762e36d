//! The people of a practice: who they are, what they may do, and when that ends.
//!
//! - Only an owner makes and changes owners, and nobody raises themselves.
//! - What whoever acts may not do themselves they give to nobody, but for the built-in roles that an
//!   administrator gives.
//! - A practice always has an owner who can sign in.
//! - Whoever is deactivated is signed out everywhere in the same transaction.

mod add;
mod colleagues;
mod edit;
mod list;
pub(crate) mod store;
mod supervision;

use access::{Person, Tx};
use shared::permissions::{Permissions, Powers, Role};

pub use add::{AddError, add, check_new};
pub(crate) use colleagues::list_treating;
pub use colleagues::{list_colleagues, name_colleagues};
pub(crate) use edit::change;
pub use edit::{EditError, edit};
pub use list::list;
pub use supervision::{SupervisionError, end_supervision, supervise};

/// What whoever acts may do; the software itself acts as owner, and a key decides about nobody.
pub(crate) fn acting_powers(tx: &Tx) -> Powers {
    let of_key =
        tx.actor().as_api_key().map(|_| Powers { role: Role::Biller, permissions: Permissions::NONE });
    tx.actor().as_person().map(Person::powers).or(of_key).unwrap_or(Role::Owner.into())
}
