//! One short sentence at a time about what just happened: shown, and read aloud by screen readers.

use std::time::Duration;

use leptos::prelude::*;

/// The place for such sentences.
#[derive(Debug, Clone, Copy)]
pub struct Notices {
    text: RwSignal<String>,
    turn: StoredValue<u32>,
}

impl Notices {
    /// Begins silent.
    pub fn new() -> Self {
        Self { text: RwSignal::new(String::new()), turn: StoredValue::new(0) }
    }

    /// What is being said now.
    pub fn text(self) -> String {
        self.text.get()
    }

    /// Says something for six seconds.
    pub fn say(self, text: impl Into<String>) {
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        self.text.set(text.into());
        set_timeout(
            move || {
                if self.turn.get_value() == turn {
                    self.text.set(String::new());
                }
            },
            Duration::from_secs(6),
        );
    }
}
