//! Deletions of charts: asked for on a client, withdrawn, and proved.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use shared::ClientId;
use wasm_bindgen::JsValue;

use crate::{
    api::{Call, SignedIn, browser, list, read, text, time},
    components::{Empty, Fetch, Form, Input, Kind, Loaded, Moment, Refusal, Work, fetched, save_button},
    pages::practice::statement,
    state::Notices,
};

/// The card, and for one client the form that asks for the deletion of their chart.
pub fn deletions(client: Option<ClientId>) -> Drawn {
    let of = client.map(|client| format!("&client_id={client}")).unwrap_or_default();
    let deletions = fetched(move |api| {
        let path = format!("/client-deletions?limit=200{of}");
        async move { api.text(Call::get(path)).await }
    });
    view! {
        {client.map(|client| ask(client, deletions))}
        <section class="card" aria-labelledby="deletions-title">
            <h2 id="deletions-title">"Deleted charts"</h2>
            <Fetch of=deletions view=move |answer: String| {
                let items = list(&read(&answer), "items");
                if items.length() == 0 {
                    return view! { <Empty icon="trash" title="No chart was deleted, and none is due to be"/> }.drawn();
                }
                view! { <ul class="plain">{items.iter().map(|one| row(&one, deletions)).collect_view()}</ul> }
                    .drawn()
            }/>
        </section>
    }
    .drawn()
}

fn ask(client: ClientId, deletions: Loaded<String>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let send = move |filled: String| {
        let call = Call::post(format!("/clients/{client}/deletion")).text(&filled);
        work.run(api.text(call), move |_| {
            notices.say("The chart will be deleted in 7 days");
            deletions.ask_again();
        });
    };
    let input =
        |name, label, hint, kind| Input { name, label, hint, kind, value: String::new(), optional: false };
    let grounds = GROUNDS
        .iter()
        .filter(|(word, _)| *word != BY_RULE)
        .map(|(word, text)| ((*word).to_owned(), (*text).to_owned()));
    let inputs = vec![
        input("ground", "Why", "", Kind::One(grounds.collect())),
        Input {
            optional: true,
            ..input(
                "words",
                "In words",
                "Needed where it is something else. Gone with the chart.",
                Kind::Lines,
            )
        },
        input(
            "client_name",
            "Name of the client",
            "First and last name, as a sign that this one is meant.",
            Kind::Line("text"),
        ),
    ];
    view! {
        <details class="card">
            <summary>"Delete this chart"</summary>
            <p>"Every session with nobody else in it, recording, transcript and note is removed, in 7 days, and nobody can bring them back. The law may ask you to keep charts for years."</p>
            <Form inputs label="Delete in 7 days" work on_send=send/>
        </details>
    }
    .drawn()
}

/// What only the software finds.
const BY_RULE: &str = "rule";

const GROUNDS: [(&str, &str); 5] = [
    ("retention_over", "It was kept for as long as it has to be"),
    ("entered_by_mistake", "It was entered by mistake"),
    ("demanded_by_law", "The law demands it"),
    ("other", "Something else"),
    (BY_RULE, "Its time is over, by the rule of the practice"),
];

fn row(one: &JsValue, deletions: Loaded<String>) -> Drawn {
    let state = text(one, "state");
    let moment = |name| time(one, name).map(|at| view! { <Moment at/> }.drawn());
    let (badge, warn) = match state.as_str() {
        "waiting" => ("Waiting", true),
        "underway" => ("Under way", true),
        "done" => ("Deleted", false),
        "held" => ("Stopped by a hold", false),
        _ => ("Withdrawn", false),
    };
    let (id, client, name) = (text(one, "id"), text(one, "client_id"), text(one, "client_name"));
    let whose = if name.is_empty() {
        view! { <p class="break">"Chart " {client}</p> }.drawn()
    } else {
        view! { <p><a href=format!("/clients/{client}")>{name}</a></p> }.drawn()
    };
    let ground = text(one, "ground");
    let ground = GROUNDS.iter().find(|(word, _)| *word == ground).map_or("", |(_, text)| text);
    let by_rule = text(one, "ground") == BY_RULE;
    let kept = Some(text(one, "kept_because")).filter(|words| !words.is_empty());
    let words = Some(text(one, "words")).filter(|words| !words.is_empty());
    let when = if state == "waiting" {
        view! { <p class="hint">"Begins " {moment("due_at")} "."</p> }.drawn()
    } else {
        ().drawn()
    };
    view! {
        <li>
            <div class="consent">
                <div class="grow">
                    {whose}
                    <p class="hint">"Asked for " {moment("requested_at")} ": " {ground} "."</p>
                    {words.map(|words| view! { <p class="break hint">{words}</p> }.drawn())}
                    {kept.map(|words| view! { <p class="break hint">"Kept: " {words}</p> }.drawn())}
                    {when}
                    {(state == "done").then(|| proof(one))}
                </div>
                <span class="badge" class:warn=warn>{badge}</span>
            </div>
            {(state == "waiting").then(|| keep(id.clone(), by_rule, deletions))}
            {(state == "done").then(|| save(&id))}
        </li>
    }
    .drawn()
}

/// What the certificate says.
fn proof(one: &JsValue) -> Drawn {
    let said = statement(&text(one, "certificate"));
    let removed = browser::property(&said, "removed").unwrap_or_default();
    let kept = browser::property(&said, "kept").unwrap_or_default();
    let number = |of: &JsValue, name| {
        browser::property(of, name).and_then(|it| it.as_f64()).unwrap_or_default() as u64
    };
    let rows = browser::property(&removed, "rows").unwrap_or_default();
    let rows: f64 = js_sys::Object::values(&rows.into()).iter().filter_map(|it| it.as_f64()).sum();
    view! {
        <p class="hint">
            "Nothing of it is left since " {time(one, "finished_at").map(|at| view! { <Moment at/> })} ". Removed: "
            {rows as u64} " rows, " {number(&removed, "objects")} " stored parts of recordings. Sessions with others stay: "
            {number(&kept, "sessions_with_others")} "."
        </p>
    }
    .drawn()
}

fn keep(id: String, by_rule: bool, deletions: Loaded<String>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let withdraw = move |filled: String| {
        let call = Call::post(format!("/client-deletions/{id}/withdraw")).text(&filled);
        work.run(api.text(call), move |_| {
            notices.say("The chart stays");
            deletions.ask_again();
        });
    };
    let inputs = if by_rule {
        vec![Input {
            hint: "It is put up again in a year. Gone with the chart.",
            ..Input::new("reason", "Why it is kept", Kind::Lines)
        }]
    } else {
        Vec::new()
    };
    view! { <Form inputs label="Keep the chart" work on_send=withdraw/> }.drawn()
}

fn save(id: &str) -> Drawn {
    let work = Work::new();
    let path = format!("/client-deletions/{id}");
    view! {
        <div class="actions">{save_button("Save the certificate", path, "deletion-certificate.json", work)}</div>
        <Refusal of=work.failure()/>
    }
    .drawn()
}
