//! The mark of a known device: a random name with a keyed hash over it and the account.

use access::Database;
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// A mark for a device on which somebody has just signed in to this account.
pub fn new_device(database: &Database, email: &str) -> String {
    let id: Uuid = database.clock().new_id();
    format!("{id}.{}", mark(database, &crypto::normalise_email(email), id))
}

/// The device's name, if its mark is of this account.
pub(super) fn read_device(database: &Database, email: &str, shown: &str) -> Option<Uuid> {
    let (id, shown) = shown.split_once('.')?;
    let id = id.parse().ok()?;
    let expected = mark(database, email, id);
    bool::from(shown.as_bytes().ct_eq(expected.as_bytes())).then_some(id)
}

fn mark(database: &Database, email: &str, id: Uuid) -> String {
    let hash = database.root().blind_index("known-device", &format!("{id}|{email}"));
    Uuid::from_bytes(hash).simple().to_string()
}
