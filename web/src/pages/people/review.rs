//! Looking again at who may do what: keep or remove, a list for outside.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use shared::permissions::{Permission, Role};
use wasm_bindgen::JsValue;

use crate::{
    api::{Call, SignedIn, browser, flag, list, read, text, time},
    components::{Fetch, Loaded, Moment, PageTitle, Refusal, Work, fetched},
    logic::words,
    state::Session,
};

/// The page.
#[component]
pub fn ReviewPage() -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let people = fetched(|api| async move { api.text(Call::get("/access-reviews?limit=200")).await });
    let work = Work::new();
    let save = move |_| {
        work.run(api.text(Call::get("/access-reviews?format=csv")), |csv| {
            browser::save("access-review.csv", "text/csv", &csv);
        });
    };
    view! {
        <div class="page">
            <div class="page-head">
                <PageTitle title="Access review".to_owned()/>
                <button type="button" on:click=save>"Save as CSV"</button>
            </div>
            <Refusal of=work.failure()/>
            <section class="card">
                <p>"Does everybody still need what they have? Somebody is due when nobody has looked for as long as the practice has set."</p>
                <Fetch of=people view=move |answer: String| {
                    let items = list(&read(&answer), "items");
                    view! { <ul class="plain">{items.iter().map(|one| row(&one, people)).collect_view()}</ul> }.drawn()
                }/>
            </section>
        </div>
    }
    .drawn()
}

fn row(one: &JsValue, people: Loaded<String>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let session = expect_context::<Session>();
    let work = Work::new();
    let (id, name) = (text(one, "id"), text(one, "name"));
    let is_me = session.me_untracked().is_some_and(|me| me.user.id.to_string() == id);
    let own = browser::property(one, "own_role").map(|own| text(&own, "name"));
    let role = own.unwrap_or_else(|| {
        Role::from_word(&text(one, "role")).map(words::role).unwrap_or_default().to_owned()
    });
    let opens: Vec<_> = list(one, "opens")
        .iter()
        .filter_map(|word| Permission::from_word(&word.as_string()?).map(words::permission))
        .collect();
    let last = browser::property(one, "last").and_then(|last| time(&last, "reviewed_at"));
    let decide = move |decision: &'static str| {
        let call =
            Call::post(format!("/access-reviews/{id}")).text(&format!("{{\"decision\":\"{decision}\"}}"));
        work.run(api.text(call), move |_| people.ask_again());
    };
    let keep = decide.clone();
    view! {
        <li class="consent">
            <div class="grow">
                <p>
                    <strong>{name.clone()}</strong> ", " {role} " "
                    {flag(one, "due").then(|| view! { <span class="badge warn">"Due"</span> })} " "
                    {(!flag(one, "second_factor")).then(|| view! { <span class="badge">"No second step"</span> })}
                </p>
                <p class="hint">{opens.join(", ")}</p>
                <p class="hint">
                    "Here since " {time(one, "joined_at").map(|at| view! { <Moment at/> })}
                    {time(one, "last_used_at").map(|at| view! { ", last here " <Moment at/> })}
                    {last.map(|at| view! { ", looked at " <Moment at/> })}
                </p>
                <Refusal of=work.failure()/>
            </div>
            {session.may(Permission::WritePeople).then(|| view! {
                <button type="button" aria-label=format!("Keep {name}") on:click=move |_| keep("keep")>"Keep"</button>
                {(!is_me).then(|| view! {
                    <button type="button" aria-label=format!("Remove {name}") on:click=move |_| decide("remove")>"Remove"</button>
                })}
            })}
        </li>
    }
    .drawn()
}
