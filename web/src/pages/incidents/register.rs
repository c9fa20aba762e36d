//! The register of incidents, and opening one.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsValue;

use super::{clocks, forms};
use crate::{
    api::{Call, SignedIn, browser, list, read, text, time},
    components::{Empty, Fetch, Form, Moment, PageTitle, Work, fetched},
};

/// The page.
#[component]
pub fn IncidentsPage() -> impl IntoView {
    let incidents =
        fetched(|api| async move { api.text(Call::get("/governance/incidents?limit=200")).await });
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <PageTitle title="Incidents".to_owned()/>
                    <p class="lead">"What went wrong, or may have. The days are counted from when the first of you knew."</p>
                </div>
            </div>
            {opening()}
            <section class="card" aria-labelledby="incidents-title">
                <h2 id="incidents-title">"Register"</h2>
                <Fetch of=incidents view=move |answer: String| {
                    let items = list(&read(&answer), "items");
                    if items.length() == 0 {
                        return view! { <Empty icon="shield" title="Nothing has happened"/> }.drawn();
                    }
                    view! { <ul class="plain">{items.iter().map(|one| row(&one)).collect_view()}</ul> }.drawn()
                }/>
            </section>
        </div>
    }
    .drawn()
}

fn opening() -> Drawn {
    let api = expect_context::<SignedIn>();
    let navigate = use_navigate();
    let work = Work::new();
    let send = move |filled: String| {
        let call = Call::post("/governance/incidents").text(&forms::sent(&read(&filled), None));
        let navigate = navigate.clone();
        work.run(api.text(call), move |answer| {
            navigate(
                &format!("/incidents/{}", text(&read(&answer), "id")),
                leptos_router::NavigateOptions::default(),
            );
        });
    };
    view! {
        <details class="card">
            <summary>"Something has happened"</summary>
            <p>"Write it down as soon as anybody suspects it. It is taken for a breach until you decide otherwise; nothing is lost if it was none."</p>
            <Form inputs=forms::opening() label="Open the incident" work on_send=send/>
        </details>
    }
    .drawn()
}

fn row(one: &JsValue) -> Drawn {
    let opened = browser::property(one, "opened").unwrap_or_default();
    let next = list(one, "duties").iter().find(|duty| text(duty, "done_on").is_empty());
    let next = next.map(|duty| {
        let late = clocks::is_late(&duty);
        view! { <span class="badge" class:warn=!late class:bad=late>{clocks::left(&duty)}</span> }.drawn()
    });
    view! {
        <li>
            <div class="consent">
                <div class="grow">
                    <p>
                        <a href=format!("/incidents/{}", text(one, "id"))>{forms::called(&forms::KINDS, &text(&opened, "kind"))}</a>
                    </p>
                    <p class="hint">
                        {state(&text(one, "state"))} ", known since "
                        {time(one, "discovered_at").map(|at| view! { <Moment at/> })}
                    </p>
                </div>
                {next}
            </div>
        </li>
    }
    .drawn()
}

/// How far it is, from the word that travels.
pub fn state(word: &str) -> &'static str {
    match word {
        "closed" => "Closed",
        "assessed" => "Decided",
        _ => "To be decided",
    }
}
