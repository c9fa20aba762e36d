//! A text area as tall as its text.

use crate::drawn::Draw;
use leptos::{html, prelude::*};

/// Makes a text area as tall as its text, where the browser does not do so by itself.
fn fit(area: &web_sys::HtmlTextAreaElement) {
    let style = web_sys::HtmlElement::style(area);
    let _ = style.set_property("field-sizing", "content");
    let alone = style.get_property_value("field-sizing").is_ok_and(|value| value == "content");
    if !alone {
        let _ = style.set_property("height", "auto");
        let _ = style.set_property("height", &format!("{}px", area.scroll_height() + 2));
    }
}

/// A text area that grows.
#[component]
pub fn Autogrow(
    /// What it is called.
    #[prop(into)]
    label: String,
    /// What is typed.
    value: RwSignal<String>,
    /// Called after each change by a person.
    #[prop(optional, into)]
    on_change: Option<Callback<()>>,
    /// The element, for focus.
    area: NodeRef<html::Textarea>,
    /// An example.
    #[prop(optional)]
    placeholder: &'static str,
    /// At most so many characters.
    #[prop(default = 4000)]
    max: i32,
) -> impl IntoView {
    Effect::new(move || {
        value.track();
        if let Some(area) = area.get() {
            fit(&area);
        }
    });
    view! {
        <textarea
            node_ref=area
            class="autogrow"
            rows="1"
            aria-label=label
            maxlength=max.to_string()
            placeholder=placeholder
            prop:value=move || value.get()
            on:input=move |event| {
                value.set(event_target_value(&event));
                if let Some(on_change) = on_change {
                    on_change.run(());
                }
            }
        ></textarea>
    }
    .drawn()
}
