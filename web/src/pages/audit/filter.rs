//! What of the trail is asked for. It stands in the address of the page, so that it can be kept and passed on.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use leptos_router::{hooks::use_navigate, params::ParamsMap};
use wasm_bindgen::JsValue;

use super::names::Names;
use crate::{
    api::{read, text},
    components::{Form, Input, Kind, Work},
    logic::words,
};

/// The filters, as the address and the server call them.
const FIELDS: [&str; 10] = [
    "user_id",
    "client_id",
    "subject",
    "action",
    "outcome",
    "from",
    "to",
    "request_id",
    "subject_id",
    "session_id",
];
const SUBJECTS: [&str; 12] = [
    "client",
    "consent",
    "encounter",
    "recording",
    "transcript",
    "note",
    "ai_call",
    "session",
    "user",
    "practice",
    "emergency_access",
    "audit_event",
];
/// What is often looked for; any other can be typed.
const ACTIONS: [&str; 10] = [
    "client_read",
    "note_read",
    "note_signed",
    "transcript_read",
    "recording_heard",
    "practice_exported",
    "signed_in",
    "sign_in_refused",
    "access_refused",
    "role_changed",
];

/// What the server is asked, from what stands in the address: nothing, or `&` before each filter.
pub fn asked(address: &ParamsMap) -> String {
    let mut asked = String::new();
    for name in FIELDS {
        let value = address.get(name).unwrap_or_default();
        let value = match name {
            "from" => midnight(&value, 0),
            "to" => midnight(&value, 1),
            _ => value,
        };
        push(&mut asked, name, &value);
    }
    asked
}

fn push(query: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        let value = String::from(js_sys::encode_uri_component(value));
        query.extend(["&", name, "=", &value]);
    }
}

/// When a day begins, or the one after it: a date in the reader's zone as a moment.
fn midnight(day: &str, later: u32) -> String {
    let date = js_sys::Date::new(&JsValue::from(format!("{day}T00:00")));
    if date.get_time().is_nan() {
        return String::new();
    }
    date.set_date(date.get_date() + later);
    date.to_iso_string().into()
}

/// The form, filled with what stands in the address.
pub fn form(address: &ParamsMap, names: &Names) -> Drawn {
    let navigate = use_navigate();
    let inputs = inputs(address, names);
    let is_filtered = !asked(address).is_empty();
    let send = move |filled: String| {
        let (filled, mut query) = (read(&filled), String::new());
        for name in FIELDS {
            push(&mut query, name, &text(&filled, name));
        }
        navigate(
            &format!("/audit?{}", query.trim_start_matches('&')),
            leptos_router::NavigateOptions::default(),
        );
    };
    view! {
        <details class="card" open=is_filtered>
            <summary>"Filter"</summary>
            <Form inputs label="Show" work=Work::new() on_send=send/>
            {is_filtered.then(|| view! { <a href="/audit" rel="external">"Show everything"</a> })}
        </details>
    }
    .drawn()
}

fn inputs(address: &ParamsMap, names: &Names) -> Vec<Input> {
    let input = |name: &'static str, label, hint, kind| {
        let value = address.get(name).unwrap_or_default();
        let optional = !matches!(kind, Kind::One(_));
        Input { name, label, hint, kind, value, optional }
    };
    let one = |everything: &str, words: Vec<(String, String)>| {
        Kind::One([vec![(String::new(), everything.to_owned())], words].concat())
    };
    let spaced = |word: &&str| ((*word).to_owned(), words::spaced(word));
    let outcomes =
        [("done", "Done"), ("refused", "Refused")].map(|(word, text)| (word.to_owned(), text.to_owned()));
    let mut inputs = vec![
        input("from", "From", "", Kind::Line("date")),
        input("to", "To", "", Kind::Line("date")),
        input("subject", "About", "", one("Anything", SUBJECTS.iter().map(spaced).collect())),
        input("action", "What", "", Kind::Suggested(ACTIONS.map(str::to_owned).to_vec())),
        input("outcome", "Outcome", "", one("Any", outcomes.to_vec())),
        input("request_id", "Request", "", Kind::Line("text")),
    ];
    if !names.clients.is_empty() {
        inputs.insert(0, input("client_id", "Client", "", one("Anybody", names.clients.clone())));
    }
    if !names.people.is_empty() {
        inputs.insert(0, input("user_id", "By", "", one("Anybody", names.people.clone())));
    }
    inputs
}
