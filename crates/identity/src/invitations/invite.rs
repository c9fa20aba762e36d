//! Inviting somebody.

use access::{AccessError, Forbidden, Granted, NewMail, Tx, perm};
use audit::{Action, Event};
use chrono::TimeDelta;
use shared::{
    InvitationId, Phi,
    errors::{Checks, FieldProblem},
    people::Invite,
    permissions::{Permission, Role},
};

use super::store;
use crate::{
    Fresh, people, practice,
    roles::{self, Part},
    store as accounts,
};

/// How long a link opens.
pub const LIFETIME: TimeDelta = TimeDelta::hours(72);

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// Some fields cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// Only an owner makes owners.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The practice has no such role.
    #[error("the practice has no such role")]
    NoSuchRole,
    /// They are in this practice already; the inviter may see its people anyway.
    #[error("this person is in the practice already")]
    AlreadyMember,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Invites an address, and puts the mail with the link into the outbox. `base_url` is where browsers
/// reach the app.
///
/// # Errors
/// [`InviteError`].
pub async fn invite(
    tx: &mut Tx,
    _granted: Granted<perm::WritePeople>,
    _fresh: Fresh,
    new: &Invite,
    base_url: &str,
) -> Result<InvitationId, InviteError> {
    let mut checks = Checks::new();
    checks.email("email", new.email.reveal());
    if new.role.is_some() == new.role_id.is_some() {
        checks.refuse("role", "required", "Please choose one role.");
    }
    checks.done().map_err(InviteError::Invalid)?;
    let part = match (new.role, new.role_id) {
        (None, Some(id)) => roles::find_part(tx, id).await?.ok_or(InviteError::NoSuchRole)?,
        (role, _) => role.unwrap_or(Role::Clinician).into(),
    };
    if !people::acting_powers(tx).may_give(part.powers()) {
        return Err(Forbidden::Lacks(Permission::WritePeople).into());
    }
    let email = new.email.reveal().trim();
    if let Some(user) = accounts::find_user_by_email(tx, email).await?
        && people::store::find(tx, user.id).await?.is_some()
    {
        return Err(InviteError::AlreadyMember);
    }
    for earlier in store::open_of(tx, email).await? {
        let offered = roles::part(tx, earlier.role, earlier.role_id).await?;
        if !people::acting_powers(tx).may_give(offered.powers()) {
            return Err(Forbidden::Lacks(Permission::WritePeople).into());
        }
        super::revoke::end(tx, &earlier).await?;
    }
    let id: InvitationId = tx.new_id();
    let token = format!("{id}.{}", crypto::random_token());
    let mail_id = tx.post(&mail(tx, email, &part, &format!("{base_url}/invitation#{token}")).await?).await?;
    store::insert(tx, id, &part, email, crypto::token_hash(&token), mail_id, LIFETIME).await?;
    tx.record(Event::of(Action::PersonInvited, id));
    Ok(id)
}

async fn mail(tx: &Tx, email: &str, part: &Part, link: &str) -> Result<NewMail, AccessError> {
    let practice = practice::store::find(tx).await?.map(|row| practice::store::open_name(tx, &row));
    let practice = practice.transpose()?.unwrap_or_default().into_inner();
    let text = format!(
        "Hello,\n\nyou are invited to join {practice} on MindScribe as {}.\n\n\
         Open this link to join. It works once, for 72 hours:\n\n{link}\n\n\
         If you did not expect this, you need not do anything.\n",
        part.own.as_ref().map_or_else(|| words(part.role), |own| own.name.reveal())
    );
    Ok(NewMail { to: email.into(), subject: Phi::from("You are invited to MindScribe"), text: text.into() })
}

const fn words(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Administrator => "administrator",
        Role::Clinician => "clinician",
        Role::Supervisor => "supervisor",
        Role::Intern => "intern",
        Role::FrontDesk => "front desk",
        Role::Biller => "biller",
        Role::Auditor => "auditor",
        Role::GovernanceOfficer => "AI governance officer",
    }
}
