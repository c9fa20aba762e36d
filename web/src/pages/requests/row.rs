//! One request: who asks for what, its clock, and what can be done.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use shared::permissions::Permission;
use wasm_bindgen::JsValue;

use super::answers::{Answer, Answering, GROUNDS};
use crate::{
    api::{Call, SignedIn, browser, text},
    components::{Refusal, Work, day, save_button},
    state::Session,
};

/// The row.
pub fn row(one: &JsValue, answering: Answering) -> Drawn {
    let state = text(one, "state");
    let left = browser::property(one, "days_left").and_then(|days| days.as_f64());
    let (badge, warn) = clock(&state, left);
    let mut lines = vec![asked(one)];
    let words = text(one, "asker_words");
    if !words.is_empty() {
        lines.push(words);
    }
    if let Some(extension) = browser::property(one, "extension") {
        lines.push(format!(
            "Extended: {} (told {})",
            text(&extension, "reason"),
            date(&extension, "told_on")
        ));
    }
    if let Some(denial) = browser::property(one, "denial") {
        let ground = text(&denial, "ground");
        let ground = GROUNDS.iter().find(|(word, _)| *word == ground).map_or("", |(_, text)| text);
        lines.push(format!("Denied: {ground}. {}", text(&denial, "words")));
    }
    let handed_over = text(one, "handed_over");
    if !handed_over.is_empty() {
        lines.push(format!("Handed over: {handed_over}"));
    }
    let (id, name) = (text(one, "id"), text(one, "client_name"));
    view! {
        <li>
            <div class="consent">
                <div class="grow">
                    <p><a href=format!("/clients/{}", text(one, "client_id")) rel="external">{name}</a></p>
                    {lines.into_iter().map(|line| view! { <p class="break hint">{line}</p> }.drawn()).collect_view()}
                </div>
                <span class="badge" class:warn=warn>{badge}</span>
            </div>
            {files(&id, &state)}
            {(state == "received").then(|| actions(id, answering))}
        </li>
    }
    .drawn()
}

fn clock(state: &str, left: Option<f64>) -> (String, bool) {
    let days = left.unwrap_or_default() as i64;
    match (state, days) {
        ("fulfilled", _) => ("Handed over".to_owned(), false),
        ("denied", _) => ("Denied".to_owned(), false),
        ("withdrawn", _) => ("Withdrawn".to_owned(), false),
        (_, ..0) => (format!("Overdue, {} d", -days), true),
        (_, 0) => ("Due today".to_owned(), true),
        _ => (format!("{days} d left"), days <= 7),
    }
}

fn asked(one: &JsValue) -> String {
    let who = match text(one, "asker").as_str() {
        "client" => "Asked by the client",
        "third_party" => "To be sent to somebody else",
        _ => "Asked by a representative",
    };
    let form = match text(one, "form").as_str() {
        "pdf" => "as a PDF",
        "fhir" => "as FHIR",
        _ => "as a PDF and as FHIR",
    };
    let span = match (date(one, "from"), date(one, "to")) {
        (from, to) if from.is_empty() && to.is_empty() => "everything".to_owned(),
        (from, to) if to.is_empty() => format!("since {from}"),
        (from, to) if from.is_empty() => format!("until {to}"),
        (from, to) => format!("{from} to {to}"),
    };
    format!("{who}, came {}, due {}: {span}, {form}", date(one, "received_on"), date(one, "due_on"))
}

/// A day of an item; empty where there is none.
fn date(one: &JsValue, name: &str) -> String {
    text(one, name).parse().map(day).unwrap_or_default()
}

/// What is handed over, for whoever may read it.
fn files(id: &str, state: &str) -> Option<Drawn> {
    let may = expect_context::<Session>().may(Permission::ReadNotes);
    let work = Work::new();
    let file = |label, format: &str, name| {
        save_button(label, format!("/record-requests/{id}/export?format={format}"), name, work)
    };
    (may && ["received", "fulfilled"].contains(&state)).then(|| {
        view! {
            <div class="actions">
                {file("Save as PDF", "pdf", "record.pdf")}
                {file("Save as FHIR", "fhir", "record.json")}
            </div>
            <Refusal of=work.failure()/>
        }
        .drawn()
    })
}

fn actions(id: String, answering: Answering) -> Drawn {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let answer = |label: &'static str, answer: Answer| {
        let id = id.clone();
        view! { <button type="button" on:click=move |_| answering.begin(id.clone(), answer)>{label}</button> }
            .drawn()
    };
    let answers = [
        answer("Handed over", Answer::Fulfil),
        answer("More time", Answer::Extend),
        answer("Deny", Answer::Deny),
    ];
    let withdraw = move |_| {
        let call = Call::post(format!("/record-requests/{id}/withdraw"));
        work.run(api.text(call), move |_| answering.done());
    };
    view! {
        <div class="actions">
            {answers.collect_view()}
            <button type="button" class="quiet" on:click=withdraw>"Withdrawn"</button>
        </div>
        <Refusal of=work.failure()/>
    }
    .drawn()
}
