//! What was opened in emergencies, and deciding about it.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::{empty, id, items};
use crate::{
    api::{Call, SignedIn, flag, text, time},
    components::{Empty, Fetch, Form, Input, Kind, Loaded, Moment, PageTitle, Work, fetched},
    state::Session,
};

/// The page.
#[component]
pub fn EmergencyQueuePage() -> impl IntoView {
    let queue = fetched(|api| async move { api.text(Call::get("/emergency-access?limit=200")).await });
    view! {
        <div class="page">
            <div class="page-head"><PageTitle title="Emergency access".to_owned()/></div>
            <section class="card">
                <Fetch of=queue view=move |answer: String| {
                    let items = items(&answer);
                    if items.is_empty() {
                        return view! { <Empty icon="shield" title="No chart was ever opened in an emergency"/> }.drawn();
                    }
                    view! { <ul class="plain">{items.iter().map(|one| row(one, queue)).collect_view()}</ul> }.drawn()
                }/>
            </section>
        </div>
    }
    .drawn()
}

fn row(one: &JsValue, queue: Loaded<String>) -> Drawn {
    let session = expect_context::<Session>();
    let is_own = session.me_untracked().is_some_and(|me| me.user.id.to_string() == text(one, "user_id"));
    let verdict = text(one, "verdict");
    let state = match verdict.as_str() {
        "justified" => "Justified",
        "not_justified" => "Not justified",
        _ if flag(one, "active") => "Open now",
        _ => "To decide",
    };
    let said = text(one, "attestation");
    let said = if said.is_empty() {
        "Nothing was said about it yet.".to_owned()
    } else {
        format!("Afterwards: {said}")
    };
    let decides = verdict.is_empty() && !flag(one, "active") && !is_own;
    view! {
        <li>
            <div class="consent">
                <div class="grow">
                    <p><strong>{text(one, "user_name")}</strong> ", " {time(one, "begun_at").map(|at| view! { <Moment at/> })}</p>
                    <p class="break">"Reason: " {text(one, "reason")}</p>
                    <p class="break hint">{said}</p>
                    <p class="break hint">{text(one, "verdict_note")}</p>
                </div>
                <span class="badge" class:warn=verdict != "justified">{state}</span>
            </div>
            {decides.then(|| decide(id(one), queue))}
        </li>
    }
    .drawn()
}

fn decide(this: String, queue: Loaded<String>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let send = move |filled: String| {
        let call = Call::post(format!("/emergency-access/{this}/decision")).text(&filled);
        work.run(api.text(call), move |_| queue.ask_again());
    };
    let words = [("justified", "It was justified"), ("not_justified", "It was not")];
    let words = words.map(|(word, text)| (word.to_owned(), text.to_owned())).to_vec();
    let inputs = vec![
        Input { value: "justified".to_owned(), ..empty("verdict", "Decision", "", Kind::One(words)) },
        Input { optional: true, ..empty("note", "Note", "", Kind::Line("text")) },
    ];
    view! { <details><summary>"Decide"</summary><Form inputs label="Decide" work on_send=send/></details> }
        .drawn()
}
