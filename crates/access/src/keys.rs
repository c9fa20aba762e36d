//! The data keys in use: read from the database, and kept for a moment, so that a request costs no key query.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use chrono::{DateTime, TimeDelta, Utc};
use crypto::{DataKey, KeyRing};
use entities::data_keys::Model;
use uuid::Uuid;

use crate::{AccessError, database::SERVER};

/// How long a key is believed to be the newest. A new one is heard of within this time.
const KEPT: TimeDelta = TimeDelta::seconds(2);
/// After this time every process knows a new version, whose clock may differ a little: from then on it seals.
const KNOWN_EVERYWHERE: TimeDelta = TimeDelta::seconds(10);

/// And then, that it does so in every process, which has read its keys again since. What is sealed anew before is perhaps
/// not all that was sealed as before.
pub(crate) const SEALS_EVERYWHERE: TimeDelta = TimeDelta::seconds(13);

/// Keys by their owners. Grows with the number of practices.
#[derive(Default)]
pub(crate) struct Keys(RwLock<HashMap<Uuid, Known>>);

struct Known {
    key: DataKey,
    read_at: DateTime<Utc>,
}

impl Keys {
    /// An owner's key, if it was read a moment ago.
    pub(crate) fn find(&self, owner: Uuid, now: DateTime<Utc>) -> Option<DataKey> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&owner).filter(|known| (now - known.read_at).abs() < KEPT).map(|known| known.key.clone())
    }

    /// An owner's key as it was read last, however long ago.
    pub(crate) fn find_last(&self, owner: Uuid) -> Option<DataKey> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&owner).map(|known| known.key.clone())
    }

    pub(crate) fn keep(&self, key: DataKey, now: DateTime<Utc>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(key.owner(), Known { key, read_at: now });
    }

    /// The next who asks reads it again. The server's own is asked for in passing, so it stays.
    pub(crate) fn forget(&self, owner: Uuid) {
        if owner != SERVER {
            self.0.write().unwrap_or_else(PoisonError::into_inner).remove(&owner);
        }
    }
}

/// All versions of one owner's key, of which the newest that every process knows seals. `None` of none. Those that are
/// `known` are not opened again: a server that was not told of a new key-encryption key goes on with what it has.
pub(crate) fn assembled(
    key_ring: &KeyRing,
    rows: &[Model],
    known: Option<&DataKey>,
    now: DateTime<Utc>,
) -> Result<Option<DataKey>, AccessError> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let known = known.and_then(|known| known.of_version(row.version.unsigned_abs()).ok());
        let key = match known {
            Some(known) => known.clone(),
            None => {
                key_ring.open_data_key(row.owner, &row.wrapped).map_err(|_wrong_key| AccessError::Keys)?
            }
        };
        all.push((key, row.created_at));
    }
    let sealing = || all.iter().filter(|(key, _)| key.version() > 0);
    let known = sealing().filter(|(_, made_at)| *made_at + KNOWN_EVERYWHERE <= now);
    let newest =
        known.max_by_key(|(key, _)| key.version()).or(sealing().min_by_key(|(key, _)| key.version()));
    Ok(newest.map(|(newest, _)| newest.beside(all.iter().map(|(key, _)| key.clone()))))
}
