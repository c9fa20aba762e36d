//! Where one is signed in, and ending that.

use crate::drawn::{Draw, Drawn};
use crate::{
    api::{Device, SignedIn},
    components::{Fetch, Moment, Refusal, Work, fetched},
};
use leptos::prelude::*;

/// The card.
#[component]
pub fn Devices() -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let sign_ins = fetched(|api| async move { api.list_devices().await });
    let work = Work::new();
    let end = Callback::new(move |id: String| {
        work.run(async move { api.end_device(id).await }, move |()| sign_ins.ask_again());
    });
    view! {
        <section class="card" aria-labelledby="devices-title">
            <h2 id="devices-title">"Where you are signed in"</h2>
            <Refusal of=work.failure()/>
            <Fetch
                of=sign_ins
                view={move |devices: Vec<Device>| {
                    let others = devices.len() > 1;
                    view! {
                        <ul class="plain">{devices.into_iter().map(|one| row(one, end)).collect_view()}</ul>
                        {others.then(|| button("Sign out everywhere else".to_owned(), String::new(), end))}
                    }
                    .drawn()
                }}
            />
        </section>
    }
    .drawn()
}

fn row(one: Device, end: Callback<String>) -> Drawn {
    let last = if one.is_current {
        view! { <span class="badge">"This device"</span> }.drawn()
    } else {
        button(format!("Sign out {}", one.device), one.id, end)
    };
    view! {
        <li class="consent">
            <div class="grow">
                <p><strong>{one.device}</strong></p>
                <p class="hint">{one.network} ", last used " {one.last_used_at.map(|at| view! { <Moment at/> })}</p>
            </div>
            {last}
        </li>
    }
    .drawn()
}

fn button(label: String, id: String, end: Callback<String>) -> Drawn {
    view! { <button type="button" on:click=move |_| end.run(id.clone())>{label}</button> }.drawn()
}
