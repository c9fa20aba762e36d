//! Words that the server does not have yet. They stay in memory while somebody signs in again.

use leptos::prelude::*;
use shared::{NoteId, UserId, notes::Section};

/// Sections that were changed and not saved, by note, and by whom.
#[derive(Debug, Clone, Copy)]
pub struct Unsaved {
    kept: StoredValue<Vec<(NoteId, UserId, Vec<Section>)>>,
    /// Notes that are being written and are not saved this moment.
    open: StoredValue<Vec<NoteId>>,
}

impl Unsaved {
    /// Begins with nothing.
    pub fn new() -> Self {
        let unsaved = Self { kept: StoredValue::new(Vec::new()), open: StoredValue::new(Vec::new()) };
        window_event_listener_untyped("beforeunload", move |event| {
            if unsaved.kept.with_value(|kept| !kept.is_empty())
                || unsaved.open.with_value(|open| !open.is_empty())
            {
                event.prevent_default();
            }
        });
        unsaved
    }

    /// A note that is open has words that the server lacks, or has them all.
    pub fn mark(self, note: NoteId, saved: bool) {
        self.open.update_value(|open| {
            open.retain(|one| *one != note);
            if !saved {
                open.push(note);
            }
        });
    }

    /// Keeps what `user` wrote into a note.
    pub fn keep(self, user: UserId, note: NoteId, sections: Vec<Section>) {
        self.kept.update_value(|all| {
            all.retain(|one| one.0 != note);
            all.push((note, user, sections));
        });
    }

    /// The server has it, or nobody wants it.
    pub fn drop_note(self, note: NoteId) {
        self.kept.update_value(|all| {
            all.retain(|one| one.0 != note);
        });
    }

    /// Takes out what `user` wrote into a note. What somebody else wrote is forgotten.
    pub fn take(self, user: UserId, note: NoteId) -> Option<Vec<Section>> {
        let found = self.kept.try_update_value(|all| {
            let place = all.iter().position(|one| one.0 == note)?;
            Some(all.remove(place))
        });
        found.flatten().filter(|one| one.1 == user).map(|(_, _, sections)| sections)
    }
}
