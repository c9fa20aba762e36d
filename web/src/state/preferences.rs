//! What a person prefers on this browser. Nothing about a client.

use leptos::prelude::*;

use crate::api::browser;

const KEYS_OFF: &str = "mindscribe.single_keys_off";

/// Preferences, kept in the browser.
#[derive(Debug, Clone, Copy)]
pub struct Preferences {
    single_keys: RwSignal<bool>,
}

impl Preferences {
    /// As they were left.
    pub fn new() -> Self {
        let off = browser::window()
            .local_storage()
            .ok()
            .flatten()
            .and_then(|storage| storage.get_item(KEYS_OFF).ok().flatten())
            .is_some();
        Self { single_keys: RwSignal::new(!off) }
    }

    /// Whether single keys are shortcuts. WCAG 2.1.4 asks that this can be turned off.
    pub fn single_keys(self) -> bool {
        self.single_keys.get()
    }

    /// Turns single keys on or off.
    pub fn set_single_keys(self, on: bool) {
        self.single_keys.set(on);
        if let Ok(Some(storage)) = browser::window().local_storage() {
            let _ = if on { storage.remove_item(KEYS_OFF) } else { storage.set_item(KEYS_OFF, "1") };
        }
    }
}
