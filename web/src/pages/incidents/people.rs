//! Whose data it was: what the audit trail says of somebody and a span of time, confirmed by a person.

use std::sync::Arc;

use crate::drawn::{Draw, Drawn, changing};
use js_sys::{Array, JSON, Object};
use leptos::prelude::*;
use shared::permissions::Permission;
use wasm_bindgen::{JsCast, JsValue};

use super::{
    forms,
    task::{Desk, Task},
    timeline::residents,
};
use crate::{
    api::{Call, SignedIn, browser, list, read, text},
    components::{Form, Input, Kind, Work},
    state::Session,
};

/// How many people it is about, and the ways to find out.
pub fn people(incident: &JsValue, everybody: &str, desk: Desk) -> Drawn {
    let session = expect_context::<Session>();
    let place = text(incident, "jurisdiction");
    let counted = browser::property(incident, "counted").filter(JsValue::is_object);
    let clients = counted.as_ref().map_or(0, |it| list(it, "clients").length());
    let words = counted.map_or_else(|| "Nobody has counted them yet.".to_owned(), |it| residents(&it));
    let open = text(incident, "state") != "closed";
    let sees = session.may(Permission::ReadAudit) && session.may(Permission::ReadClients);
    view! {
        <section class="card" aria-labelledby="people-title">
            <h2 id="people-title">"Whose data it was"</h2>
            <p>{words} {(clients > 0).then(|| format!(", of whom {clients} are clients here by the audit trail"))}</p>
            {(open && sees).then(|| proposing(&place, everybody, desk))}
            {open.then(|| counting(&place, desk))}
        </section>
    }
    .drawn()
}

fn counting(place: &str, desk: Desk) -> Drawn {
    let task = Task {
        title: "How many people".to_owned(),
        label: "Save the count",
        entry: "counted",
        inputs: forms::count(place),
        known: Vec::new(),
    };
    view! { <div class="actions">{desk.button("Count them yourself", "", task)}</div> }.drawn()
}

/// Asks the trail whose charts somebody came near, and lets the reader confirm them.
fn proposing(place: &str, everybody: &str, desk: Desk) -> Drawn {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let found = RwSignal::new(None::<String>);
    let people =
        list(&read(everybody), "items").iter().map(|it| (text(&it, "id"), text(&it, "name"))).collect();
    let inputs = vec![
        Input::new("user_id", "Who looked", Kind::One(people)),
        Input { optional: true, ..Input::new("from", "From", Kind::Line("date")) },
        Input { optional: true, hint: "The last day.", ..Input::new("to", "To", Kind::Line("date")) },
    ];
    let ask = move |filled: String| {
        let asked = read(&filled);
        let mut path = format!("/audit/affected?user_id={}", text(&asked, "user_id"));
        for (name, time) in [("from", "T00:00:00Z"), ("to", "T23:59:59Z")] {
            let day = text(&asked, name);
            if !day.is_empty() {
                path = format!("{path}&{name}={day}{time}");
            }
        }
        work.run(api.text(Call::get(path)), move |answer| found.set(Some(answer)));
    };
    let place: Arc<str> = place.into();
    view! {
        <details>
            <summary>"Find them in the audit trail"</summary>
            <p class="hint">"Days are those of UTC here: take one more on each side if it matters."</p>
            <Form inputs label="Look" work on_send=ask/>
            {changing(move || found.get().map(|answer| proposed(&answer, place.clone(), desk)))}
        </details>
    }
    .drawn()
}

fn proposed(answer: &str, place: Arc<str>, desk: Desk) -> Drawn {
    let work = Work::new();
    let clients = list(&read(answer), "clients");
    if clients.length() == 0 {
        return view! { <p role="status">"The trail says that they came near nobody's chart."</p> }.drawn();
    }
    let rows = clients.iter().map(|one| {
        let touch = match text(&one, "touch").as_str() {
            "exported" => "taken away",
            "changed" => "changed",
            "viewed" => "seen",
            _ => "in a list",
        };
        // Who stood in a list alone is proposed too, and can be left out.
        view! {
            <label class="check">
                <input type="checkbox" name="client" value=text(&one, "client_id") prop:checked=true/>
                <span>{text(&one, "name")} " " <small class="hint">{touch}</small></span>
            </label>
        }
        .drawn()
    });
    let rows: Vec<_> = rows.collect();
    let there = place.to_string();
    let confirm = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(form) = event.target() else { return };
        let chosen = chosen(form.unchecked_ref());
        let (entry, counts) = (Object::new(), Object::new());
        forms::set(&counts, &place, &chosen.length().into());
        forms::set(&entry, "entry", &"counted".into());
        forms::set(&entry, "residents", &counts);
        forms::set(&entry, "clients", &chosen);
        let entry = JSON::stringify(&entry).map(String::from).unwrap_or_default();
        desk.add(work, &entry);
    };
    view! {
        <form on:submit=confirm>
            <fieldset>
                <legend>"Take out whoever it is not about"</legend>
                {rows}
            </fieldset>
            <p class="hint">
                {format!("Charts hold no address, so everybody is counted as a resident of {there}, where the practice is. \
                 If some live elsewhere, count them yourself.")}
            </p>
            <crate::components::Refusal of=work.failure()/>
            <div class="actions"><crate::components::Submit label="Confirm these people" work/></div>
        </form>
    }
    .drawn()
}

fn chosen(form: &web_sys::Element) -> Array {
    let ids = Array::new();
    if let Ok(found) = form.query_selector_all("[name=client]:checked") {
        for input in (0..found.length()).filter_map(|at| found.get(at)) {
            ids.push(&text(&input, "value").into());
        }
    }
    ids
}
