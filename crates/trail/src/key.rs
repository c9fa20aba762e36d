//! The keys of one practice's trail.

use std::sync::Arc;

use crypto::MacKey;
use shared::PracticeId;

use super::Row;

/// A code over one row.
pub type Code = [u8; MacKey::SHORT_LEN];

/// The keys of one practice's trail, one for each use. Cheap to clone, and not to be printed.
#[derive(Clone)]
pub struct TrailKey(Arc<Keys>);

struct Keys {
    practice_id: PracticeId,
    rows: MacKey,
    entries: MacKey,
    links: MacKey,
    anchors: MacKey,
    cuts: MacKey,
}

impl TrailKey {
    /// The keys of a practice, from a secret of the whole installation that no database holds.
    pub fn of(practice_id: PracticeId, secret: &[u8; 32]) -> Self {
        let key = |label| MacKey::derived(secret, label, &[practice_id.0.as_bytes()]);
        Self(Arc::new(Keys {
            practice_id,
            rows: key("audit rows"),
            entries: key("audit entries"),
            links: key("audit links"),
            anchors: key("audit anchors"),
            cuts: key("audit cuts"),
        }))
    }

    /// Whose trail it is for.
    pub fn practice_id(&self) -> PracticeId {
        self.0.practice_id
    }

    /// The code that is written with a row, over what is written. `buffer` is memory to work in.
    pub fn seal(&self, row: &Row<'_>, buffer: &mut Vec<u8>) -> Code {
        row.encode_as_written(self.0.practice_id, buffer);
        self.0.rows.short_mac(buffer)
    }

    /// Whether a row carries the code that is written with it.
    pub fn is_sealed(&self, row: &Row<'_>, buffer: &mut Vec<u8>) -> bool {
        row.mac.is_some_and(|mac| MacKey::same(mac, &self.seal(row, buffer)))
    }

    /// The code by which a link binds a row, over all that is stored.
    pub fn bind(&self, row: &Row<'_>, buffer: &mut Vec<u8>) -> Code {
        row.encode_as_stored(self.0.practice_id, buffer);
        self.0.entries.short_mac(buffer)
    }

    pub(super) fn of_link(&self, link: &[u8]) -> [u8; MacKey::LEN] {
        self.0.links.mac(link)
    }

    pub(super) fn of_anchor(&self, anchor: &[u8]) -> [u8; MacKey::LEN] {
        self.0.anchors.mac(anchor)
    }

    pub(super) fn of_cut(&self, cut: &[u8]) -> [u8; MacKey::LEN] {
        self.0.cuts.mac(cut)
    }
}

impl std::fmt::Debug for TrailKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TrailKey")
    }
}
