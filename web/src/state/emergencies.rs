//! That something about one's own emergency access has changed, so that the banner asks again.

use leptos::prelude::*;

/// How often it has changed in this tab.
#[derive(Debug, Clone, Copy)]
pub struct Emergencies(RwSignal<u32>);

impl Emergencies {
    /// Nothing has.
    pub fn new() -> Self {
        Self(RwSignal::new(0))
    }

    /// How often it has.
    pub fn changes(self) -> u32 {
        self.0.get()
    }

    /// It has.
    pub fn changed(self) {
        self.0.update(|changes| *changes += 1);
    }
}
