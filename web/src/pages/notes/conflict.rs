//! How saving stands, in a word, and what to do when two people wrote at once.

use crate::drawn::{Draw, changing};
use leptos::{prelude::*, task::spawn_local};

use super::editor::{Editor, Saved};
use crate::components::Icon;

/// `Saved`, `Saving…`, `Not saved`.
#[component]
pub fn SavedWord(editor: Editor) -> impl IntoView {
    let word = move || match editor.saved.get() {
        Saved::Yes => "Saved",
        Saved::Soon | Saved::Saving => "Saving…",
        Saved::No(_) | Saved::Conflict => "Not saved",
    };
    let bad = move || matches!(editor.saved.get(), Saved::No(_) | Saved::Conflict);
    view! { <span class="saved" class:bad=bad role="status">{word}</span> }
}

/// What stands in the way of saving.
#[component]
pub fn Conflict(editor: Editor) -> impl IntoView {
    view! {
        <div role="alert">
            {changing(move || match editor.saved.get() {
                Saved::Conflict => Some(
                    view! {
                        <div class="banner warn">
                            <Icon name="alert"/>
                            <div class="grow">
                                <p>"This note was changed in another window. What you wrote is still here."</p>
                                <div class="row">
                                    <button type="button" on:click=move |_| editor.keep_mine()>"Keep my version"</button>
                                    <button type="button" on:click=move |_| editor.take_theirs()>"Load the newest"</button>
                                </div>
                            </div>
                        </div>
                    }
                    .drawn(),
                ),
                Saved::No(failure) => Some(
                    view! {
                        <div class="banner bad">
                            <Icon name="alert"/>
                            <div class="grow">
                                <p>{failure.sentence()} " What you wrote stays here."</p>
                            </div>
                            <button type="button" on:click=move |_| spawn_local(editor.save())>"Save again"</button>
                        </div>
                    }
                    .drawn(),
                ),
                _ => None,
            })}
        </div>
    }
    .drawn()
}
