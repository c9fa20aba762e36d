//! What went wrong, in words, with what may help.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;

use super::Icon;
use crate::api::Failure;

/// Shows a failure, if there is one; read aloud when it appears.
#[component]
pub fn Refusal(
    /// The failure.
    #[prop(into)]
    of: Signal<Option<Failure>>,
) -> impl IntoView {
    view! {
        <div role="alert">{changing(move || of.get().map(|failure| view! { <RefusalOf failure/> }))}</div>
    }
    .drawn()
}

/// Shows this failure, with a button to try again if that can help.
#[component]
pub fn RefusalOf(
    /// The failure.
    failure: Failure,
    /// What to do when a person wants to try again.
    #[prop(optional, into)]
    again: Option<Callback<()>>,
) -> impl IntoView {
    let id = failure.request_id().map(|id| format!("Request {id}"));
    view! {
        <div class="banner bad">
            <Icon name="alert"/>
            <div class="grow">
                <p>{failure.sentence()}</p>
                {id.map(|id| view! { <p class="hint">{id}</p> })}
            </div>
            {again.map(|again| view! { <button type="button" on:click=move |_| again.run(())>"Try again"</button> })}
        </div>
    }
    .drawn()
}
