//! Changing what somebody may do here, or whether at all.

use access::{AccessError, Forbidden, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    UserId,
    errors::FieldProblem,
    people::{EditPerson, PersonView},
    permissions::{Permission, Role},
};

use super::{acting_role, store};

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The practice has no such person.
    #[error("the practice has no such person")]
    NotFound,
    /// Neither a role nor a state was given.
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
    _granted: Granted<perm::WritePeople>,
    id: UserId,
    edit: &EditPerson,
) -> Result<PersonView, EditError> {
    if edit.role.is_none() && edit.active.is_none() {
        let detail = "Give a role, or whether they are active.".to_owned();
        return Err(EditError::Invalid(vec![FieldProblem {
            field: "role".to_owned(),
            code: "required".to_owned(),
            detail,
        }]));
    }
    // Two owners may want to remove each other at the same time: the second waits here for the first.
    let owners = store::hold_owners(tx).await?;
    let member = store::find(tx, id).await?.ok_or(EditError::NotFound)?;
    let acting = acting_role(tx);
    let role = edit.role.unwrap_or(member.role);
    if !acting.may_give(member.role) || !acting.may_give(role) {
        return Err(Forbidden::Lacks(Permission::WritePeople).into());
    }
    if id == tx.actor().user_id() && acting != Role::Owner {
        return Err(EditError::Own);
    }
    let active = edit.active.unwrap_or(member.deactivated_at.is_none());
    if owners == [id] && !(active && role == Role::Owner) {
        return Err(EditError::LastOwner);
    }
    store::update(tx, &member, role, active).await?;
    if edit.role.is_some() {
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
