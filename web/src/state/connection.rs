//! Whether the server can be heard.

use leptos::prelude::*;

use crate::api::{browser, waiting_ms};

/// How the line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Fine.
    Up,
    /// Some request has waited for long.
    Slow,
    /// The browser says there is no network.
    Down,
}

/// After this long without an answer the line is called slow.
const SLOW_MS: f64 = 8_000.0;

/// Watches the line.
#[derive(Debug, Clone, Copy)]
pub struct Connection(RwSignal<Line>);

impl Connection {
    /// Begins to watch.
    pub fn watch() -> Self {
        let line = RwSignal::new(look());
        let update = move || {
            let now = look();
            if line.get_untracked() != now {
                line.set(now);
            }
        };
        window_event_listener_untyped("online", move |_| update());
        window_event_listener_untyped("offline", move |_| update());
        // The interval lives as long as the tab.
        let _ = set_interval_with_handle(update, std::time::Duration::from_secs(2));
        Self(line)
    }

    /// How the line is.
    pub fn line(self) -> Line {
        self.0.get()
    }
}

fn look() -> Line {
    if !browser::window().navigator().on_line() {
        Line::Down
    } else if waiting_ms() > SLOW_MS {
        Line::Slow
    } else {
        Line::Up
    }
}
