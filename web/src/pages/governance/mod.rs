//! The practice's AI systems, on and off, and the ledger of every call to them.

mod calls;
mod systems;

use crate::drawn::Draw;
use leptos::prelude::*;

use crate::components::PageTitle;

/// The page.
#[component]
pub fn GovernancePage() -> impl IntoView {
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <PageTitle title="AI systems".to_owned()/>
                    <p class="lead">"What AI does here, who runs it, and every time it was used."</p>
                </div>
            </div>
            <systems::Systems/>
            <calls::Calls/>
        </div>
    }
    .drawn()
}
