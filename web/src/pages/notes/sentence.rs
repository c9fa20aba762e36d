//! One sentence: its words, whose they are, and what supports them.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;
use shared::notes::Origin;

use super::{
    editor::{Draft, Editor, Part},
    evidence::{Quotes, sources},
};
use crate::{
    components::{Autogrow, Icon},
    pages::sessions::{Desk, Player},
};

/// The row that is open, so that only one shows its quotes.
#[derive(Debug, Clone, Copy)]
pub struct Open(pub RwSignal<Option<u32>>);

/// The row.
#[component]
pub fn SentenceRow(draft: Draft, part: Part, editor: Editor, desk: Desk, player: Player) -> impl IntoView {
    let open = expect_context::<Open>().0;
    let is_open = Memo::new(move |_| open.get() == Some(draft.row));
    let focused = move |_| {
        if open.get_untracked() != Some(draft.row) {
            open.set(Some(draft.row));
            desk.evidence.set(draft.evidence.get_untracked());
        }
    };
    let title = part.name.with_value(|(_, title)| title.clone());
    let count = move || draft.evidence.with(Vec::len);
    view! {
        <li class="sentence" class:open=is_open data-sentence="" on:focusin=focused>
            <Autogrow
                label=format!("{title}, sentence")
                value=draft.text
                area=draft.area
                on_change=move |()| editor.typed(part, draft)
            />
            <div class="sentence-foot">
                <OriginBadge origin=draft.origin/>
                {changing(move || if count() > 0 {
                    view! {
                        <button
                            type="button"
                            class="quiet small"
                            aria-expanded=move || is_open.get().to_string()
                            on:click=move |_| {
                                open.set(Some(draft.row));
                                desk.evidence.set(draft.evidence.get_untracked());
                            }
                        >
                            <Icon name="quote"/>
                            {sources(count())}
                        </button>
                    }
                    .drawn()
                } else {
                    ().drawn()
                })}
                <span class="grow"></span>
                <button
                    type="button"
                    class="quiet square small sentence-delete"
                    aria-label="Delete this sentence"
                    on:click=move |_| {
                        desk.evidence.set(Vec::new());
                        editor.delete(part, draft);
                    }
                >
                    <Icon name="trash"/>
                </button>
            </div>
            {changing(move || (is_open.get() && count() > 0).then(|| view! {
                <Quotes evidence=draft.evidence desk player/>
            }))}
        </li>
    }
    .drawn()
}

/// Whose words.
#[component]
pub fn OriginBadge(
    /// Whose.
    #[prop(into)]
    origin: Signal<Origin>,
) -> impl IntoView {
    let ai = Memo::new(move |_| origin.get() == Origin::Ai);
    view! {
        <span class="badge" class:accent=ai>{changing(move || if ai.get() { "AI extract" } else { "Yours" })}</span>
    }
    .drawn()
}
