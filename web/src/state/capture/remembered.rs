//! Where an unfinished upload goes on, kept for the tab: an address, a size and a date. Nothing of its content.

use shared::EncounterId;

use crate::api::browser;

/// An unfinished upload.
pub struct Remembered {
    /// Its path.
    pub path: String,
    size: u64,
    modified: u64,
}

impl Remembered {
    /// The unfinished upload of this session, if it is of the very same file.
    pub fn find(encounter: EncounterId, size: u64, modified: f64) -> Option<Self> {
        let text = storage()?.get_item(&key(encounter)).ok().flatten()?;
        let mut parts = text.splitn(3, ' ');
        let found = Self {
            size: parts.next()?.parse().ok()?,
            modified: parts.next()?.parse().ok()?,
            path: parts.next()?.to_owned(),
        };
        let same = found.size == size && found.modified == modified as u64;
        same.then_some(found)
    }

    /// Whether an upload of this session was begun in this tab and not finished.
    pub fn is_there(encounter: EncounterId) -> bool {
        storage().and_then(|storage| storage.get_item(&key(encounter)).ok().flatten()).is_some()
    }

    /// Keeps an upload's address.
    pub fn keep(encounter: EncounterId, path: &str, size: u64, modified: f64) {
        if let Some(storage) = storage() {
            let _ = storage.set_item(&key(encounter), &format!("{size} {} {path}", modified as u64));
        }
    }

    /// It is finished, or gone.
    pub fn forget(encounter: EncounterId) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(&key(encounter));
        }
    }
}

fn key(encounter: EncounterId) -> String {
    format!("mindscribe.upload.{encounter}")
}

fn storage() -> Option<web_sys::Storage> {
    browser::window().session_storage().ok().flatten()
}
