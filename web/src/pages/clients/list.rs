//! All clients.

use std::time::Duration;

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::{clients::ClientView, page::Page, permissions::Permission};

use super::{add::AddClient, full_name, initials};
use crate::{
    api::{SignedIn, browser::without_accents},
    components::{Empty, Fetch, Icon, Loaded, Moment, More, PageTitle, day, fetched},
    logic::search,
    state::Session,
};

/// Whoever types is asked for once they pause.
const PAUSE: Duration = Duration::from_millis(250);

/// The page.
#[component]
pub fn ClientsPage() -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let session = expect_context::<Session>();
    let clients = fetched(|api| async move { api.list_clients(None).await });
    let query = RwSignal::new(String::new());
    // What the server is asked to find: those of whom not all are here.
    let asked = RwSignal::new(String::new());
    let found = fetched(move |api| {
        let typed = asked.get();
        async move {
            if typed.is_empty() {
                Ok(Vec::new())
            } else {
                api.find_clients(&typed).await.map(|page| page.items)
            }
        }
    });
    let type_in = move |typed: String| {
        query.set(typed.clone());
        if clients.here_untracked().is_some_and(|page| page.next_cursor.is_none()) {
            return;
        }
        let ask = move || {
            if query.try_get_untracked().is_some_and(|now| now == typed) {
                asked.set(typed.trim().to_owned());
            }
        };
        set_timeout(ask, PAUSE);
    };
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
                {changing(move || may_add().then(|| view! {
                    <button type="button" class="primary" on:click=move |_| adding.set(true)>
                        <Icon name="plus"/>
                        "Add client"
                    </button>
                }))}
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
                                on:input=move |event| type_in(event_target_value(&event))
                            />
                        </search>
                        <Rows clients=page.items query found/>
                        // What is found is found in all of them.
                        <div hidden=move || query.with(|typed| !typed.trim().is_empty())>
                            <More of=clients ask=move |cursor| api.list_clients(Some(cursor))/>
                        </div>
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
fn Rows(clients: Vec<ClientView>, query: RwSignal<String>, found: Loaded<Vec<ClientView>>) -> impl IntoView {
    let clients = StoredValue::new(clients);
    let found = Memo::new(move |_| {
        let typed = query.get();
        let is_here = |id| clients.with_value(|clients| clients.iter().any(|client| client.id == id));
        // What the server has found for what was typed before is not what is meant now.
        let others = found.here().unwrap_or_default().into_iter();
        let others = others.filter(|client| !is_here(client.id) && is_meant(client, &typed));
        let mut all = clients.with_value(|clients| {
            clients.iter().filter(|client| is_meant(client, &typed)).cloned().collect::<Vec<_>>()
        });
        if !typed.trim().is_empty() {
            all.extend(others);
        }
        all
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
        {changing(move || found.with(Vec::is_empty).then(|| view! {
            <Empty icon="search" title="Nobody by that name">
                <p>"Try fewer letters."</p>
            </Empty>
        }))}
    }
    .drawn()
}

fn is_meant(client: &ClientView, query: &str) -> bool {
    let optional = [&client.email, &client.external_id, &client.phone];
    let names = [client.given_name.reveal(), client.family_name.reveal()];
    let others = optional.into_iter().flatten().map(shared::Phi::reveal);
    let texts: Vec<_> = names.into_iter().chain(others).map(|text| without_accents(text)).collect();
    search::matches(&without_accents(query), texts.iter().map(String::as_str))
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
