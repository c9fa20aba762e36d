//! One's own emergency access: finding a client whom one does not see, opening their chart for an hour, and saying
//! afterwards what was done.

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsValue;

use super::{empty, id, items};
use crate::{
    api::{Call, SignedIn, flag, text, time},
    components::{Fetch, Form, Kind, Loaded, Moment, PageTitle, Work, fetched},
    state::{Emergencies, Notices},
};

/// The page.
#[component]
pub fn EmergencyPage() -> impl IntoView {
    let found = RwSignal::new(None::<(String, String)>);
    let own = fetched(|api| async move { api.text(Call::get("/me/emergency-access")).await });
    view! {
        <div class="page">
            <div class="page-head"><PageTitle title="Emergency access".to_owned()/></div>
            <Fetch of=own view=move |answer: String| {
                let ended: Vec<_> = items(&answer).into_iter().filter(|one| !flag(one, "active")).collect();
                ended.iter().map(|one| attestation(one, own)).collect_view().drawn()
            }/>
            <section class="card">
                <h2>"Open a chart in an emergency"</h2>
                {changing(move || match found.get() {
                    None => whom(found),
                    Some((id, initials)) => why(id, &initials),
                })}
            </section>
        </div>
    }
    .drawn()
}

fn whom(found: RwSignal<Option<(String, String)>>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let nobody = RwSignal::new(false);
    let send = move |filled: String| {
        nobody.set(false);
        let call = Call::new("POST", "/emergency-access/search").text(&filled);
        work.run(api.text(call), move |answer| match items(&answer).first() {
            Some(one) => found.set(Some((id(one), text(one, "initials")))),
            None => nobody.set(true),
        });
    };
    let inputs = vec![
        empty("given_name", "First name", "", Kind::Line("text")),
        empty("family_name", "Last name", "", Kind::Line("text")),
        empty("date_of_birth", "Date of birth", "", Kind::Line("date")),
    ];
    view! {
        <p>"For somebody who is in danger and whose chart you do not see. All three have to be exact."</p>
        <Form inputs label="Find" work on_send=send/>
        <p role="status">{changing(move || nobody.get().then_some("There is nobody with this name and date of birth."))}</p>
    }
    .drawn()
}

fn why(id: String, initials: &str) -> Drawn {
    let api = expect_context::<SignedIn>();
    let emergencies = expect_context::<Emergencies>();
    let work = Work::new();
    let navigate = use_navigate();
    let path = format!("/clients/{id}");
    let send = move |filled: String| {
        let call = Call::new("POST", format!("/clients/{id}/emergency-access")).text(&filled);
        let (navigate, path) = (navigate.clone(), path.clone());
        work.run(api.text(call), move |_| {
            emergencies.changed();
            navigate(&path, NavigateOptions { replace: true, ..NavigateOptions::default() });
        });
    };
    let inputs = vec![empty("reason", "Why can this not wait?", "The owners read it.", Kind::Lines)];
    let lead = format!(
        "Found: {initials} The chart opens for one hour. The owners are told at once, and everything you open is recorded."
    );
    view! { <p>{lead}</p><Form inputs label="Open the chart" work on_send=send/> }.drawn()
}

fn attestation(one: &JsValue, own: Loaded<String>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let emergencies = expect_context::<Emergencies>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let this = id(one);
    let send = move |filled: String| {
        let call = Call::post(format!("/emergency-access/{this}/attestation")).text(&filled);
        work.run(api.text(call), move |_| {
            notices.say("Thank you. Somebody else will look at it");
            emergencies.changed();
            own.ask_again();
        });
    };
    let inputs = vec![empty("text", "In your words", "It stays as you send it.", Kind::Lines)];
    view! {
        <section class="card">
            <h2>"What did you do?"</h2>
            <p>"You opened a chart " {time(one, "begun_at").map(|at| view! { <Moment at/> })} "."</p>
            <Form inputs label="Send" work on_send=send/>
        </section>
    }
    .drawn()
}
