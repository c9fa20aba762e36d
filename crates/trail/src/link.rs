//! A link of the chain.

use chrono::{DateTime, Utc};
use crypto::MacKey;
use uuid::Uuid;

use super::{TrailKey, key::Code};

const LAYOUT: u8 = 1;
const ID_LEN: usize = 16;
const ENTRY_LEN: usize = ID_LEN + MacKey::SHORT_LEN;

/// Where the rows of a link come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Written before rows had a code of their own. Such links can only be the first ones of a chain.
    BeforeCodes,
    /// Written with a code.
    Sealed,
}

/// A link: which rows it binds, and what binds it to the link before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// From 1, without a gap.
    pub number: i64,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// How many rows it and all links before bind.
    pub total: i64,
    /// The rows, as [`Entries`] reads them.
    pub entries: Vec<u8>,
    /// The code of the link before; of the first, zeros.
    pub previous: Vec<u8>,
    /// The code over all of this.
    pub mac: Vec<u8>,
}

impl Link {
    /// Most rows of one link.
    pub const MOST: usize = 1000;

    /// The link after `before` that binds `rows`, which are in the order of their ids.
    pub fn after(
        before: Option<&Head>,
        key: &TrailKey,
        made_at: DateTime<Utc>,
        origin: Origin,
        rows: &[(Uuid, Code)],
    ) -> Self {
        let mut entries = Vec::with_capacity(1 + rows.len() * ENTRY_LEN);
        entries.push(match origin {
            Origin::BeforeCodes => 0,
            Origin::Sealed => 1,
        });
        for (id, code) in rows {
            entries.extend_from_slice(id.as_bytes());
            entries.extend_from_slice(code);
        }
        let mut link = Self {
            number: before.map_or(0, |head| head.number) + 1,
            made_at,
            total: before.map_or(0, |head| head.total) + rows.len() as i64,
            entries,
            previous: before.map_or_else(|| vec![0; MacKey::LEN], |head| head.mac.clone()),
            mac: Vec::new(),
        };
        link.mac = link.code(key).to_vec();
        link
    }

    /// Whether its code is the one that the key gives it.
    pub fn is_true(&self, key: &TrailKey) -> bool {
        MacKey::same(&self.mac, &self.code(key))
    }

    /// What the next link and an anchor name of it.
    pub fn head(&self) -> Head {
        Head { number: self.number, total: self.total, made_at: self.made_at, mac: self.mac.clone() }
    }

    fn code(&self, key: &TrailKey) -> [u8; MacKey::LEN] {
        let mut bytes = Vec::with_capacity(64 + self.previous.len() + self.entries.len());
        bytes.push(LAYOUT);
        bytes.extend_from_slice(key.practice_id().0.as_bytes());
        bytes.extend_from_slice(&self.number.to_be_bytes());
        bytes.extend_from_slice(&self.made_at.timestamp_micros().to_be_bytes());
        bytes.extend_from_slice(&self.total.to_be_bytes());
        bytes.extend_from_slice(&(self.previous.len() as u64).to_be_bytes());
        bytes.extend_from_slice(&self.previous);
        bytes.extend_from_slice(&self.entries);
        key.of_link(&bytes)
    }
}

/// The end of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The number of the last link.
    pub number: i64,
    /// How many rows the chain binds.
    pub total: i64,
    /// When the last link was made.
    pub made_at: DateTime<Utc>,
    /// Its code.
    pub mac: Vec<u8>,
}

/// The rows of a link, read from what is stored.
#[derive(Debug, Clone, Copy)]
pub struct Entries<'a> {
    /// Where they come from.
    pub origin: Origin,
    rows: &'a [u8],
}

/// What is stored is not the rows of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the rows of the link are malformed")]
pub struct MalformedEntries;

impl<'a> Entries<'a> {
    /// Reads what is stored.
    ///
    /// # Errors
    /// It is not 1 to [`Link::MOST`] rows of one known origin, each once and in the order of their ids.
    pub fn read(stored: &'a [u8]) -> Result<Self, MalformedEntries> {
        let (origin, rows) = match stored {
            [0, rows @ ..] => (Origin::BeforeCodes, rows),
            [1, rows @ ..] => (Origin::Sealed, rows),
            _ => return Err(MalformedEntries),
        };
        let count = rows.len() / ENTRY_LEN;
        let entries = Self { origin, rows };
        let whole = rows.len().is_multiple_of(ENTRY_LEN) && (1..=Link::MOST).contains(&count);
        if whole && entries.iter().is_sorted_by(|(one, _), (next, _)| one < next) {
            Ok(entries)
        } else {
            Err(MalformedEntries)
        }
    }

    /// Each row's id and code.
    pub fn iter(&self) -> impl Iterator<Item = (Uuid, Code)> + use<'a> {
        self.rows.chunks_exact(ENTRY_LEN).map(|entry| {
            let (id, code) = entry.split_at(ID_LEN);
            (Uuid::from_bytes(array(id)), array(code))
        })
    }
}

fn array(bytes: &[u8]) -> [u8; 16] {
    std::array::from_fn(|index| bytes[index])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shared::PracticeId;

    use super::*;

    fn key() -> TrailKey {
        TrailKey::of(PracticeId(Uuid::from_u128(1)), &[7; 32])
    }

    fn link() -> Link {
        let rows: Vec<_> = (1..=3).map(|id| (Uuid::from_u128(id), [id as u8; 16])).collect();
        let first = Link::after(None, &key(), DateTime::UNIX_EPOCH, Origin::Sealed, &rows);
        Link::after(Some(&first.head()), &key(), DateTime::UNIX_EPOCH, Origin::Sealed, &rows)
    }

    #[test]
    fn a_link_follows_the_one_before_and_its_rows_are_read_again() {
        let link = link();
        assert_eq!((link.number, link.total), (2, 6));
        assert!(link.is_true(&key()));
        let entries = Entries::read(&link.entries).unwrap();
        assert_eq!(entries.origin, Origin::Sealed);
        assert_eq!(entries.iter().map(|(id, _)| id.as_u128()).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn whatever_is_changed_in_a_link_shows() {
        let changes: [fn(&mut Link); 6] = [
            |link| link.number += 1,
            |link| link.total -= 1,
            |link| link.made_at += chrono::TimeDelta::microseconds(1),
            |link| link.entries[20] ^= 1,
            |link| link.previous[0] ^= 1,
            |link| link.mac[31] ^= 1,
        ];
        for change in changes {
            let mut link = link();
            change(&mut link);
            assert!(!link.is_true(&key()), "{link:?}");
        }
        assert!(!link().is_true(&TrailKey::of(PracticeId(Uuid::from_u128(2)), &[7; 32])));
        assert!(!link().is_true(&TrailKey::of(PracticeId(Uuid::from_u128(1)), &[8; 32])));
    }

    #[test]
    fn rows_out_of_order_or_twice_are_malformed() {
        let link = link();
        let mut swapped = link.entries.clone();
        swapped[1..65].rotate_left(32);
        assert!(Entries::read(&swapped).is_err());
        let mut twice = link.entries.clone();
        twice.extend_from_slice(&link.entries[65..]);
        assert!(Entries::read(&twice).is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_whole(stored in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(entries) = Entries::read(&stored) {
                prop_assert_eq!(entries.iter().count() * 32 + 1, stored.len());
            }
        }
    }
}
