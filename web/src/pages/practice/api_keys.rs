//! Keys by which other programs work for the practice: made, renewed, ended.

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;
use shared::permissions::{Permission, Permissions};
use wasm_bindgen::JsValue;

use crate::{
    api::{Call, SignedIn, browser, flag, list, read, text, time},
    components::{
        Dialog, Empty, Fetch, Form, Input, Kind, Loaded, Moment, PageTitle, Refusal, Work, fetched,
    },
    logic::words,
    state::{Notices, Session},
};

/// The page.
#[component]
pub fn ApiKeysPage() -> impl IntoView {
    let keys = fetched(|api| async move { api.text(Call::get("/api-keys?limit=200")).await });
    let making = RwSignal::new(false);
    // The secret of the key that was made just now.
    let secret = RwSignal::new(String::new());
    view! {
        <div class="page">
            <div class="page-head">
                <PageTitle title="API keys".to_owned()/>
                <button type="button" class="primary" on:click=move |_| making.set(true)>"New key"</button>
            </div>
            {changing(move || (!secret.with(String::is_empty)).then(|| show(secret)))}
            <section class="card">
                <p>"Another program works for your practice with a key. It may do what the key says and nothing else, and the audit trail names the key."</p>
                <Fetch of=keys view=move |answer: String| {
                    let items = list(&read(&answer), "items");
                    if items.length() == 0 {
                        return view! { <Empty icon="shield" title="There are no keys"/> }.drawn();
                    }
                    view! { <ul class="plain">{items.iter().map(|one| row(&one, keys, secret)).collect_view()}</ul> }.drawn()
                }/>
            </section>
            <Dialog open=making id="key-title" title="New key">{changing(move || make(keys, making, secret))}</Dialog>
        </div>
    }
    .drawn()
}

/// The secret, which nobody can read again later.
fn show(secret: RwSignal<String>) -> Drawn {
    let notices = expect_context::<Notices>();
    let copy = move |_| {
        if browser::copy(&secret.get_untracked()) {
            notices.say("Copied");
        }
    };
    view! {
        <section class="card" aria-labelledby="secret-title">
            <h2 id="secret-title">"Your new key"</h2>
            <p>"It is shown only now. Put it where the program finds it."</p>
            <p><code class="break">{secret.get_untracked()}</code></p>
            <div class="actions">
                <button type="button" on:click=copy>"Copy"</button>
                <button type="button" on:click=move |_| secret.set(String::new())>"I have kept it"</button>
            </div>
        </section>
    }
    .drawn()
}

fn make(keys: Loaded<String>, making: RwSignal<bool>, secret: RwSignal<String>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let acting = expect_context::<Session>().powers().permissions;
    let work = Work::new();
    let offered = Permissions::of_keys();
    let offered = Permission::ALL.iter().filter(|one| offered.contains(**one) && acting.contains(**one));
    let word = |one: &Permission| (one.as_str().to_owned(), words::permission(*one).to_owned());
    let input = |name, label, hint, kind, value: &str| Input {
        name,
        label,
        hint,
        kind,
        value: value.to_owned(),
        optional: false,
    };
    let inputs = vec![
        input("name", "Name", "What it is for", Kind::Line("text"), ""),
        input("days", "Ends after days", "1 to 365", Kind::Line("number"), "90"),
        input("permissions", "May", "", Kind::Any(offered.map(word).collect()), ""),
    ];
    let send = move |filled: String| {
        work.run(api.text(Call::post("/api-keys").text(&filled)), move |answer| {
            making.set(false);
            secret.set(text(&read(&answer), "secret"));
            keys.ask_again();
        });
    };
    view! { <Form inputs label="Make key" work on_send=send/> }.drawn()
}

fn row(one: &JsValue, keys: Loaded<String>, secret: RwSignal<String>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let (path, name) = (format!("/api-keys/{}", text(one, "id")), text(one, "name"));
    let may: Vec<_> = list(one, "permissions")
        .iter()
        .filter_map(|word| Permission::from_word(&word.as_string()?).map(words::permission))
        .collect();
    let renewed = format!("{path}/renew");
    let renew = move |_| {
        work.run(api.text(Call::post(renewed.clone())), move |answer| {
            secret.set(text(&read(&answer), "secret"));
            keys.ask_again();
        });
    };
    let end = move |_| {
        work.run(api.text(Call::new("DELETE", path.clone())), move |_| keys.ask_again());
    };
    let ends = if flag(one, "expired") { "Ended " } else { "Ends " };
    view! {
        <li class="consent">
            <div class="grow">
                <p><strong>{name.clone()}</strong></p>
                <p class="hint">{may.join(", ")}</p>
                <p class="hint">
                    {ends} {time(one, "expires_at").map(|at| view! { <Moment at/> })}
                    {match time(one, "last_used_at") {
                        Some(at) => view! { ", last used " <Moment at/> }.drawn(),
                        None => ", never used".drawn(),
                    }}
                </p>
                <Refusal of=work.failure()/>
            </div>
            <button type="button" aria-label=format!("Renew {name}") on:click=renew>"Renew"</button>
            <button type="button" aria-label=format!("End {name}") on:click=end>"End"</button>
        </li>
    }
    .drawn()
}
