//! The heading of a page. It names the window too, and takes the focus when one comes from another page, so
//! that a screen reader says where one is.

use crate::drawn::{Draw, changing};
use std::cell::Cell;

use leptos::{html, prelude::*};

thread_local! {
    static FIRST: Cell<bool> = const { Cell::new(true) };
}

/// The heading.
#[component]
pub fn PageTitle(
    /// What it says.
    #[prop(into)]
    title: Signal<String>,
    /// What the window is called, where the heading names a person: a window title ends up in histories.
    #[prop(optional)]
    window: &'static str,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    Effect::new(move || {
        let name = if window.is_empty() { title.get() } else { window.to_owned() };
        document().set_title(&format!("{name} · MindScribe"));
    });
    Effect::new(move || {
        if let Some(heading) = heading.get()
            && !FIRST.replace(false)
            && document().active_element().is_none_or(|active| active.tag_name() != "INPUT")
        {
            let _ = heading.focus();
        }
    });
    view! { <h1 node_ref=heading tabindex="-1">{changing(move || title.get())}</h1> }.drawn()
}
