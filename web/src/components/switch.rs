//! On or off.

use crate::drawn::Draw;
use leptos::prelude::*;

/// A switch.
#[component]
pub fn Switch(
    /// What it switches.
    #[prop(into)]
    label: String,
    /// Whether it is on.
    #[prop(into)]
    on: Signal<bool>,
    /// Called with what it should become.
    #[prop(into)]
    on_switch: Callback<bool>,
    /// Whether it cannot be switched.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            role="switch"
            class="switch"
            aria-label=label
            aria-checked=move || if on.get() { "true" } else { "false" }
            disabled=move || disabled.get()
            on:click=move |_| on_switch.run(!on.get_untracked())
        >
            <span class="knob"></span>
        </button>
    }
    .drawn()
}
