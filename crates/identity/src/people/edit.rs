//! Changing what somebody may do here, or whether at all.

use access::{AccessError, Forbidden, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    UserId,
    errors::FieldProblem,
    people::{EditPerson, PersonView},
    permissions::{Permission, Role},
};

use super::{acting_powers, store};
use crate::{Fresh, roles};

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The practice has no such person.
    #[error("the practice has no such person")]
    NotFound,
    /// Neither a role nor a state was given, or two roles.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// Only an owner makes and changes owners.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Only an owner, who may do everything anyway, changes their own role.
    #[error("nobody changes their own access")]
    Own,
    /// The practice would have no owner.
    #[error("the practice would have no owner")]
    LastOwner,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Changes a person's role or state in this practice. A new role holds from their next request on;
/// deactivation ends their sign-ins here in this transaction.
///
/// # Errors
/// [`EditError`].
pub async fn edit(
    tx: &mut Tx,
    granted: Granted<perm::WritePeople>,
    _fresh: Fresh,
    id: UserId,
    edit: &EditPerson,
) -> Result<PersonView, EditError> {
    change(tx, granted, id, edit).await
}

/// As [`edit`], for a directory, which has no second factor to show.
pub(crate) async fn change(
    tx: &mut Tx,
    _granted: Granted<perm::WritePeople>,
    id: UserId,
    edit: &EditPerson,
) -> Result<PersonView, EditError> {
    let nothing = edit.role.is_none() && edit.role_id.is_none() && edit.active.is_none();
    if nothing || (edit.role.is_some() && edit.role_id.is_some()) {
        let detail = "Give one role, or whether they are active.".to_owned();
        return Err(EditError::Invalid(vec![FieldProblem {
            field: "role".to_owned(),
            code: "required".to_owned(),
            detail,
        }]));
    }
    // Two owners may want to remove each other at the same time: the second waits here for the first.
    let owners = store::hold_owners(tx).await?;
    let member = store::find(tx, id).await?.ok_or(EditError::NotFound)?;
    let acting = acting_powers(tx);
    let before = roles::part(tx, member.role, member.role_id).await?;
    let part = match (edit.role, edit.role_id) {
        (Some(role), _) => role.into(),
        (None, Some(id)) => roles::find_part(tx, id).await?.ok_or(EditError::NotFound)?,
        (None, None) => before.clone(),
    };
    if !acting.may_give(before.powers()) || !acting.may_give(part.powers()) {
        return Err(Forbidden::Lacks(Permission::WritePeople).into());
    }
    if id == tx.actor().user_id() && acting.role != Role::Owner {
        return Err(EditError::Own);
    }
    let active = edit.active.unwrap_or(member.deactivated_at.is_none());
    if owners == [id] && !(active && part.role == Role::Owner) {
        return Err(EditError::LastOwner);
    }
    store::update(tx, &member, &part, active).await?;
    if edit.role.is_some() || edit.role_id.is_some() {
        tx.record(Event::of(Action::RoleChanged, id));
    }
    match edit.active {
        Some(true) => tx.record(Event::of(Action::PersonReactivated, id)),
        Some(false) => {
            store::end_sign_ins(tx, id).await?;
            tx.record(Event::of(Action::PersonDeactivated, id));
        }
        None => {}
    }
    store::find_view(tx, id).await?.ok_or(EditError::NotFound)
}
