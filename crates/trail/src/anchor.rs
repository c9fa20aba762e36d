//! The head of a chain, as it is kept outside the database.

use chrono::{DateTime, SubsecRound as _, Utc};
use crypto::MacKey;
use serde::{Deserialize, Serialize};
use shared::PracticeId;

use super::{Head, TrailKey};

const LAYOUT: u8 = 1;

/// The head of a chain at a time, with a code that only the server can make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    layout: u8,
    practice_id: PracticeId,
    /// The last link.
    pub number: i64,
    /// How many events the chain bound.
    pub events: i64,
    /// When the last link was made.
    pub made_at: DateTime<Utc>,
    /// When the anchor was.
    pub anchored_at: DateTime<Utc>,
    /// The code of the last link, in hexadecimal.
    pub head: String,
    mac: String,
}

/// What was read is no anchor of this practice's trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is an anchor that the server has not made")]
pub struct NoAnchor;

impl Anchor {
    /// The most bytes of one.
    pub const MOST: usize = 4096;

    /// The anchor of a head.
    pub fn of(head: &Head, key: &TrailKey, now: DateTime<Utc>) -> Self {
        let mut anchor = Self {
            layout: LAYOUT,
            practice_id: key.practice_id(),
            number: head.number,
            events: head.total,
            made_at: head.made_at,
            anchored_at: now.trunc_subsecs(6),
            head: hex::encode(&head.mac),
            mac: String::new(),
        };
        anchor.mac = hex::encode(anchor.code(key));
        anchor
    }

    /// Reads one.
    ///
    /// # Errors
    /// It is none, or none that the holder of the key has made for this practice.
    pub fn read(stored: &[u8], key: &TrailKey) -> Result<Self, NoAnchor> {
        if stored.len() > Self::MOST {
            return Err(NoAnchor);
        }
        let anchor: Self = serde_json::from_slice(stored).map_err(|_not_json| NoAnchor)?;
        let ours = anchor.layout == LAYOUT && anchor.practice_id == key.practice_id();
        if ours && MacKey::same(anchor.mac.as_bytes(), hex::encode(anchor.code(key)).as_bytes()) {
            Ok(anchor)
        } else {
            Err(NoAnchor)
        }
    }

    /// The text that is kept.
    pub fn to_text(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// Whether a link is the one that it names.
    pub fn names(&self, head: &Head) -> bool {
        self.number == head.number && self.head == hex::encode(&head.mac)
    }

    fn code(&self, key: &TrailKey) -> [u8; MacKey::LEN] {
        let mut bytes = vec![self.layout];
        bytes.extend_from_slice(self.practice_id.0.as_bytes());
        bytes.extend_from_slice(&self.number.to_be_bytes());
        bytes.extend_from_slice(&self.events.to_be_bytes());
        bytes.extend_from_slice(&self.made_at.timestamp_micros().to_be_bytes());
        bytes.extend_from_slice(&self.anchored_at.timestamp_micros().to_be_bytes());
        bytes.extend_from_slice(self.head.as_bytes());
        key.of_anchor(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn key(practice: u128) -> TrailKey {
        TrailKey::of(PracticeId(Uuid::from_u128(practice)), &[7; 32])
    }

    #[test]
    fn an_anchor_is_read_as_it_was_written_and_not_otherwise() {
        let head = Head { number: 57, total: 1234, made_at: DateTime::UNIX_EPOCH, mac: vec![9; 32] };
        let anchor = Anchor::of(&head, &key(1), DateTime::UNIX_EPOCH);
        let text = anchor.to_text();
        assert_eq!(Anchor::read(text.as_bytes(), &key(1)), Ok(anchor.clone()));
        assert!(anchor.names(&head) && text.len() < Anchor::MOST);
        assert_eq!(Anchor::read(text.as_bytes(), &key(2)), Err(NoAnchor));
        for (from, to) in [("57", "56"), ("1234", "1233"), ("0909", "0908"), ("1970", "1971"), ("{", "")] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            assert_eq!(Anchor::read(changed.as_bytes(), &key(1)), Err(NoAnchor), "{changed}");
        }
    }
}
