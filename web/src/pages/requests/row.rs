//! One request: what is asked for, its clock, and what can be done.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use shared::permissions::Permission;
use wasm_bindgen::JsValue;

use super::tasks::{CHANGE_GROUNDS, GROUNDS, Task, Tasks};
use crate::{
    api::{Call, SignedIn, browser, text},
    components::{Refusal, Work, day_in, save_button},
    state::Session,
};

/// The row.
pub fn row(one: &JsValue, tasks: Tasks) -> Drawn {
    let (state, is_change) = (text(one, "state"), is_change(one));
    let left = browser::property(one, "days_left").and_then(|days| days.as_f64());
    let (badge, warn) = clock(&state, left);
    let (id, name) = (text(one, "id"), text(one, "client_name"));
    let path = format!("/{}/{id}", if is_change { "amendments" } else { "record-requests" });
    view! {
        <li>
            <div class="consent">
                <div class="grow">
                    <p><a href=format!("/clients/{}", text(one, "client_id"))>{name}</a></p>
                    {lines(one).into_iter().map(|line| view! { <p class="break hint">{line}</p> }.drawn()).collect_view()}
                </div>
                <span class="badge" class:warn=warn>{badge}</span>
            </div>
            {(!is_change).then(|| files(&path, &state))}
            {(state == "received").then(|| answers(one, path.clone(), tasks))}
            {is_change.then(|| papers(one, &state, &path, tasks))}
        </li>
    }
    .drawn()
}

fn is_change(one: &JsValue) -> bool {
    !text(one, "change").is_empty()
}

fn clock(state: &str, left: Option<f64>) -> (String, bool) {
    let days = left.unwrap_or_default() as i64;
    match (state, days) {
        ("fulfilled", _) => ("Handed over".to_owned(), false),
        ("accepted", _) => ("Accepted".to_owned(), false),
        ("denied", _) => ("Denied".to_owned(), false),
        ("withdrawn", _) => ("Withdrawn".to_owned(), false),
        (_, ..0) => (format!("Overdue, {} d", -days), true),
        (_, 0) => ("Due today".to_owned(), true),
        _ => (format!("{days} d left"), days <= 7),
    }
}

fn lines(one: &JsValue) -> Vec<String> {
    let mut lines = vec![asked(one)];
    for (name, label) in [("asker_words", ""), ("change", "Asked for: "), ("reason", "Why: ")] {
        let words = text(one, name);
        if !words.is_empty() {
            lines.push(format!("{label}{words}"));
        }
    }
    if let Some(extension) = browser::property(one, "extension") {
        lines.push(format!(
            "Extended: {} (told {})",
            text(&extension, "reason"),
            day_in(&extension, "told_on")
        ));
    }
    if let Some(denial) = browser::property(one, "denial") {
        let ground = text(&denial, "ground");
        let mut grounds = GROUNDS.iter().chain(&CHANGE_GROUNDS);
        let ground = grounds.find(|(word, _)| *word == ground).map_or("", |(_, text)| text);
        lines.push(format!("Denied: {ground}. {}", text(&denial, "words")));
    }
    if let Some(acceptance) = browser::property(one, "acceptance") {
        lines.push(format!(
            "Changed: {} (told {})",
            text(&acceptance, "words"),
            day_in(&acceptance, "told_on")
        ));
    }
    for (name, label) in [("statement", "Disagrees"), ("rebuttal", "Rebuttal"), ("others_told", "Also told")]
    {
        if let Some(paper) = browser::property(one, name) {
            lines.push(format!("{label}: {} ({})", text(&paper, "words"), day_in(&paper, "on")));
        }
    }
    let handed_over = text(one, "handed_over");
    if !handed_over.is_empty() {
        lines.push(format!("Handed over: {handed_over}"));
    }
    lines
}

/// The kind of request and its days.
fn asked(one: &JsValue) -> String {
    let days = format!("came {}, due {}", day_in(one, "received_on"), day_in(one, "due_on"));
    if is_change(one) {
        let of = if text(one, "note_id").is_empty() { "the record" } else { "a note" };
        return format!("A change of {of}, {days}");
    }
    let who = match text(one, "asker").as_str() {
        "client" => "asked by the client",
        "third_party" => "to be sent to somebody else",
        _ => "asked by a representative",
    };
    let form = match text(one, "form").as_str() {
        "pdf" => "as a PDF",
        "fhir" => "as FHIR",
        _ => "as a PDF and as FHIR",
    };
    let span = match (day_in(one, "from"), day_in(one, "to")) {
        (from, to) if from.is_empty() && to.is_empty() => "everything".to_owned(),
        (from, to) if to.is_empty() => format!("since {from}"),
        (from, to) if from.is_empty() => format!("until {to}"),
        (from, to) => format!("{from} to {to}"),
    };
    format!("Records, {who}, {days}: {span}, {form}")
}

/// What is handed over, for whoever may read it.
fn files(path: &str, state: &str) -> Option<Drawn> {
    let may = expect_context::<Session>().may(Permission::ReadNotes);
    let work = Work::new();
    let file =
        |label, format: &str, name| save_button(label, format!("{path}/export?format={format}"), name, work);
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

fn answers(one: &JsValue, path: String, tasks: Tasks) -> Drawn {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let (label, yes, no) = if is_change(one) {
        ("Accept", Task::Accept(!text(one, "note_id").is_empty()), Task::DenyChange)
    } else {
        ("Handed over", Task::Fulfil, Task::DenyRecords)
    };
    let answers = [
        tasks.button(label, &path, yes),
        tasks.button("More time", &path, Task::Extend),
        tasks.button("Deny", &path, no),
    ];
    let withdraw = move |_| {
        work.run(api.text(Call::post(format!("{path}/withdraw"))), move |_| tasks.done());
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

/// What can follow the answer to a request for a change.
fn papers(one: &JsValue, state: &str, path: &str, tasks: Tasks) -> Option<Drawn> {
    let lacks = |name| browser::property(one, name).is_none();
    let (label, task) = match state {
        "denied" if lacks("statement") => ("They disagree", Task::Statement),
        "denied" if lacks("rebuttal") => ("Rebut", Task::Rebuttal),
        "accepted" if lacks("others_told") => ("Others were told", Task::OthersTold),
        _ => return None,
    };
    Some(view! { <div class="actions">{tasks.button(label, path, task)}</div> }.drawn())
}
