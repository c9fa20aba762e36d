//! An address that leads nowhere, and the moment before anything is known.

use crate::drawn::Draw;
use leptos::prelude::*;

use crate::components::{Empty, PageTitle, skeleton};

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
    .drawn()
}

/// The app is finding out who is here.
#[component]
pub fn Waiting() -> impl IntoView {
    view! { <div class="page">{skeleton()}</div> }.drawn()
}
