//! A cut: where a trail begins whose oldest part was removed because its time was over.

use chrono::{DateTime, Utc};
use crypto::MacKey;
use uuid::Uuid;

use super::TrailKey;

const LAYOUT: u8 = 1;

/// What may be missing of a trail: whatever the links up to a number bind, and these links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The event that says of it names this.
    pub id: Uuid,
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// What was recorded from then on is kept.
    pub kept_from: DateTime<Utc>,
    /// The last link that goes.
    pub number: i64,
    /// The code of that link, which the next one names.
    pub link: Vec<u8>,
    /// The newest event that goes.
    pub last_event: Uuid,
    /// How many events go.
    pub events: i64,
    /// How many events the links up to `number` bind, those of earlier cuts among them.
    pub total: i64,
    /// The code over all of this.
    pub mac: Vec<u8>,
}

impl Cut {
    /// The action of the event that says of a cut.
    pub const ACTION: &str = "audit_trail_shortened";

    /// With its code.
    #[must_use]
    pub fn sealed(self, key: &TrailKey) -> Self {
        let mac = self.code(key).to_vec();
        Self { mac, ..self }
    }

    /// Whether its code is the one that the key gives it.
    pub fn is_true(&self, key: &TrailKey) -> bool {
        MacKey::same(&self.mac, &self.code(key))
    }

    /// Whether a link that is to be found, or that an anchor names, may be missing.
    pub fn takes(&self, number: i64) -> bool {
        number <= self.number
    }

    fn code(&self, key: &TrailKey) -> [u8; MacKey::LEN] {
        let mut bytes = vec![LAYOUT];
        bytes.extend_from_slice(key.practice_id().0.as_bytes());
        bytes.extend_from_slice(self.id.as_bytes());
        bytes.extend_from_slice(&self.at.timestamp_micros().to_be_bytes());
        bytes.extend_from_slice(&self.kept_from.timestamp_micros().to_be_bytes());
        bytes.extend_from_slice(&self.number.to_be_bytes());
        bytes.extend_from_slice(self.last_event.as_bytes());
        bytes.extend_from_slice(&self.events.to_be_bytes());
        bytes.extend_from_slice(&self.total.to_be_bytes());
        // Everything before it is of a known length.
        bytes.extend_from_slice(&self.link);
        key.of_cut(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use shared::PracticeId;

    use super::*;

    fn key(practice: u128) -> TrailKey {
        TrailKey::of(PracticeId(Uuid::from_u128(practice)), &[7; 32])
    }

    fn cut() -> Cut {
        let cut = Cut {
            id: Uuid::from_u128(1),
            at: DateTime::UNIX_EPOCH,
            kept_from: DateTime::UNIX_EPOCH,
            number: 7,
            link: vec![9; 32],
            last_event: Uuid::from_u128(2),
            events: 40,
            total: 70,
            mac: Vec::new(),
        };
        cut.sealed(&key(1))
    }

    #[test]
    fn whatever_is_changed_in_a_cut_shows() {
        assert!(cut().is_true(&key(1)) && !cut().is_true(&key(2)));
        let changes: [fn(&mut Cut); 9] = [
            |cut| cut.id = Uuid::from_u128(3),
            |cut| cut.at += chrono::TimeDelta::microseconds(1),
            |cut| cut.kept_from += chrono::TimeDelta::days(30),
            |cut| cut.number += 1,
            |cut| cut.link[31] ^= 1,
            |cut| cut.last_event = Uuid::from_u128(3),
            |cut| cut.events -= 1,
            |cut| cut.total += 1,
            |cut| cut.mac[0] ^= 1,
        ];
        for change in changes {
            let mut cut = cut();
            change(&mut cut);
            assert!(!cut.is_true(&key(1)), "{cut:?}");
        }
    }
}
