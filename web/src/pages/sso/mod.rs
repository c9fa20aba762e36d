//! Who vouches for the people of the practice.

mod form;

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;

use self::form::Form;
use crate::{
    api::{Connection, SignedIn},
    components::{Dialog, Fetch, Icon, PageTitle, Refusal, Work, fetched},
    logic::words,
};
use shared::permissions::Role;

/// The page.
#[component]
pub fn SsoPage() -> impl IntoView {
    let connections = fetched(|api| async move { api.list_connections().await });
    // What is being changed; nothing inside: what is being made.
    let (open, edited) = (RwSignal::new(false), RwSignal::new(None::<Connection>));
    let edit = Callback::new(move |one: Option<Connection>| {
        edited.set(one);
        open.set(true);
    });
    let done = Callback::new(move |()| {
        open.set(false);
        connections.ask_again();
    });
    view! {
        <div class="page">
            <div class="page-head">
                <PageTitle title="Single sign-on".to_owned()/>
                <button type="button" class="primary" on:click=move |_| edit.run(None)>
                    <Icon name="plus"/>
                    "Connect"
                </button>
            </div>
            <p class="hint">
                "Your people sign in with your organisation's own accounts. Whoever leaves it cannot come in any more."
            </p>
            <Fetch
                of=connections
                view={move |all: Vec<Connection>| view! {
                    {all.is_empty().then(|| view! { <p class="card">"Nobody is connected yet."</p> })}
                    {all.into_iter().map(|one| card(one, edit)).collect_view()}
                }}
            />
            <Dialog open id="sso-title" title="Connection">
                {changing(move || view! { <Form one=edited.get_untracked() done/> })}
            </Dialog>
        </div>
    }
    .drawn()
}

fn card(one: Connection, edit: Callback<Option<Connection>>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let (work, found) = (Work::new(), RwSignal::new(None::<String>));
    let (id, again) = (one.id.clone(), one.clone());
    let check = move |_| {
        let id = id.clone();
        work.run(async move { api.check_connection(id).await }, move |problem| found.set(Some(problem)));
    };
    let new = Role::from_word(&one.default_role).map_or("nobody", words::role);
    let state = match (one.sso_only, one.used) {
        (true, _) => "Passwords are off",
        (false, true) => "In use",
        (false, false) => "Not used yet",
    };
    let line = |label, value: String| view! { <div><dt>{label}</dt><dd>{value}</dd></div> };
    view! {
        <section class="card">
            <h2>{one.name} " " <span class="badge">{state}</span></h2>
            <dl class="facts">
                {line("Provider", one.issuer)}
                {line("Domains", one.domains)}
                {line("New people become", new.to_owned())}
                {line("Redirect URI", one.callback)}
                {line("Sign-in link", one.sign_in_address)}
            </dl>
            {(!one.vouched_by_owner).then(|| view! {
                <p class="hint">"Owners cannot come this way until an owner saves this connection."</p>
            })}
            <p role="status">{changing(move || found.get().map(|problem| {
                if problem.is_empty() { "The provider answers as it should.".to_owned() } else { problem }
            }))}</p>
            <Refusal of=work.failure()/>
            <div class="actions">
                <button type="button" disabled=move || work.is_busy() on:click=check>"Try it"</button>
                <button type="button" on:click=move |_| edit.run(Some(again.clone()))>"Change"</button>
            </div>
        </section>
    }
    .drawn()
}
