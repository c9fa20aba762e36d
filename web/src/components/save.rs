//! A button that saves what the server answers as a file.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;

use super::Work;
use crate::api::{Call, SignedIn, browser};

/// The button: what it says, what it asks for, what the file is called.
pub fn save_button(label: &'static str, path: String, name: &'static str, work: Work) -> Drawn {
    let api = expect_context::<SignedIn>();
    let save = move |_| {
        work.run(api.file(Call::get(path.clone())), move |file| browser::save_file(name, &file));
    };
    view! {
        <button type="button" aria-busy=move || work.is_busy().then_some("true") on:click=save>{label}</button>
    }
    .drawn()
}
