//! Transcript on the left, note on the right; on a phone one at a time.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;

use super::{
    Desk, Player, keys::use_keys, player::PlayerBar, sound::SoundAdvice, transcript::TranscriptPane,
};
use crate::{components::Moment, pages::notes::NotePane};

/// The workspace.
#[component]
pub fn Workspace(
    /// The session.
    desk: Desk,
) -> impl IntoView {
    let player = Player::new();
    provide_context(player);
    use_keys(desk, player);
    let on_note = RwSignal::new(true);
    let recording = Memo::new(move |_| desk.recording.here().flatten());
    let sound = Memo::new(move |_| recording.with(|one| one.as_ref().map(|one| (one.id, one.duration_ms))));
    view! {
        <div class="workspace" class:on-note=move || on_note.get()>
            <div class="panes" role="group" aria-label="Show">
                <button type="button" aria-pressed=move || (!on_note.get()).to_string() on:click=move |_| on_note.set(false)>
                    "Transcript"
                </button>
                <button type="button" aria-pressed=move || on_note.get().to_string() on:click=move |_| on_note.set(true)>
                    "Note"
                </button>
            </div>
            <div class="sound">
                {changing(move || sound.get().and(recording.get_untracked()).map(|recording| match recording.sound_removed_at {
                    Some(at) => view! {
                        <p class="hint">"The sound was removed " <Moment at/> ", as your practice has set."</p>
                    }.drawn(),
                    None => view! { <PlayerBar recording player/> }.drawn(),
                }))}
                <SoundAdvice desk/>
            </div>
            <section class="pane pane-transcript" aria-labelledby="transcript-title" tabindex="-1">
                <h2 id="transcript-title" class="visually-hidden">"Transcript"</h2>
                <TranscriptPane desk player/>
            </section>
            <section class="pane pane-note" aria-labelledby="note-title" tabindex="-1">
                <NotePane desk player/>
            </section>
        </div>
    }
    .drawn()
}
