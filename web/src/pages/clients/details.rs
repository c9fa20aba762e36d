//! A client's details, shown and changed.

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;
use shared::{Phi, clients::ClientView, permissions::Permission};

use super::form::{ClientFields, ClientForm};
use crate::{
    api::SignedIn,
    components::{Dialog, Loaded, Refusal, Submit, Work, day},
    state::{Notices, Session},
};

/// The card.
#[component]
pub fn Details(
    /// Whose.
    client: Loaded<ClientView>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let editing = RwSignal::new(false);
    let may_edit = move || session.may(Permission::WriteClients);
    view! {
        <section class="card" aria-labelledby="details-title">
            <div class="card-head">
                <h2 id="details-title">"Details"</h2>
                {changing(move || may_edit().then(|| view! {
                    <button type="button" on:click=move |_| editing.set(true)>"Edit details"</button>
                }))}
            </div>
            {changing(move || client.here().map(|client| facts(&client)))}
            <Dialog open=editing id="edit-client-title" title="Edit details">
                {changing(move || client.here_untracked().map(|shown| view! { <Edit shown client editing/> }))}
            </Dialog>
        </section>
    }
    .drawn()
}

fn facts(client: &ClientView) -> Drawn {
    let text = |value: &Option<Phi<String>>| value.clone().map(Phi::into_inner);
    let facts = [
        ("Born", client.date_of_birth.as_ref().map(|date| day(*date.reveal()))),
        ("Pronouns", text(&client.pronouns)),
        ("E-mail", text(&client.email)),
        ("Phone", text(&client.phone)),
        ("Other id", text(&client.external_id)),
        ("Place", Some(client.jurisdiction.clone())),
    ];
    view! {
        <dl class="facts">
            {facts
                .into_iter()
                .filter_map(|(name, value)| value.map(|value| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }))
                .collect_view()}
        </dl>
    }
    .drawn()
}

#[component]
fn Edit(shown: ClientView, client: Loaded<ClientView>, editing: RwSignal<bool>) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let form = ClientForm::of(&shown);
    let work = Work::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let edit = form.edit();
        work.run(async move { api.edit_client(shown.id, &edit).await }, move |changed| {
            client.put(changed);
            editing.set(false);
            notices.say("Details saved");
        });
    };
    view! {
        <form on:submit=submit>
            <ClientFields form work/>
            <Refusal of=work.failure()/>
            <div class="actions">
                <button type="button" on:click=move |_| editing.set(false)>"Cancel"</button>
                <Submit label="Save client" work/>
            </div>
        </form>
    }
    .drawn()
}
