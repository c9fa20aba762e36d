//! Steps on a way: done, at it, to come.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;

use super::Icon;

/// A list of steps.
#[component]
pub fn Stepper(
    /// Their names.
    steps: Vec<&'static str>,
    /// The one that is being done; as many as there are when all are done.
    #[prop(into)]
    at: Signal<usize>,
) -> impl IntoView {
    view! {
        <ol class="stepper">
            {steps
                .into_iter()
                .enumerate()
                .map(|(place, name)| view! {
                    <li
                        class:done=move || place < at.get()
                        class:now=move || place == at.get()
                        aria-current=move || (place == at.get()).then_some("step")
                    >
                        <span class="dot"><Icon name="check"/></span>
                        <span>{name}</span>
                        <span class="visually-hidden">
                            {changing(move || match place.cmp(&at.get()) {
                                std::cmp::Ordering::Less => " done",
                                std::cmp::Ordering::Equal => " in progress",
                                std::cmp::Ordering::Greater => " to come",
                            })}
                        </span>
                    </li>
                })
                .collect_view()}
        </ol>
    }
    .drawn()
}
