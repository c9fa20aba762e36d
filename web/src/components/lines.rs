//! A form of a few lines and a button. Drawn in one place, whatever it asks, because each shape of view is code
//! of its own in the app's first load.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;

use super::{Field, Refusal, Submit, Work};

/// A line of a form.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// The label.
    pub label: &'static str,
    /// The id; also the name in the request.
    pub id: &'static str,
    /// The kind of input, and what the browser may fill in.
    pub kind: (&'static str, &'static str),
    /// What helps to fill it in.
    pub hint: &'static str,
}

impl Line {
    /// The line on the page; `first` takes the focus.
    pub fn draw(self, value: RwSignal<String>, problem: Signal<Option<String>>, first: bool) -> Drawn {
        let Self { label, id, kind: (kind, autocomplete), hint } = self;
        view! { <Field label id kind autocomplete hint value problem required=true autofocus=first/> }.drawn()
    }
}

/// The form.
pub fn form(lines: Vec<Drawn>, label: &'static str, work: Work, send: Box<dyn Fn()>) -> Drawn {
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        send();
    };
    view! {
        <form on:submit=submit>
            {lines}
            <Refusal of=work.failure()/>
            <div class="actions"><Submit label work/></div>
        </form>
    }
    .drawn()
}

/// A button.
pub fn button(label: &'static str, class: &'static str, press: Box<dyn Fn()>) -> Drawn {
    view! { <button type="button" class=class on:click=move |_| press()>{label}</button> }.drawn()
}
