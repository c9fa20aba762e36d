//! What WorkOS tells of an organisation's directory: <https://workos.com/docs/events/directory-sync>.
//! Who joins, moves and leaves.

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::Sha256;
use shared::Phi;
use subtle::ConstantTimeEq as _;

/// A message is taken this long after, and before, it was signed. WorkOS' own libraries take three
/// minutes; whoever sends one again within them is told apart by [`Told::id`].
const TOLERANCE: TimeDelta = TimeDelta::minutes(3);

/// The message is not WorkOS', is too old, or has another form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The signature is not right, or not of this moment.
    #[error("the signature is not right, or not of this moment")]
    Signature,
    /// It is signed, and cannot be read.
    #[error("the message has another form")]
    Malformed,
}

/// A message about a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its id: the same if it is sent again.
    pub id: String,
    /// When what it tells happened. Messages may overtake each other.
    pub at: DateTime<Utc>,
    /// What it tells.
    pub change: Change,
}

/// What a message tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A person is like this now.
    Person(DirectoryPerson),
    /// A person is, or is no longer, in a group.
    Membership {
        /// Who.
        person: DirectoryPerson,
        /// Which group, by WorkOS' id.
        group_id: String,
        /// What it is called.
        group: String,
        /// Whether they are in it now.
        is_in: bool,
    },
    /// A group is called something else, or is gone.
    Group {
        /// In which organisation.
        organization_id: String,
        /// Which, by WorkOS' id.
        group_id: String,
        /// What it is called now; `None`: it is gone.
        name: Option<String>,
    },
    /// Nothing that matters here.
    Nothing,
}

/// Somebody in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryPerson {
    /// WorkOS' id.
    pub id: String,
    /// In which organisation.
    pub organization_id: String,
    /// Their e-mail in it.
    pub email: Option<Phi<String>>,
    /// What they are called.
    pub name: Option<Phi<String>>,
    /// Whether they still work there.
    pub active: bool,
}

/// Reads a message: `header` is its `WorkOS-Signature`, `body` what was signed.
///
/// # Errors
/// [`Refused`].
pub fn read(secret: &str, header: &str, body: &[u8], now: DateTime<Utc>) -> Result<Told, Refused> {
    check(secret, header, body, now).ok_or(Refused::Signature)?;
    let message: Message = serde_json::from_slice(body).map_err(|_another_form| Refused::Malformed)?;
    let change = match message.event.as_str() {
        "dsync.user.created" | "dsync.user.updated" => {
            Change::Person(of::<User>(message.data)?.person(true)?)
        }
        "dsync.user.deleted" => Change::Person(of::<User>(message.data)?.person(false)?),
        "dsync.group.user_added" => of::<GroupUser>(message.data)?.change(true)?,
        "dsync.group.user_removed" => of::<GroupUser>(message.data)?.change(false)?,
        "dsync.group.updated" => of::<Group>(message.data)?.change(true)?,
        "dsync.group.deleted" => of::<Group>(message.data)?.change(false)?,
        _ => Change::Nothing,
    };
    Ok(Told { id: message.id, at: message.created_at, change })
}

/// `t=<milliseconds>, v1=<hex of HMAC-SHA-256 of "t.body">`.
fn check(secret: &str, header: &str, body: &[u8], now: DateTime<Utc>) -> Option<()> {
    let part =
        |name: &str| header.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
    let (at, signature) = (part("t")?, part("v1")?);
    let signed_at = DateTime::from_timestamp_millis(at.parse().ok()?)?;
    if (now - signed_at).abs() > TOLERANCE {
        return None;
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(at.as_bytes());
    mac.update(b".");
    mac.update(body);
    let shown = hex::decode(signature).ok()?;
    bool::from(mac.finalize().into_bytes().as_slice().ct_eq(&shown)).then_some(())
}

#[derive(Deserialize)]
struct Message {
    id: String,
    event: String,
    created_at: DateTime<Utc>,
    data: serde_json::Value,
}

#[derive(Deserialize)]
struct User {
    id: String,
    organization_id: Option<String>,
    email: Option<String>,
    #[serde(default)]
    emails: Vec<Email>,
    first_name: Option<String>,
    last_name: Option<String>,
    state: String,
}

/// As older messages hold them.
#[derive(Deserialize)]
struct Email {
    value: Option<String>,
    #[serde(default)]
    primary: bool,
}

#[derive(Deserialize)]
struct GroupUser {
    user: User,
    group: Group,
}

#[derive(Deserialize)]
struct Group {
    id: String,
    name: String,
    organization_id: Option<String>,
}

fn of<T: for<'de> Deserialize<'de>>(data: serde_json::Value) -> Result<T, Refused> {
    serde_json::from_value(data).map_err(|_another_form| Refused::Malformed)
}

impl User {
    fn person(self, is_there: bool) -> Result<DirectoryPerson, Refused> {
        let primary = self.emails.into_iter().find(|email| email.primary).and_then(|email| email.value);
        let name = [self.first_name, self.last_name].into_iter().flatten().collect::<Vec<_>>().join(" ");
        Ok(DirectoryPerson {
            id: self.id,
            organization_id: self.organization_id.ok_or(Refused::Malformed)?,
            email: self.email.or(primary).map(Phi::new),
            name: Some(name.trim().to_owned()).filter(|name| !name.is_empty()).map(Phi::new),
            active: is_there && self.state == "active",
        })
    }
}

impl GroupUser {
    fn change(self, is_in: bool) -> Result<Change, Refused> {
        let person = self.user.person(true)?;
        Ok(Change::Membership { person, group_id: self.group.id, group: self.group.name, is_in })
    }
}

impl Group {
    fn change(self, is_there: bool) -> Result<Change, Refused> {
        Ok(Change::Group {
            organization_id: self.organization_id.ok_or(Refused::Malformed)?,
            group_id: self.id,
            name: is_there.then_some(self.name),
        })
    }
}

#[cfg(test)]
mod tests;
