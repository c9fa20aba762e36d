//! The practice's AI systems, on and off, and the ledger of every call to them.

mod calls;
mod explain;
mod own;
mod rules;
mod stop;
mod systems;
mod terms;
mod usage;

use crate::drawn::{Draw, changing};
use leptos::prelude::*;

use crate::components::{PageTitle, fetched};

/// The page.
#[component]
pub fn GovernancePage() -> impl IntoView {
    let rules = fetched(|api| async move { api.list_ai_rules().await });
    let changes = RwSignal::new(0);
    let on_change = Callback::new(move |()| {
        rules.ask_again();
        changes.update(|changes| *changes += 1);
    });
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <PageTitle title="AI systems".to_owned()/>
                    <p class="lead">"What AI does here, who runs it, and every time it was used."</p>
                </div>
            </div>
            <stop::Stop rules on_change/>
            {changing(move || {
                changes.track();
                view! { <systems::Systems/> }
            })}
            <usage::Usage/>
            <rules::Rules rules/>
            <calls::Calls/>
        </div>
    }
    .drawn()
}
