//! All clients.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::{clients::ClientView, page::Page, permissions::Permission};

use super::{add::AddClient, full_name, initials};
use crate::{
    api::SignedIn,
    components::{Empty, Fetch, Icon, Moment, More, PageTitle, day, fetched},
    logic::search,
    state::Session,
};

/// The page.
#[component]
pub fn ClientsPage() -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let session = expect_context::<Session>();
    let clients = fetched(|api| async move { api.list_clients(None).await });
    let query = RwSignal::new(String::new());
    let adding = RwSignal::new(false);
    let navigate = use_navigate();
    let may = move |permission| untrack(|| session.may(permission));
    let may_add = move || session.may(Permission::WriteClients);
    view! {
        <div class="page">
            <div class="page-head">
                <PageTitle title="Clients".to_owned()/>
                {(may(Permission::BreakGlass) && !may(Permission::AllClients)).then(|| view! {
                    <a class="button" href="/emergency-access">"Emergency access"</a>
                })}
                {move || may_add().then(|| view! {
                    <button type="button" class="primary" on:click=move |_| adding.set(true)>
                        <Icon name="plus"/>
                        "Add client"
                    </button>
                })}
            </div>
            {untrack(|| session.may(Permission::CoSignNotes)).then(waiting)}
            <Fetch
                of=clients
                view={move |page: Page<ClientView>| {
                    if page.items.is_empty() {
                        return view! {
                            <Empty icon="people" title="No clients yet">
                                <p>"Add the first one to begin."</p>
                            </Empty>
                        }
                        .drawn();
                    }
                    view! {
                        <search class="search">
                            <Icon name="search"/>
                            <input
                                type="search"
                                aria-label="Search clients"
                                placeholder="Search by name, e-mail or id"
                                prop:value=move || query.get()
                                on:input=move |event| query.set(event_target_value(&event))
                            />
                        </search>
                        <Rows clients=page.items query/>
                        <More of=clients ask=move |cursor| api.list_clients(Some(cursor))/>
                    }
                    .drawn()
                }}
            />
            <AddClient
                open=adding
                on_added=move |client: ClientView| navigate(&format!("/clients/{}", client.id), NavigateOptions::default())
            />
        </div>
    }
    .drawn()
}

#[component]
fn Rows(clients: Vec<ClientView>, query: RwSignal<String>) -> impl IntoView {
    let clients = StoredValue::new(clients);
    let found = Memo::new(move |_| {
        query.with(|query| {
            clients.with_value(|clients| {
                clients.iter().filter(|client| is_meant(client, query)).cloned().collect::<Vec<_>>()
            })
        })
    });
    let count = move || crate::logic::note::plural(found.with(Vec::len), "client", "clients");
    view! {
        <p class="visually-hidden" role="status">{count}</p>
        <ul class="rows">
            <For each=move || found.get() key=|client| client.id let:client>
                <li>
                    <a class="client-row" href=format!("/clients/{}", client.id)>
                        <span class="avatar" aria-hidden="true">{initials(&client)}</span>
                        <span class="grow">
                            <strong>{full_name(&client)}</strong>
                            {client.pronouns.clone().map(|pronouns| view! {
                                <span class="muted">" " {pronouns.into_inner()}</span>
                            })}
                        </span>
                        <span class="muted wide-only">{client.date_of_birth.as_ref().map(|date| day(*date.reveal()))}</span>
                        <Icon name="next"/>
                    </a>
                </li>
            </For>
        </ul>
        {move || found.with(Vec::is_empty).then(|| view! {
            <Empty icon="search" title="Nobody by that name">
                <p>"Try fewer letters."</p>
            </Empty>
        })}
    }
    .drawn()
}

fn is_meant(client: &ClientView, query: &str) -> bool {
    let optional = [&client.email, &client.external_id, &client.phone];
    let names = [client.given_name.reveal(), client.family_name.reveal()];
    let others = optional.into_iter().flatten().map(shared::Phi::reveal);
    search::matches(query, names.into_iter().chain(others).map(String::as_str))
}

/// What waits for the second signature of whoever answers for others.
fn waiting() -> Drawn {
    let notes = fetched(|api| async move { api.list_waiting_notes().await });
    let count = move || notes.here().map(|page| page.items).filter(|notes| !notes.is_empty());
    (move || {
        count().map(|notes| view! {
            <section class="card" aria-labelledby="waiting-title">
                <h2 id="waiting-title">"Waiting for your signature"</h2>
                <ul class="plain">
                    {notes
                        .into_iter()
                        .map(|note| view! {
                            <li>
                                <a class="client-row" href=format!("/sessions/{}", note.encounter_id)>
                                    <span class="grow">{note.template_id.title()} " note, signed " {note.signed_at.map(|at| view! { <Moment at/> })}</span>
                                    <Icon name="next"/>
                                </a>
                            </li>
                        })
                        .collect_view()}
                </ul>
            </section>
        })
    })
    .drawn()
}
