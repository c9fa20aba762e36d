//! Labelled inputs.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;

/// One line of text with its label, hint and problem.
#[component]
pub fn Field(
    /// The label.
    label: &'static str,
    /// The id; also the name in the request.
    id: &'static str,
    /// What is typed.
    value: RwSignal<String>,
    /// The kind of input.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What helps to fill it in.
    #[prop(optional)]
    hint: &'static str,
    /// What is wrong with it.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// Whether it must be filled in.
    #[prop(optional)]
    required: bool,
    /// Whether the focus begins here.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let input = NodeRef::<leptos::html::Input>::new();
    if autofocus {
        Effect::new(move || {
            if let Some(input) = input.get() {
                let _ = input.focus();
            }
        });
    }
    let described = move || {
        let mut ids = Vec::new();
        if !hint.is_empty() {
            ids.push(format!("{id}-hint"));
        }
        if problem.with(Option::is_some) {
            ids.push(format!("{id}-problem"));
        }
        (!ids.is_empty()).then(|| ids.join(" "))
    };
    view! {
        <div class="field">
            <label for=id>{label}{(!required).then(|| view! { <span class="optional">" optional"</span> })}</label>
            <input
                id=id
                name=id
                type=kind
                node_ref=input
                autocomplete=autocomplete
                required=required
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                aria-describedby=described
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })}
            {changing(move || problem.get().map(|text| view! { <p class="problem" id=format!("{id}-problem")>{text}</p> }))}
        </div>
    }
    .drawn()
}

/// One of a few, as a drop-down.
#[component]
pub fn Choice(
    /// The label.
    #[prop(into)]
    label: String,
    /// The id.
    #[prop(into)]
    id: String,
    /// The word that is chosen.
    value: Signal<String>,
    /// The words and what they are called.
    options: Vec<(String, String)>,
    /// Called with the new word.
    #[prop(into)]
    on_choose: Callback<String>,
    /// Whether the label is only for screen readers.
    #[prop(optional)]
    quiet: bool,
    /// Whether nothing can be chosen now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id.clone() class:visually-hidden=quiet>{label}</label>
            <select
                id=id
                disabled=move || disabled.get()
                prop:value=move || value.get()
                on:change=move |event| on_choose.run(event_target_value(&event))
            >
                {options
                    .into_iter()
                    .map(|(word, text)| {
                        let this = word.clone();
                        view! { <option value=word selected=move || value.get() == this>{text}</option> }
                    })
                    .collect_view()}
            </select>
        </div>
    }
    .drawn()
}
