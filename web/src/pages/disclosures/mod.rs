//! The register of what was disclosed about a client, and the accounting of it.

mod form;
mod row;

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::ClientId;

use self::form::Writing;
use crate::{
    api::{Call, list, read},
    components::{Empty, Fetch, Icon, PageTitle, Refusal, Work, day_in, fetched, save_button},
    pages::NotFound,
};

/// The page: `/disclosures?client=…`.
#[component]
pub fn DisclosuresPage() -> impl IntoView {
    let query = use_query_map();
    let client = Memo::new(move |_| query.with(|query| query.get("client")?.parse::<ClientId>().ok()));
    move || client.get().map_or_else(|| view! { <NotFound/> }.drawn(), register)
}

fn register(client: ClientId) -> Drawn {
    let path = format!("/clients/{client}/disclosures");
    let asked = format!("{path}?limit=200");
    let entries = fetched(move |api| {
        let asked = asked.clone();
        async move { api.text(Call::get(asked)).await }
    });
    let writing = Writing::new(Callback::new(move |()| entries.ask_again()));
    view! {
        <div class="page">
            <a class="back" href=format!("/clients/{client}")><Icon name="back"/>"Client"</a>
            <div class="page-head">
                <div>
                    <PageTitle title="Disclosures".to_owned()/>
                    <p class="lead">"What others were given about this client, for an accounting of six years."</p>
                </div>
                {writing.button("Record a disclosure", path.clone(), None)}
            </div>
            <section class="card" aria-labelledby="register-title">
                <h2 id="register-title">"Register"</h2>
                <Fetch of=entries view=move |answer: String| {
                    let answer = read(&answer);
                    let items = list(&answer, "items");
                    let rows = items.iter().map(|one| row::row(&one, writing)).collect_view();
                    view! {
                        {accounting(&path, &day_in(&answer, "last_accounting_at"))}
                        {if items.length() == 0 {
                            view! { <Empty icon="clock" title="Nothing was written down yet"/> }.drawn()
                        } else {
                            view! { <ul class="plain">{rows}</ul> }.drawn()
                        }}
                    }
                    .drawn()
                }/>
            </section>
            {writing.dialog()}
        </div>
    }
    .drawn()
}

/// What the client is given, and when they were given it the last time.
fn accounting(path: &str, last: &str) -> Drawn {
    let work = Work::new();
    let file = |label, format: &str, name| {
        save_button(label, format!("{path}/accounting?format={format}"), name, work)
    };
    let last = if last.is_empty() {
        "No accounting was made yet. The first in twelve months is free.".to_owned()
    } else {
        format!("The last accounting was made on {last}. The first in twelve months is free.")
    };
    view! {
        <p class="hint">{last}</p>
        <div class="actions">
            {file("Save the accounting as PDF", "pdf", "accounting.pdf")}
            {file("As text", "text", "accounting.txt")}
        </div>
        <Refusal of=work.failure()/>
    }
    .drawn()
}
