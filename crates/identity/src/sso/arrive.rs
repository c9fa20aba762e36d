//! Whoever a provider sends: who that is here.

use access::{AccessError, Tx};
use audit::{Action, Event};
use shared::{UserId, permissions::Role};
use sso::Arrival;

use super::{Connection, connection::Wanted, directory::store as directory, store};
use crate::{people, store as accounts};

/// Why somebody whom a provider vouches for is not let in.
#[derive(Debug, thiserror::Error)]
pub enum ArriveError {
    /// The provider does not say that an e-mail of the connection's domains is verified to be theirs.
    #[error("no verified e-mail of the connection's domains")]
    EmailRefused,
    /// Their e-mail has an account that is not of this practice.
    #[error("the account is not of this practice")]
    AccountElsewhere,
    /// They were here.
    #[error("they are not in the practice any more")]
    Deactivated,
    /// Nothing gives them a part.
    #[error("they have no part in this practice")]
    NoRole,
    /// They are an owner, and no owner answers for the connection.
    #[error("no owner vouches for the connection")]
    OwnerRefused,
    /// Another try of theirs was faster.
    #[error("another try was faster")]
    Again,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Who somebody is here: known, found by their e-mail among the people of the practice, or new. Their
/// part follows their groups where the connection says so.
///
/// # Errors
/// [`ArriveError`]; nothing is kept then.
pub async fn arrive(tx: &mut Tx, connection: &Connection, arrival: &Arrival) -> Result<UserId, ArriveError> {
    let subject = store::subject_index(tx, &arrival.issuer, arrival.subject.reveal());
    let told = match &arrival.groups {
        Some(groups) => Some(groups.clone()),
        None => told_by_directory(tx, arrival).await?,
    };
    let wanted = connection.wanted(told.as_deref());
    if let Some(user_id) = store::find_identity(tx, &subject).await? {
        enter(tx, connection, user_id, wanted).await?;
        return Ok(user_id);
    }
    let email = arrival.verified_email.as_ref().map(|email| email.reveal().trim());
    let email = email.filter(|email| connection.speaks_for(email)).ok_or(ArriveError::EmailRefused)?;
    let user_id = if let Some(user) = accounts::find_user_by_email(tx, email).await? {
        if people::store::find(tx, user.id).await?.is_none() {
            return Err(ArriveError::AccountElsewhere);
        }
        enter(tx, connection, user.id, wanted).await?;
        user.id
    } else {
        let name = arrival.name.as_ref().map(|name| name.reveal().as_str());
        join(tx, wanted.role.ok_or(ArriveError::NoRole)?, email, name).await?
    };
    store::insert_identity(tx, subject, connection.id, user_id).await.map_err(taken)?;
    tx.record(Event::of(Action::SsoLinked, user_id));
    Ok(user_id)
}

/// Of whom the directory has told, only those come in who are in it. What it says of their groups.
async fn told_by_directory(tx: &Tx, arrival: &Arrival) -> Result<Option<Vec<String>>, ArriveError> {
    let Some(email) = &arrival.verified_email else { return Ok(None) };
    let Some(row) = directory::find_person_by_email(tx, email.reveal()).await? else { return Ok(None) };
    if !row.active {
        return Err(ArriveError::Deactivated);
    }
    Ok(Some(directory::list_groups(tx, &row.person_index).await?))
}

/// Lets in somebody who is in the practice already.
async fn enter(
    tx: &mut Tx,
    connection: &Connection,
    user_id: UserId,
    wanted: Wanted,
) -> Result<(), ArriveError> {
    let member = people::store::find(tx, user_id).await?.ok_or(ArriveError::Deactivated)?;
    if member.deactivated_at.is_some() {
        return Err(ArriveError::Deactivated);
    }
    match (member.role, wanted) {
        (Role::Owner, _) if !connection.vouched_by_owner => Err(ArriveError::OwnerRefused),
        (Role::Owner, _) | (_, Wanted { moves: false, .. }) => Ok(()),
        (_, Wanted { role: None, .. }) => Err(ArriveError::NoRole),
        (role, Wanted { role: Some(wanted), .. }) if role == wanted && member.role_id.is_none() => Ok(()),
        (_, Wanted { role: Some(wanted), .. }) => {
            people::store::update(tx, &member, &wanted.into(), true).await?;
            tx.record(Event::of(Action::RoleChanged, user_id));
            Ok(())
        }
    }
}

/// Makes the account of somebody new. It has no password: it cannot be guessed.
pub(super) async fn join(
    tx: &mut Tx,
    role: Role,
    email: &str,
    name: Option<&str>,
) -> Result<UserId, ArriveError> {
    let user_id: UserId = tx.new_id();
    let name: String = name.unwrap_or(email).chars().filter(|c| !c.is_control()).take(200).collect();
    accounts::insert_user(tx, user_id, &name, email, String::new()).await.map_err(taken)?;
    accounts::insert_membership(tx, user_id, role, None).await?;
    tx.record(Event::of(Action::SsoJoined, user_id));
    Ok(user_id)
}

fn taken(error: AccessError) -> ArriveError {
    if error.is_taken() { ArriveError::Again } else { error.into() }
}
