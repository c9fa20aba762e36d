//! Requests for clients' records with their clock: of the practice, or of one client, where they are written down.

mod answers;
mod receive;
mod row;

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::ClientId;

use self::answers::Answering;
use crate::{
    api::{Call, list, read},
    components::{Empty, Fetch, Icon, Loaded, PageTitle, fetched},
};

/// The page: `/requests`, or `/requests?client=…`.
#[component]
pub fn RequestsPage() -> impl IntoView {
    let query = use_query_map();
    let client = Memo::new(move |_| query.with(|query| query.get("client")?.parse::<ClientId>().ok()));
    move || one(client.get())
}

fn one(client: Option<ClientId>) -> Drawn {
    let of = client.map(|client| format!("&client_id={client}")).unwrap_or_default();
    let settled = format!("/record-requests?limit=200&settled=true{of}");
    let waiting = format!("/record-requests?limit=200{of}");
    let ask = |path: String| {
        fetched(move |api| {
            let path = path.clone();
            async move { api.text(Call::get(path)).await }
        })
    };
    let (waiting, settled) = (ask(waiting), ask(settled));
    let changed = Callback::new(move |()| {
        waiting.ask_again();
        settled.ask_again();
    });
    let answering = Answering::new(changed);
    let back = client.map(|client| {
        view! { <a class="back" href=format!("/clients/{client}")><Icon name="back"/>"Client"</a> }.drawn()
    });
    let lead = if client.is_some() {
        "Thirty days to answer, from the day it came."
    } else {
        "Thirty days to answer, from the day it came. A new one is written down on its client's page."
    };
    view! {
        <div class="page">
            {back}
            <div class="page-head"><div>
                <PageTitle title="Requests for records".to_owned()/>
                <p class="lead">{lead}</p>
            </div></div>
            {client.map(|client| receive::receive(client, changed))}
            {card("waiting-title", "Waiting", "Nothing waits for an answer", waiting, answering)}
            {card("settled-title", "Answered", "Nothing was answered yet", settled, answering)}
            {answering.dialog()}
        </div>
    }
    .drawn()
}

fn card(
    id: &'static str,
    title: &'static str,
    nothing: &'static str,
    requests: Loaded<String>,
    answering: Answering,
) -> Drawn {
    view! {
        <section class="card" aria-labelledby=id>
            <h2 id=id>{title}</h2>
            <Fetch of=requests view=move |answer: String| {
                let items = list(&read(&answer), "items");
                if items.length() == 0 {
                    return view! { <Empty icon="clock" title=nothing/> }.drawn();
                }
                view! { <ul class="plain">{items.iter().map(|one| row::row(&one, answering)).collect_view()}</ul> }
                    .drawn()
            }/>
        </section>
    }
    .drawn()
}
