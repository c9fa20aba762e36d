//! Roles that a practice makes for itself, beside the nine that are built in.
//!
//! - A role is **based** on a built-in one, never on the owner's: that says what kind of person it is for
//!   where more than permissions depends on it. What its people may do, its own permissions say alone.
//! - Only an owner makes, changes and gives a role that may do what they may not do themselves.
//! - A change holds from the next request of everybody who has the role.
//! - A role that somebody has, or is invited as, cannot be removed.

mod change;
mod list;
pub(crate) mod store;

use std::collections::HashMap;

use access::{AccessError, Tx};
use shared::{
    RoleId,
    permissions::{Permissions, Powers, Role},
    roles::OwnRole,
};

pub use change::{RoleError, create, edit, remove};
pub use list::{list, load};

/// A part that somebody has or is offered.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// The role, or what it is based on.
    pub role: Role,
    /// The practice's own, if it is one.
    pub own: Option<OwnRole>,
    /// What it may do.
    pub permissions: Permissions,
}

impl Part {
    pub fn powers(&self) -> Powers {
        Powers { role: self.role, permissions: self.permissions }
    }

    pub fn role_id(&self) -> Option<RoleId> {
        self.own.as_ref().map(|own| own.id)
    }
}

impl From<Role> for Part {
    fn from(role: Role) -> Self {
        Self { role, own: None, permissions: role.permissions() }
    }
}

/// The part that a row names. A role that is gone may do nothing.
pub(crate) async fn part(tx: &Tx, role: Role, role_id: Option<RoleId>) -> Result<Part, AccessError> {
    let Some(id) = role_id else { return Ok(role.into()) };
    match store::find(tx, id).await? {
        Some(row) => part_of(tx, &row),
        None => Ok(Part { role, own: None, permissions: Permissions::NONE }),
    }
}

/// The roles of the practice's own, by their ids.
pub(crate) async fn list_own(tx: &Tx) -> Result<HashMap<RoleId, OwnRole>, AccessError> {
    let rows = store::list_all(tx).await?;
    rows.iter().map(|row| Ok((row.id, OwnRole { id: row.id, name: store::name(tx, row)?.into() }))).collect()
}

/// What each role of the practice's own may do.
pub(crate) async fn list_permissions(tx: &Tx) -> Result<HashMap<RoleId, Permissions>, AccessError> {
    let rows = store::list_all(tx).await?;
    Ok(rows.iter().map(|row| (row.id, Permissions::from_words(&row.permissions))).collect())
}

/// A role of the practice's own as a part, to be given: it stays as it is until the transaction ends.
pub(crate) async fn find_part(tx: &Tx, id: RoleId) -> Result<Option<Part>, AccessError> {
    store::find_and_hold(tx, id).await?.map(|row| part_of(tx, &row)).transpose()
}

fn part_of(tx: &Tx, row: &store::Row) -> Result<Part, AccessError> {
    Ok(Part {
        role: row.base,
        own: Some(OwnRole { id: row.id, name: store::name(tx, row)?.into() }),
        permissions: Permissions::from_words(&row.permissions),
    })
}
