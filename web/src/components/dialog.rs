//! A native modal `<dialog>`: focus stays inside, Escape closes, focus returns to where it was.

use crate::drawn::{Draw, changing};
use leptos::{html, prelude::*};

use super::Icon;

/// A dialog with a title. Its content exists only while it is open.
#[component]
pub fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The title.
    #[prop(into)]
    title: String,
    /// The id of the title; unique on the page.
    id: &'static str,
    /// What is in it.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        if open.get() && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog node_ref=dialog aria-labelledby=id on:close=move |_| open.set(false)>
            <header>
                <h2 id=id>{title}</h2>
                <button type="button" class="quiet square" aria-label="Close" on:click=move |_| open.set(false)>
                    <Icon name="cross"/>
                </button>
            </header>
            {changing(move || open.get().then(|| children()))}
        </dialog>
    }
    .drawn()
}
