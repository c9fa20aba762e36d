//! Legal holds: placed on a client, released with a reason.

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;
use shared::ClientId;
use wasm_bindgen::JsValue;

use crate::{
    api::{Call, SignedIn, browser, list, read, text, time},
    components::{Dialog, Empty, Fetch, Form, Input, Kind, Loaded, Moment, Work, fetched},
    state::Notices,
};

/// The card, and for one client the form that places a hold.
pub fn holds(client: Option<ClientId>) -> Drawn {
    let of = client.map_or("in_force=true".to_owned(), |client| format!("client_id={client}"));
    let holds = fetched(move |api| {
        let path = format!("/legal-holds?limit=200&{of}");
        async move { api.text(Call::get(path)).await }
    });
    let releasing = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    let release = Callback::new(move |id: String| {
        releasing.set(id);
        open.set(true);
    });
    view! {
        {client.map(|client| place(client, holds))}
        <section class="card" aria-labelledby="holds-title">
            <h2 id="holds-title">"Legal holds"</h2>
            <Fetch of=holds view=move |answer: String| {
                let items = list(&read(&answer), "items");
                if items.length() == 0 {
                    return view! { <Empty icon="lock" title="Nothing is on hold"/> }.drawn();
                }
                view! { <ul class="plain">{items.iter().map(|one| row(&one, release)).collect_view()}</ul> }
                    .drawn()
            }/>
            <Dialog open id="release-title" title="Release the hold">
                {changing(move || ending(releasing.get(), open, holds))}
            </Dialog>
        </section>
    }
    .drawn()
}

fn reason(label: &'static str) -> Vec<Input> {
    vec![Input {
        name: "reason",
        label,
        hint: "Only people who manage holds read this.",
        kind: Kind::Lines,
        value: String::new(),
        optional: false,
    }]
}

fn place(client: ClientId, holds: Loaded<String>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let send = move |filled: String| {
        let call = Call::post(format!("/clients/{client}/legal-holds")).text(&filled);
        work.run(api.text(call), move |_| {
            notices.say("The client is on hold");
            holds.ask_again();
        });
    };
    view! {
        <details class="card">
            <summary>"Place a legal hold"</summary>
            <p>"While it is in force, nothing of this client is removed: no sound, no upload, no chart."</p>
            <Form inputs=reason("Why everything has to stay") label="Place the hold" work on_send=send/>
        </details>
    }
    .drawn()
}

fn ending(hold: String, open: RwSignal<bool>, holds: Loaded<String>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let send = move |filled: String| {
        let call = Call::post(format!("/legal-holds/{hold}/release")).text(&filled);
        work.run(api.text(call), move |_| {
            open.set(false);
            holds.ask_again();
        });
    };
    view! {
        <p>"From then on, rules and people may remove things again."</p>
        <Form inputs=reason("Why it can end") label="Release the hold" work on_send=send/>
    }
    .drawn()
}

fn row(one: &JsValue, release: Callback<String>) -> Drawn {
    let (id, name) = (text(one, "id"), text(one, "client_name"));
    let moment = |of: &JsValue, name| time(of, name).map(|at| view! { <Moment at/> }.drawn());
    let ended = browser::property(one, "release").filter(JsValue::is_object);
    let in_force = ended.is_none();
    let end = ended.map(|end| {
        view! { <p class="break hint">"Released " {moment(&end, "at")} ": " {text(&end, "reason")}</p> }
            .drawn()
    });
    view! {
        <li>
            <div class="consent">
                <div class="grow">
                    <p><a href=format!("/clients/{}", text(one, "client_id")) rel="external">{name}</a></p>
                    <p class="break hint">"Since " {moment(one, "placed_at")} ": " {text(one, "reason")}</p>
                    {end}
                </div>
                <span class="badge" class:warn=in_force>{if in_force { "In force" } else { "Released" }}</span>
            </div>
            {in_force.then(|| view! {
                <div class="actions">
                    <button type="button" on:click=move |_| release.run(id.clone())>"Release"</button>
                </div>
            }.drawn())}
        </li>
    }
    .drawn()
}
