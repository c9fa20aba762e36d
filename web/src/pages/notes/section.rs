//! One section of a note that is being written.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;

use super::{
    editor::{Editor, Part},
    sentence::SentenceRow,
};
use crate::{
    components::Icon,
    logic::note,
    pages::sessions::{Desk, Player},
};

/// The section.
#[component]
pub fn SectionPart(part: Part, editor: Editor, desk: Desk, player: Player) -> impl IntoView {
    let (key, title) = part.name.get_value();
    let prompt = note::prompt(editor.format, &key);
    let prominent = note::is_prominent(&key);
    let empty = Memo::new(move |_| part.sentences.with(Vec::is_empty));
    let heading = format!("section-{key}");
    let add_label = format!("Add a sentence to {title}");
    view! {
        <section
            class="note-section"
            class:prominent=move || prominent && !empty.get()
            class:risk=key == "risk"
            aria-labelledby=heading.clone()
        >
            <h3 id=heading.clone()>{(key == "risk").then(|| view! { <Icon name="alert"/> })}{title}</h3>
            <ul class="sentences">
                <For each=move || part.sentences.get() key=|draft| draft.row let:draft>
                    <SentenceRow draft part editor desk player/>
                </For>
            </ul>
            {changing(move || empty.get().then(|| view! { <p class="prompt">{prompt}</p> }))}
            <div class="row section-foot" role="status">
                {changing(move || part.deleted.get().is_some().then(|| view! {
                    <span class="hint">"Sentence deleted."</span>
                    <button type="button" class="quiet small" on:click=move |_| editor.undo(part)>"Undo"</button>
                }))}
            </div>
            <button type="button" class="quiet small add-sentence" aria-label=add_label on:click=move |_| editor.add(part)>
                <Icon name="plus"/>
                "Add sentence"
            </button>
        </section>
    }
    .drawn()
}
