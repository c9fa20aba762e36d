//! A few people, of whom some can be taken out and others put in.

use crate::drawn::Draw;
use leptos::prelude::*;

use super::Choice;

/// Somebody: their id, their name, and what stands beside it.
pub type Member = (String, String, String);

/// The people, and a drop-down of those who could be there too.
#[component]
pub fn Members(
    /// What the drop-down is called.
    label: String,
    /// Its id.
    id: String,
    /// Who is there.
    here: Vec<Member>,
    /// Who could be: empty where nothing can be changed.
    others: Vec<Member>,
    /// Called with the id of somebody, and whether they are to be there.
    on_change: Callback<(String, bool)>,
    /// Whether a change is under way.
    busy: Signal<bool>,
) -> impl IntoView {
    let may = !others.is_empty();
    let mut options = vec![(String::new(), "Add somebody".to_owned())];
    let absent = others.into_iter().filter(|(id, ..)| !here.iter().any(|(there, ..)| there == id));
    options.extend(absent.map(|(id, name, beside)| (id, format!("{name} ({beside})"))));
    let chosen = RwSignal::new(String::new());
    let add = move |id: String| {
        if !id.is_empty() {
            chosen.set(id.clone());
            on_change.run((id, true));
        }
    };
    view! {
        <ul class="plain members">
            {here
                .into_iter()
                .map(|(id, name, beside)| view! {
                    <li>
                        <span class="grow">{name.clone()} " " <small class="hint">{beside}</small></span>
                        {may.then(|| view! {
                            <button
                                type="button" class="quiet" aria-label=format!("Remove {name}")
                                disabled=move || busy.get()
                                on:click=move |_| on_change.run((id.clone(), false))
                            >
                                <super::Icon name="cross"/>
                            </button>
                        })}
                    </li>
                })
                .collect_view()}
        </ul>
        {(options.len() > 1).then(|| view! {
            <Choice label id options value=chosen.into() on_choose=add quiet=true disabled=busy/>
        })}
    }
    .drawn()
}
