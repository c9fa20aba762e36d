//! What is decided about how long a client's chart stays, told plainly above it.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use shared::ClientId;
use wasm_bindgen::JsValue;

use crate::{
    api::{Call, read, time},
    components::{Icon, Moment, fetched},
};

/// Nothing, where nothing is decided.
pub fn keeping(client: ClientId) -> Drawn {
    let retention = fetched(move |api| api.text(Call::get(format!("/clients/{client}/retention"))));
    (move || retention.here().map(|answer: String| banners(&read(&answer)))).drawn()
}

fn banners(retention: &JsValue) -> Drawn {
    time(retention, "held_since")
        .map(|at| {
            view! {
                <p class="banner warn"><Icon name="lock"/><span>
                    "On legal hold since " <Moment at/> ": nothing of this chart is removed."
                </span></p>
            }
        })
        .drawn()
}
