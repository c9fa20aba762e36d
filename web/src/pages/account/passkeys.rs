//! The own passkeys, as they stand in the card of the second step.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;

use super::ask::Ask;
use crate::{
    api::{Passkey, passkey},
    components::Moment,
};

/// The list, and a button for one more.
pub fn passkeys(own: Vec<Passkey>, ask: Callback<Ask>) -> Drawn {
    let words = if own.is_empty() {
        "A passkey signs you in with your finger, face or screen lock in place of a password, and nobody can get it out of you by a forged page."
    } else {
        ""
    };
    view! {
        <h3>"Passkeys"</h3>
        <p>{words}</p>
        <ul class="plain">{own.into_iter().map(|one| row(one, ask)).collect_view()}</ul>
        {if passkey::are_here() {
            view! { <div class="actions">{button(Ask::Add, String::new(), ask)}</div> }.drawn()
        } else {
            view! { <p class="hint">"This browser has no passkeys, or this address cannot have any."</p> }.drawn()
        }}
    }
    .drawn()
}

fn row(one: Passkey, ask: Callback<Ask>) -> Drawn {
    let (rename, drop) = (Ask::Rename(one.id.clone()), Ask::Drop(one.id));
    view! {
        <li class="consent">
            <div class="grow">
                <p class="break"><strong>{one.name.clone()}</strong></p>
                <p class="hint">
                    {one.last_used_at.map_or_else(
                        || view! { "Not used yet" }.drawn(),
                        |at| view! { "Last used " <Moment at/> }.drawn(),
                    )}
                </p>
            </div>
            <div class="actions">{button(rename, one.name.clone(), ask)}{button(drop, one.name, ask)}</div>
        </li>
    }
    .drawn()
}

/// A button that asks; a screen reader hears of what.
pub fn button(what: Ask, of: String, ask: Callback<Ask>) -> Drawn {
    let label = what.label();
    view! {
        <button type="button" aria-label=format!("{label} {of}").trim_end().to_owned() on:click=move |_| ask.run(what.clone())>
            {label}
        </button>
    }
    .drawn()
}
