//! The room of one incident: its clocks, what is decided, whose data it was, and what came when.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::permissions::Permission;
use wasm_bindgen::JsValue;

use super::{
    clocks, forms, people,
    register::state,
    task::{Desk, Task},
    timeline,
};
use crate::{
    api::{Call, browser, read, text, time},
    components::{Fetch, Icon, Moment, PageTitle, Refusal, Work, fetched, save_button},
    state::Session,
};

/// The page.
#[component]
pub fn IncidentPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    let session = expect_context::<Session>();
    let incident = id.clone();
    let room = fetched(move |api| {
        let path = format!("/governance/incidents/{id}");
        async move { api.text(Call::get(path)).await }
    });
    let people = fetched(move |api| {
        let may = session.may(Permission::ReadPeople);
        async move { if may { api.text(Call::get("/users?limit=200")).await } else { Ok(String::from("{}")) } }
    });
    let desk = Desk::new(incident, room);
    view! {
        <div class="page">
            <a class="back" href="/incidents"><Icon name="back"/>"Incidents"</a>
            <div class="page-head"><PageTitle title="Breach room".to_owned()/></div>
            <Fetch of=people view=move |people: String| view! {
                <Fetch of=room view=move |answer: String| drawn(&read(&answer), &people, desk)/>
            }/>
            {desk.dialog()}
        </div>
    }
    .drawn()
}

fn drawn(incident: &JsValue, everybody: &str, desk: Desk) -> Drawn {
    let opened = browser::property(incident, "opened").unwrap_or_default();
    let open = text(incident, "state") != "closed";
    let decided = browser::property(incident, "assessment").filter(JsValue::is_object);
    let decided = decided.map(|it| forms::called(&forms::DECISIONS, &text(&it, "decision")));
    view! {
        <section class="card" aria-labelledby="what-title">
            <div class="card-head">
                <h2 id="what-title">{forms::called(&forms::KINDS, &text(&opened, "kind"))}</h2>
                <span class="badge" class:warn=open>{state(&text(incident, "state"))}</span>
            </div>
            <p class="break">{text(&opened, "what")}</p>
            <p class="hint">
                {forms::called(&forms::SEVERITIES, &text(&opened, "severity"))} " severity. Known since "
                {time(incident, "discovered_at").map(|at| view! { <Moment at/> })}
                {time(&opened, "happened_at").map(|at| view! { ", happened " <Moment at/> })} "."
            </p>
            <p>{decided.unwrap_or("Nobody has decided yet: it is taken for a breach.")}</p>
        </section>
        <section class="card" aria-labelledby="clocks-title">
            <h2 id="clocks-title">"Clocks"</h2>
            <p class="hint">
                "Everybody is told without unreasonable delay; the last day is no target. Federal rules, looked at on "
                {crate::components::day_in(incident, "rules_looked_at")} ", in " {text(incident, "time_zone")}
                ". States may give less time: ask your counsel."
            </p>
            {clocks::wall(incident, desk)}
        </section>
        {people::people(incident, everybody, desk)}
        {open.then(|| steps(decided.is_some(), desk))}
        {file(&text(incident, "id"))}
        <section class="card" aria-labelledby="timeline-title">
            <h2 id="timeline-title">"Timeline"</h2>
            <p class="hint">"Nothing here is changed or removed."</p>
            {timeline::timeline(incident, everybody)}
        </section>
    }
    .drawn()
}

/// What can be added.
fn steps(decided: bool, desk: Desk) -> Drawn {
    let step = |title: &'static str, label, entry, inputs| {
        desk.button(title, "", Task { title: title.to_owned(), label, entry, inputs, known: Vec::new() })
    };
    view! {
        <section class="card" aria-labelledby="steps-title">
            <h2 id="steps-title">"Write down"</h2>
            <div class="row">
                {step("Decide whether it is a breach", "Decide", "assessed", forms::decision())}
                {step("Somebody knew earlier", "Move the clocks", "discovered", forms::earlier())}
                {step("An official asks to wait", "Write it down", "delayed", forms::delay())}
                {step("Something to know", "Write it down", "noted", forms::note())}
                {decided.then(|| step("Close it", "Close the incident", "closed", forms::closing()))}
            </div>
        </section>
    }
    .drawn()
}

/// Everything as one file, for whoever asks for proof.
fn file(incident: &str) -> Drawn {
    let work = Work::new();
    let path = format!("/governance/incidents/{incident}/file");
    view! {
        <section class="card" aria-labelledby="file-title">
            <h2 id="file-title">"File"</h2>
            <p class="hint">
                "Everything that stands here as one PDF: whoever is asked has to show that everybody was told, or why it was no breach."
            </p>
            <Refusal of=work.failure()/>
            <div class="actions">{save_button("Save the file", path, "incident.pdf", work)}</div>
        </section>
    }
    .drawn()
}
