//! Small line drawings, 24 units square. They say nothing by themselves: the words stand beside them.

use crate::drawn::Draw;
use leptos::prelude::*;

/// A drawing by name.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    let path = match name {
        "people" => {
            "M16 19v-1.5a3.5 3.5 0 0 0-3.5-3.5h-5A3.5 3.5 0 0 0 4 17.5V19M10 10.5a3.25 3.25 0 1 0 0-6.5 3.25 3.25 0 0 0 0 6.5M20 19v-1.5a3.5 3.5 0 0 0-2.6-3.4M15.2 4.2a3.25 3.25 0 0 1 0 6.1"
        }
        "person" => "M12 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M5 20v-1a4 4 0 0 1 4-4h6a4 4 0 0 1 4 4v1",
        "house" => "M4 11l8-7 8 7M6 9.5V20h12V9.5M10 20v-6h4v6",
        "chip" => "M7 7h10v10H7zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4",
        "list" => "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
        "plus" => "M12 5v14M5 12h14",
        "search" => "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14M20 20l-4-4",
        "play" => "M7 4.5v15l12-7.5z",
        "pause" => "M8 5v14M16 5v14",
        "stop" => "M6.5 6.5h11v11h-11z",
        "mic" => "M12 15a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3M6 11.5a6 6 0 0 0 12 0M12 17.5V21",
        "upload" => "M12 16V5M7.5 9.5 12 5l4.5 4.5M5 19h14",
        "pencil" => "M4 20l.9-4L16 4.9a1.8 1.8 0 0 1 2.5 0l.6.6a1.8 1.8 0 0 1 0 2.5L8 19.1z",
        "words" => "M9 4H7a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h2M15 4h2a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-2M12 8v8",
        "trash" => "M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7",
        "check" => "M5 12.5l4.5 4.5L19 7.5",
        "cross" => "M6 6l12 12M18 6L6 18",
        "lock" => "M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6z",
        "print" => {
            "M7 9V4h10v5M7 17H4.5v-6.5a1.5 1.5 0 0 1 1.5-1.5h12a1.5 1.5 0 0 1 1.5 1.5V17H17M7 14h10v6H7z"
        }
        "back" => "M15 5l-7 7 7 7",
        "next" => "M9 5l7 7-7 7",
        "alert" => "M12 4l9 16H3zM12 10v4.5M12 17.2v.1",
        "quote" => {
            "M9.5 7C6.5 8 5 10.3 5 13.5V17h5v-5H7.5c0-1.6.8-2.7 2.5-3.4zM18.5 7c-3 1-4.5 3.3-4.5 6.5V17h5v-5h-2.5c0-1.6.8-2.7 2.5-3.4z"
        }
        "leave" => "M14 8V5H5v14h9v-3M10 12h10M17 9l3 3-3 3",
        "keyboard" => "M3 7h18v10H3zM7 10.5h.01M11 10.5h.01M15 10.5h.01M8 14h8",
        "shield" => "M12 3.5l7 2.5v5.5c0 4.2-2.8 7.4-7 9-4.2-1.6-7-4.8-7-9V6z",
        "clock" => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7.5V12l3 2",
        _ => "",
    };
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=path></path>
        </svg>
    }
    .drawn()
}
