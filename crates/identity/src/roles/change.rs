//! Making, changing and removing a role of the practice's own. Each asks for a fresh second factor.

use access::{AccessError, Forbidden, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    RoleId,
    errors::{Checks, FieldProblem},
    permissions::{Permission, Permissions, Powers, Role},
    roles::{EditRole, NewRole},
};

use super::store;
use crate::{StepUpError, fresh, people::acting_powers};

/// Most characters of a name.
const NAME: usize = 60;

/// Why a role was not made, changed or removed.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// The practice has no such role.
    #[error("the practice has no such role")]
    NotFound,
    /// Some fields cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// It may do what whoever acts may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Somebody has it, or is invited as it.
    #[error("somebody has this role")]
    InUse,
    /// A second factor was not shown a moment ago.
    #[error(transparent)]
    StepUp(#[from] StepUpError),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Makes a role.
///
/// # Errors
/// [`RoleError`].
pub async fn create(
    tx: &mut Tx,
    _granted: Granted<perm::WritePeople>,
    new: &NewRole,
) -> Result<RoleId, RoleError> {
    let mut checks = Checks::new();
    checks.text("name", new.name.reveal(), NAME);
    if new.base == Role::Owner {
        checks.refuse("base", "invalid", "An owner may do everything, and is no base for a role.");
    }
    checks.done().map_err(RoleError::Invalid)?;
    let permissions: Permissions = new.permissions.iter().copied().collect();
    may(tx, new.base, permissions)?;
    fresh(tx).await?;
    let id: RoleId = tx.new_id();
    store::insert(tx, id, new.name.reveal().trim(), new.base, permissions).await?;
    tx.record(Event::of(Action::RoleCreated, id));
    Ok(id)
}

/// Changes a role; who has it has its new permissions from their next request on.
///
/// # Errors
/// [`RoleError`].
pub async fn edit(
    tx: &mut Tx,
    _granted: Granted<perm::WritePeople>,
    id: RoleId,
    edit: &EditRole,
) -> Result<(), RoleError> {
    let mut checks = Checks::new();
    if let Some(name) = &edit.name {
        checks.text("name", name.reveal(), NAME);
    }
    if edit.name.is_none() && edit.permissions.is_none() {
        checks.refuse("name", "required", "Give a name, or what it may do.");
    }
    checks.done().map_err(RoleError::Invalid)?;
    let row = store::find_to_change(tx, id).await?.ok_or(RoleError::NotFound)?;
    let before = Permissions::from_words(&row.permissions);
    let after = edit.permissions.as_ref().map_or(before, |given| given.iter().copied().collect());
    may(tx, row.base, before)?;
    may(tx, row.base, after)?;
    fresh(tx).await?;
    let name = match &edit.name {
        Some(name) => name.reveal().trim().to_owned(),
        None => store::name(tx, &row)?,
    };
    store::update(tx, id, &name, after).await?;
    let changed = [(edit.name.is_some(), "name"), (after != before, "permissions")];
    let changed = changed.into_iter().filter_map(|(is, name)| is.then_some(name)).collect();
    tx.record(Event::of(Action::RoleEdited, id).naming(changed));
    Ok(())
}

/// Removes a role that nobody has.
///
/// # Errors
/// [`RoleError`].
pub async fn remove(tx: &mut Tx, _granted: Granted<perm::WritePeople>, id: RoleId) -> Result<(), RoleError> {
    let row = store::find_to_change(tx, id).await?.ok_or(RoleError::NotFound)?;
    may(tx, row.base, Permissions::from_words(&row.permissions))?;
    if store::is_in_use(tx, id).await? {
        return Err(RoleError::InUse);
    }
    fresh(tx).await?;
    store::forget_in_invitations(tx, id).await?;
    store::delete(tx, id).await?;
    tx.record(Event::of(Action::RoleRemoved, id));
    Ok(())
}

fn may(tx: &Tx, role: Role, permissions: Permissions) -> Result<(), Forbidden> {
    if acting_powers(tx).may_give(Powers { role, permissions }) {
        return Ok(());
    }
    Err(Forbidden::Lacks(Permission::WritePeople))
}
