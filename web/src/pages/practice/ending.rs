//! The end of the practice: asked for, withdrawn, and shown to whoever has the link.

use crate::drawn::{Draw, Drawn, changing};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;
use wasm_bindgen::JsValue;

use crate::{
    api::{Anonymous, Call, Failure, SignedIn, browser, read, text, time},
    components::{
        Fetch, Form, Input, Kind, Loaded, Moment, PageTitle, Refusal, RefusalOf, Work, fetched, skeleton,
    },
    pages::entrance::Card,
    state::Notices,
};

const PATH: &str = "/practice/deletion";

/// The card on the practice's page.
pub fn ending() -> Drawn {
    let status = fetched(|api| async move { api.text(Call::get(PATH)).await });
    view! {
        <section class="card" aria-labelledby="ending-title">
            <h2 id="ending-title">"Delete the practice"</h2>
            <Fetch of=status view=move |answer: String| {
                let answer = read(&answer);
                match browser::property(&answer, "waiting").filter(JsValue::is_object) {
                    Some(deletion) => waiting(&deletion, status),
                    None => ask(time(&answer, "exported_at").is_some(), status),
                }
            }/>
        </section>
    }
    .drawn()
}

fn ask(exported: bool, status: Loaded<String>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let inputs = vec![Input {
        name: "practice_name",
        label: "Name of the practice",
        hint: "As a sign that this one is meant.",
        kind: Kind::Line("text"),
        value: String::new(),
        optional: false,
    }];
    let send = move |filled: String| {
        work.run(api.text(Call::new("POST", PATH).text(&filled)), move |_| status.ask_again());
    };
    let first = (!exported)
        .then_some("Save everything of the practice first: an archive made within 30 days is asked for.");
    view! {
        <p>"Every client, session, recording, transcript and note is removed, in 14 days, and nobody can bring them back. The law may ask you to keep charts for years: the archive is where you do."</p>
        <p class="hint">{first}</p>
        <Form inputs label="Delete in 14 days" work on_send=send/>
    }
    .drawn()
}

fn waiting(deletion: &JsValue, status: Loaded<String>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let keep = move |_| {
        work.run(api.text(Call::new("DELETE", PATH)), move |_| {
            notices.say("The practice stays");
            status.ask_again();
        });
    };
    let proof = format!("/deletions/{}", text(deletion, "id"));
    view! {
        <p class="banner warn"><span>"Everything will be deleted on " {time(deletion, "due_at").map(|at| view! { <Moment at/> })} "."</span></p>
        <p>"Keep this link: " <a href=proof>"the proof that nothing is left"</a> ", when that is so. It was mailed to the owners as well."</p>
        <Refusal of=work.failure()/>
        <div class="actions"><button type="button" class="primary" on:click=keep>"Keep the practice"</button></div>
    }
    .drawn()
}

/// The page that the link leads to.
#[component]
pub fn DeletionPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    let path = format!("/deletions/{id}");
    let answer = RwSignal::new(None::<Result<String, Failure>>);
    spawn_local(async move {
        let said = Anonymous.text(Call::get(path)).await;
        answer.try_set(Some(said));
    });
    view! {
        <Card>
            <PageTitle title="Deletion of a practice".to_owned()/>
            {changing(move || match answer.get() {
                None => skeleton(),
                Some(Err(failure)) => view! { <RefusalOf failure/> }.drawn(),
                Some(Ok(answer)) => show(&read(&answer)),
            })}
        </Card>
    }
    .drawn()
}

fn show(deletion: &JsValue) -> Drawn {
    let moment = |name| time(deletion, name).map(|at| view! { <Moment at/> });
    match text(deletion, "state").as_str() {
        "done" => {
            let file = format!("/api/v1/deletions/{}", text(deletion, "id"));
            let statement = statement(&text(deletion, "certificate"));
            let removed = browser::property(&statement, "removed").unwrap_or_default();
            let rows = browser::property(&removed, "rows").unwrap_or_default();
            let rows: f64 = js_sys::Object::values(&rows.into()).iter().filter_map(|it| it.as_f64()).sum();
            let count = |name| {
                browser::property(&removed, name).and_then(|it| it.as_f64()).unwrap_or_default() as u64
            };
            view! {
                <p class="lead">"Nothing of it is left since " {moment("finished_at")} "."</p>
                <ul class="plain">
                    <li>"Rows removed: " {rows as u64}</li>
                    <li>"Stored parts of recordings removed: " {count("objects")}</li>
                    <li>"Accounts of people in no other practice removed: " {count("accounts")}</li>
                    <li>"Keys destroyed, without which no copy can be read: " {count("keys")}</li>
                    <li>"Found when it was all looked for once more: nothing"</li>
                </ul>
                <p>"The audit trail stays: times and numbers, no names."</p>
                <p><a class="button primary" href=file download="deletion-certificate.json" rel="external">"Save the certificate"</a></p>
                <p class="hint">"Signed by this server. Anybody can check it with the public key in it."</p>
            }
            .drawn()
        }
        "underway" => view! { <p class="lead">"It is under way. This takes a few minutes."</p> }.drawn(),
        "withdrawn" => view! { <p class="lead">"It was withdrawn. The practice stays."</p> }.drawn(),
        _ => view! { <p class="lead">"It begins " {moment("due_at")} "."</p> }.drawn(),
    }
}

/// What a certificate says: the middle of a JWS (RFC 7515 §7.1). Whether it is the server's, others check.
pub fn statement(certificate: &str) -> JsValue {
    let middle = certificate.split('.').nth(1).unwrap_or_default().replace('-', "+").replace('_', "/");
    let said = browser::window().atob(&middle).unwrap_or_default();
    read(&said)
}
