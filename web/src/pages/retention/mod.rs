//! What stays and what is removed, of the practice or of one client: how long charts are kept, legal holds, and deletions
//! of charts.

mod deletions;
mod holds;
mod rule;

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::ClientId;

use crate::components::{Icon, PageTitle};

/// The page: `/retention`, or `/retention?client=…`.
#[component]
pub fn RetentionPage() -> impl IntoView {
    let query = use_query_map();
    let client = Memo::new(move |_| query.with(|query| query.get("client")?.parse::<ClientId>().ok()));
    move || one(client.get())
}

fn one(client: Option<ClientId>) -> Drawn {
    let back = client.map(|client| {
        view! { <a class="back" href=format!("/clients/{client}")><Icon name="back"/>"Client"</a> }.drawn()
    });
    let lead = if client.is_some() {
        "What of this client stays, and what is removed."
    } else {
        "Holds are placed, and charts are deleted, on the page of their client."
    };
    view! {
        <div class="page">
            {back}
            <div class="page-head"><div>
                <PageTitle title="Retention".to_owned()/>
                <p class="lead">{lead}</p>
            </div></div>
            {client.is_none().then(rule::rule)}
            {holds::holds(client)}
            {deletions::deletions(client)}
        </div>
    }
    .drawn()
}
