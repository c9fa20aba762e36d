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
use crate::{people, practice, store as accounts};

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
    new: &Invite,
    base_url: &str,
) -> Result<InvitationId, InviteError> {
    let mut checks = Checks::new();
    checks.email("email", new.email.reveal());
    checks.done().map_err(InviteError::Invalid)?;
    if !people::acting_role(tx).may_give(new.role) {
        return Err(Forbidden::Lacks(Permission::WritePeople).into());
    }
    let email = new.email.reveal().trim();
    if let Some(user) = accounts::find_user_by_email(tx, email).await?
        && people::store::find(tx, user.id).await?.is_some()
    {
        return Err(InviteError::AlreadyMember);
    }
    for earlier in store::open_of(tx, email).await? {
        if !people::acting_role(tx).may_give(earlier.role) {
            return Err(Forbidden::Lacks(Permission::WritePeople).into());
        }
        super::revoke::end(tx, &earlier).await?;
    }
    let id: InvitationId = tx.new_id();
    let token = format!("{id}.{}", crypto::random_token());
    let mail_id =
        tx.post(&mail(tx, email, new.role, &format!("{base_url}/invitation#{token}")).await?).await?;
    store::insert(tx, id, new.role, email, crypto::token_hash(&token), mail_id, LIFETIME).await?;
    tx.record(Event::of(Action::PersonInvited, id));
    Ok(id)
}

async fn mail(tx: &Tx, email: &str, role: Role, link: &str) -> Result<NewMail, AccessError> {
    let practice = practice::store::find(tx).await?.map(|row| practice::store::open_name(tx, &row));
    let practice = practice.transpose()?.unwrap_or_default().into_inner();
    let text = format!(
        "Hello,\n\nyou are invited to join {practice} on MindScribe as {}.\n\n\
         Open this link to choose your password. It works once, for 72 hours:\n\n{link}\n\n\
         If you did not expect this, you need not do anything.\n",
        words(role)
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
