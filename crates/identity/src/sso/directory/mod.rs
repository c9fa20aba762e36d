//! What an organisation's directory tells: who joins, moves and leaves.
//!
//! Messages are told again and overtake each other. So each is read once, and of two about the same
//! thing the one that happened later counts, whichever comes first. Whom an owner or administrator has
//! deactivated here stays so: the directory brings back only whom it took away.

pub(super) mod store;

use access::{AccessError, Forbidden, Tx, perm};
use audit::{Action, Event};
use chrono::{DateTime, Utc};
use shared::{UserId, errors::ErrorCode, people::EditPerson, permissions::Role};
use sso::webhook::{Change, DirectoryPerson, Told};

use super::{ArriveError, Connection, arrive::join, store as connections};
use crate::{people, store as accounts};

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was heeded.
    Heeded,
    /// It was read before.
    Replayed,
}

/// Reads a message of a connection's directory.
///
/// # Errors
/// The database or the keys fail; nothing is kept then, and the message may be sent again.
pub async fn hear(tx: &mut Tx, connection: &Connection, told: &Told) -> Result<Outcome, AccessError> {
    // One after the other: what two messages make of a person must not cross.
    connections::hold(tx, connection.id).await?;
    if !store::insert_message(tx, &told.id).await? {
        tx.record(Event::of(Action::DirectoryHeard, connection.id).refused(ErrorCode::Conflict));
        return Ok(Outcome::Replayed);
    }
    match &told.change {
        Change::Person(person) => {
            note_person(tx, connection, person, told.at).await?;
            place(tx, connection, person).await?;
        }
        Change::Membership { person, group_id, group, is_in } => {
            let index = store::person_index(tx, &person.id);
            if store::find_person(tx, &index).await?.is_none() {
                note_person(tx, connection, person, told.at).await?;
            }
            let seen = store::Membership { group_id, name: group, is_in: *is_in, at: told.at };
            store::note_membership(tx, connection.id, &index, &seen).await?;
            place(tx, connection, person).await?;
        }
        Change::Group { group_id, name, .. } => {
            for index in store::rename_group(tx, group_id, name.as_deref(), told.at).await? {
                place_known(tx, connection, &index, None).await?;
            }
        }
        Change::Nothing => {}
    }
    tx.record(Event::of(Action::DirectoryHeard, connection.id));
    Ok(Outcome::Heeded)
}

async fn note_person(
    tx: &mut Tx,
    connection: &Connection,
    person: &DirectoryPerson,
    at: DateTime<Utc>,
) -> Result<(), AccessError> {
    let index = store::person_index(tx, &person.id);
    let email = person.email.as_ref().map_or("", |email| email.reveal().as_str());
    store::note_person(tx, connection.id, &index, email, person.active, at).await
}

async fn place(tx: &mut Tx, connection: &Connection, person: &DirectoryPerson) -> Result<(), AccessError> {
    let index = store::person_index(tx, &person.id);
    place_known(tx, connection, &index, Some(person)).await
}

/// Makes somebody's place here what the directory wants it to be.
async fn place_known(
    tx: &mut Tx,
    connection: &Connection,
    index: &[u8],
    person: Option<&DirectoryPerson>,
) -> Result<(), AccessError> {
    let Some(row) = store::find_person(tx, index).await? else { return Ok(()) };
    let groups = store::list_groups(tx, index).await?;
    let wanted = connection.wanted(Some(&groups));
    let user_id = match row.user_id {
        Some(user_id) => Some(user_id),
        None => found_here(tx, connection, &row).await?,
    };
    let Some(user_id) = user_id else {
        // Nobody here has this e-mail. Whoever should be here is, from now on.
        let (Some(role), Some(person), true) = (wanted.role, person, row.active) else { return Ok(()) };
        return newcomer(tx, connection, index, role, person).await;
    };
    let Some(member) = people::store::find(tx, user_id).await? else { return Ok(()) };
    // Who is owner is decided here: no group makes one, and the lack of one ends none.
    let moves = wanted.moves && member.role != Role::Owner;
    let is_in = row.active && (!moves || wanted.role.is_some());
    let role =
        wanted.role.filter(|role| moves && is_in && (*role != member.role || member.role_id.is_some()));
    let is_active = member.deactivated_at.is_none();
    let active = match (is_in, is_active) {
        (false, true) => Some(false),
        (true, false) if !row.is_in => Some(true),
        _ => None,
    };
    if role.is_some() || active.is_some() {
        edit(tx, user_id, EditPerson { role, role_id: None, active }).await?;
    }
    store::settle_person(tx, index, user_id, is_in).await
}

/// Somebody of this practice, or of none: an account that is only elsewhere is not touched.
async fn found_here(
    tx: &Tx,
    connection: &Connection,
    row: &store::Row,
) -> Result<Option<UserId>, AccessError> {
    let Some(user) = accounts::find_user_by_index(tx, &row.email_index).await? else { return Ok(None) };
    let email = accounts::user_view(&tx.database().server_key(), &user)?.email;
    let here = people::store::find(tx, user.id).await?.is_some();
    Ok((here && connection.speaks_for(email.reveal())).then_some(user.id))
}

async fn newcomer(
    tx: &mut Tx,
    connection: &Connection,
    index: &[u8],
    role: Role,
    person: &DirectoryPerson,
) -> Result<(), AccessError> {
    let email = person.email.as_ref().map(|email| email.reveal().trim());
    let Some(email) = email.filter(|email| connection.speaks_for(email)) else { return Ok(()) };
    if accounts::find_user_by_email(tx, email).await?.is_some() {
        let refused = Event::of(Action::DirectoryHeard, connection.id);
        tx.record(refused.refused(ErrorCode::SsoAccountElsewhere));
        return Ok(());
    }
    let name = person.name.as_ref().map(|name| name.reveal().as_str());
    let user_id = match join(tx, role, email, name).await {
        Ok(user_id) => user_id,
        Err(ArriveError::Access(error)) => return Err(error),
        Err(_) => return Err(AccessError::Unrecorded),
    };
    store::settle_person(tx, index, user_id, true).await
}

/// As an owner would, but that the last owner stays.
async fn edit(tx: &mut Tx, user_id: UserId, edit: EditPerson) -> Result<(), AccessError> {
    let granted = tx.actor().require::<perm::WritePeople>();
    let granted = granted.map_err(|_lacks: Forbidden| AccessError::Unrecorded)?;
    match people::change(tx, granted, user_id, &edit).await {
        Err(people::EditError::Access(error)) => Err(error),
        Err(people::EditError::LastOwner) => {
            tx.record(Event::of(Action::PersonDeactivated, user_id).refused(ErrorCode::LastOwner));
            Ok(())
        }
        // Whoever is gone in the meantime needs nothing.
        Ok(_)
        | Err(
            people::EditError::NotFound
            | people::EditError::Invalid(_)
            | people::EditError::Forbidden(_)
            | people::EditError::Own,
        ) => Ok(()),
    }
}
