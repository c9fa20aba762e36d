//! What clients have asked for, each with its clock: their records, and changes in them. Of the practice, or of one
//! client, where it is written down.

mod asked;
mod row;
mod tasks;

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::ClientId;
use wasm_bindgen::JsValue;

use self::tasks::Tasks;
use crate::{
    api::{Call, list, read, text},
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
    let ask = |settled: bool| {
        let query = format!("limit=200&settled={settled}{of}");
        fetched(move |api| {
            let query = query.clone();
            async move {
                let records = api.text(Call::get(format!("/record-requests?{query}"))).await?;
                let changes = api.text(Call::get(format!("/amendments?{query}"))).await?;
                Ok(format!("[{records},{changes}]"))
            }
        })
    };
    let (waiting, settled) = (ask(false), ask(true));
    let changed = Callback::new(move |()| {
        waiting.ask_again();
        settled.ask_again();
    });
    let tasks = Tasks::new(client, changed);
    let back = client.map(|client| {
        view! { <a class="back" href=format!("/clients/{client}")><Icon name="back"/>"Client"</a> }.drawn()
    });
    let lead = if client.is_some() {
        "Thirty days to hand records over, sixty to act on a change, from the day it came."
    } else {
        "Thirty days to hand records over, sixty to act on a change. A new request is written down on its client's page."
    };
    view! {
        <div class="page">
            {back}
            <div class="page-head">
                <div>
                    <PageTitle title="Requests".to_owned()/>
                    <p class="lead">{lead}</p>
                </div>
                {client.map(|client| tasks.receive(client))}
            </div>
            {card("waiting-title", "Waiting", "Nothing waits for an answer", waiting, tasks, false)}
            {card("settled-title", "Answered", "Nothing was answered yet", settled, tasks, true)}
            {tasks.dialog()}
        </div>
    }
    .drawn()
}

fn card(
    id: &'static str,
    title: &'static str,
    nothing: &'static str,
    requests: Loaded<String>,
    tasks: Tasks,
    last_first: bool,
) -> Drawn {
    view! {
        <section class="card" aria-labelledby=id>
            <h2 id=id>{title}</h2>
            <Fetch of=requests view=move |answer: String| {
                let items = by_day(&answer, last_first);
                if items.is_empty() {
                    return view! { <Empty icon="clock" title=nothing/> }.drawn();
                }
                view! { <ul class="plain">{items.iter().map(|one| row::row(one, tasks)).collect_view()}</ul> }
                    .drawn()
            }/>
        </section>
    }
    .drawn()
}

/// The items of both lists by the day on which they are due.
fn by_day(answer: &str, last_first: bool) -> Vec<JsValue> {
    let both = js_sys::Array::from(&read(answer));
    let mut items: Vec<JsValue> = both.iter().flat_map(|page| list(&page, "items").to_vec()).collect();
    items.sort_by_cached_key(|one| text(one, "due_on"));
    if last_first {
        items.reverse();
    }
    items
}
