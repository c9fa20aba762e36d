//! What of what people did is worth a second look, and deciding about it.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use shared::permissions::Permission;
use wasm_bindgen::JsValue;

use crate::{
    api::{Call, SignedIn, browser, list, read, text, time},
    components::{Empty, Fetch, Form, Input, Kind, Loaded, Moment, PageTitle, Work, fetched},
    state::Session,
};

/// The page.
#[component]
pub fn ActivityPage() -> impl IntoView {
    let found = fetched(|api| async move { api.text(Call::get("/activity-findings?limit=200")).await });
    view! {
        <div class="page">
            <div class="page-head"><PageTitle title="Activity review".to_owned()/></div>
            <section class="card">
                <p>"Every Monday, the week before is looked through for what is worth a second look. None of it is wrong by itself; somebody else decides."</p>
                <Fetch of=found view=move |answer: String| {
                    let items = list(&read(&answer), "items");
                    if items.length() == 0 {
                        return view! { <Empty icon="shield" title="Nothing was found"/> }.drawn();
                    }
                    view! { <ul class="plain">{items.iter().map(|one| row(&one, found)).collect_view()}</ul> }.drawn()
                }/>
            </section>
        </div>
    }
    .drawn()
}

/// Why it was found, from the word that travels.
fn reason(kind: &str, times: u32) -> String {
    match kind {
        "own_chart" => format!("At a chart in their own name, {times} times"),
        "same_surname" => format!("At a chart with their family name, {times} times"),
        "bulk_reading" => format!("At {times} charts within an hour"),
        "odd_hours" => format!("At charts in the night, {times} times"),
        "after_termination" => format!("Active after they were deactivated, {times} times"),
        "emergency" => format!("Opened a chart in an emergency, {times} times"),
        _ => format!("Refused {times} times within an hour"),
    }
}

fn row(one: &JsValue, found: Loaded<String>) -> Drawn {
    let session = expect_context::<Session>();
    let is_own = session.me_untracked().is_some_and(|me| me.user.id.to_string() == text(one, "user_id"));
    let times = browser::property(one, "times").and_then(|it| it.as_f64()).unwrap_or_default();
    let decision = text(one, "decision");
    let state = match decision.as_str() {
        "fine" => "Fine",
        "needs_explanation" => "Asked about",
        "incident" => "Incident",
        _ => "To decide",
    };
    let client = text(one, "client_id");
    let chart = (!client.is_empty() && session.may(Permission::ReadAudit)).then(|| {
        view! { ", " <a href=format!("/audit?client_id={client}&user_id={}", text(one, "user_id"))>"what they did there"</a> }
            .drawn()
    });
    let decides = decision.is_empty() && !is_own && session.may(Permission::WritePeople);
    let at = |name| time(one, name).map(|at| view! { <Moment at/> });
    view! {
        <li>
            <div class="consent">
                <div class="grow">
                    <p><strong>{text(one, "user_name")}</strong> ", " {at("first_at")} " to " {at("last_at")}</p>
                    <p>{reason(&text(one, "kind"), times as u32)} {chart}</p>
                    <p class="break hint">{text(one, "note")}</p>
                </div>
                <span class="badge" class:good=decision == "fine" class:warn=decision != "fine">{state}</span>
            </div>
            {decides.then(|| decide(text(one, "id"), found))}
        </li>
    }
    .drawn()
}

fn decide(id: String, found: Loaded<String>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let send = move |filled: String| {
        let call = Call::post(format!("/activity-findings/{id}/decision")).text(&filled);
        work.run(api.text(call), move |_| found.ask_again());
    };
    let words = [
        ("fine", "There is a good reason"),
        ("needs_explanation", "Ask them about it"),
        ("incident", "It is an incident"),
    ];
    let words = words.map(|(word, text)| (word.to_owned(), text.to_owned())).to_vec();
    let input = |name, label, kind, value: &str, optional| Input {
        name,
        label,
        hint: "",
        kind,
        value: value.to_owned(),
        optional,
    };
    let inputs = vec![
        input("decision", "Decision", Kind::One(words), "fine", false),
        input("note", "Note", Kind::Line("text"), "", true),
    ];
    view! { <details><summary>"Decide"</summary><Form inputs label="Decide" work on_send=send/></details> }
        .drawn()
}
