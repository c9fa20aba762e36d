//! An address that leads nowhere, and the moment before anything is known.

use leptos::prelude::*;

use crate::components::{Empty, PageTitle};

/// There is no such page.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <div class="page narrow">
            <PageTitle title="There is nothing here".to_owned()/>
            <Empty icon="search" title="This address leads nowhere. Perhaps it was copied in part.">
                <a class="button" href="/clients">"Go to clients"</a>
            </Empty>
        </div>
    }
    .into_any()
}

/// The app is finding out who is here.
#[component]
pub fn Waiting() -> impl IntoView {
    view! {
        <div class="page">
            <div class="skeleton" role="status">
                <span class="visually-hidden">"Loading"</span>
                <i></i>
                <i></i>
                <i></i>
            </div>
        </div>
    }
    .into_any()
}
