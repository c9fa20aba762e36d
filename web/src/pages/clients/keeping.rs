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
    let banner = |name, icon, begin: &'static str, end: &'static str| {
        time(retention, name).map(|at| {
            view! { <p class="banner warn"><Icon name=icon/><span>{begin} <Moment at/> {end}</span></p> }
                .drawn()
        })
    };
    view! {
        {banner("held_since", "lock", "On legal hold since ", ": nothing of this chart is removed.")}
        {banner("deleted_at", "trash", "This chart will be deleted on ", ".")}
    }
    .drawn()
}
