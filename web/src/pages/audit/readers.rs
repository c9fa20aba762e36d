//! Who has seen one client.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use shared::ClientId;
use wasm_bindgen::JsValue;

use crate::{
    api::{Call, browser, list, read, text, time},
    components::{Fetch, Moment, fetched},
    logic::words,
};

const TIMES: [(&str, &str); 4] =
    [("listed", "In lists"), ("viewed", "Opened"), ("changed", "Changed"), ("exported", "Taken away")];

/// The card.
pub fn readers(client: ClientId) -> Drawn {
    let readers =
        fetched(move |api| async move { api.text(Call::get(format!("/clients/{client}/readers"))).await });
    view! {
        <section class="card" aria-labelledby="readers-title">
            <h2 id="readers-title">"Who has seen this client"</h2>
            <Fetch of=readers view=move |answer: String| {
                let rows: Vec<_> = list(&read(&answer), "items").iter().map(|one| row(client, &one)).collect();
                view! {
                    <div class="table" tabindex="0" role="region" aria-label="Table of readers">
                        <table>
                            <thead>
                                <tr>
                                    <th scope="col">"Who"</th>
                                    <th scope="col">"First"</th>
                                    <th scope="col">"Last"</th>
                                    {TIMES.map(|(_, title)| view! { <th scope="col">{title}</th> })}
                                    <th scope="col"><span class="visually-hidden">"Events"</span></th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }
                .drawn()
            }/>
        </section>
    }
    .drawn()
}

fn row(client: ClientId, one: &JsValue) -> Drawn {
    let (user, name) = (text(one, "user_id"), text(one, "name"));
    let who = match (name.is_empty(), user.is_empty()) {
        (false, _) => name,
        (true, false) => super::tail(&user),
        (true, true) => words::spaced(&text(one, "actor").replace([':', '-'], " ")),
    };
    let events = (!user.is_empty()).then(|| {
        let address = format!("/audit?client_id={client}&user_id={user}");
        view! { <a href=address rel="external" aria-label=format!("Events of {who}")>"Events"</a> }.drawn()
    });
    let times = TIMES.map(|(name, _)| {
        let times = browser::property(one, name).and_then(|it| it.as_f64()).unwrap_or_default();
        view! { <td>{times as u32}</td> }.drawn()
    });
    let at = |name| time(one, name).map(|at| view! { <Moment at/> });
    view! { <tr><td>{who.clone()}</td><td>{at("first_at")}</td><td>{at("last_at")}</td>{times.into_iter().collect::<Vec<_>>()}<td>{events}</td></tr> }
        .drawn()
}
