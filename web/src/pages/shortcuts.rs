//! The list of keys, opened by `?`.

use crate::drawn::Draw;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use crate::{
    components::{Dialog, Switch},
    state::Preferences,
};

/// The keys of the session page.
const KEYS: &[(&str, &str)] = &[
    ("Space", "Play or pause"),
    ("← →", "Back or forward 5 seconds"),
    ("J K", "Next or previous sentence"),
    ("Alt ↓ ↑", "The same, while writing"),
    ("E", "Play what supports the sentence"),
    ("Alt E", "The same, while writing"),
    ("?", "This list"),
];

/// Whether the focus is where keys mean letters or have a meaning of their own.
pub fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else {
        return false;
    };
    matches!(
        target.tag_name().as_str(),
        "INPUT" | "TEXTAREA" | "SELECT" | "BUTTON" | "A" | "SUMMARY" | "AUDIO"
    ) && !(event.key() != " "
        && event.key() != "Enter"
        && matches!(target.tag_name().as_str(), "BUTTON" | "A" | "SUMMARY"))
        || target.closest("dialog").ok().flatten().is_some()
}

/// Whether a modifier is held.
pub fn is_chord(event: &web_sys::KeyboardEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.alt_key()
}

/// The dialog, and the key that opens it.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let preferences = expect_context::<Preferences>();
    let open = RwSignal::new(false);
    provide_context(ShortcutsOpen(open));
    let handle = window_event_listener(ev::keydown, move |event| {
        if event.key() == "?" && !is_chord(&event) && !is_typing(&event) && preferences.single_keys() {
            open.set(true);
        }
    });
    on_cleanup(move || handle.remove());
    view! {
        <Dialog open id="shortcuts-title" title="Keys">
            <dl class="keys">
                {KEYS
                    .iter()
                    .map(|(keys, what)| view! {
                        <div>
                            <dt>{keys.split(' ').map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</dt>
                            <dd>{*what}</dd>
                        </div>
                    })
                    .collect_view()}
            </dl>
            <div class="row spread">
                <span>"Single keys are shortcuts"</span>
                <Switch
                    label="Single keys are shortcuts"
                    on=Signal::derive(move || preferences.single_keys())
                    on_switch=move |on| preferences.set_single_keys(on)
                />
            </div>
        </Dialog>
    }
    .drawn()
}

/// Opens the list from elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct ShortcutsOpen(pub RwSignal<bool>);
