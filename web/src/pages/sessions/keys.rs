//! The keys of the workspace.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::{Desk, Player};
use crate::{
    logic::transcript,
    pages::shortcuts::{is_chord, is_typing},
    state::Preferences,
};

/// What the arrow keys move by, in milliseconds.
const STEP_MS: i64 = 5_000;

/// Listens while the workspace is there.
pub fn use_keys(desk: Desk, player: Player) {
    let preferences = expect_context::<Preferences>();
    let handle = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.default_prevented() {
            return;
        }
        let done = if event.alt_key() {
            match event.key().as_str() {
                "ArrowDown" => to_sentence(1),
                "ArrowUp" => to_sentence(-1),
                "e" => play_evidence(desk, player),
                _ => None,
            }
        } else if is_typing(&event) || is_chord(&event) || !preferences.single_keys() {
            None
        } else {
            match event.key().as_str() {
                " " => player.there.get_untracked().then(|| player.toggle()),
                "ArrowLeft" => player.there.get_untracked().then(|| player.skip(-STEP_MS)),
                "ArrowRight" => player.there.get_untracked().then(|| player.skip(STEP_MS)),
                "j" => to_sentence(1),
                "k" => to_sentence(-1),
                "e" => play_evidence(desk, player),
                _ => None,
            }
        };
        if done.is_some() {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Plays what supports the sentence one is at.
pub fn play_evidence(desk: Desk, player: Player) -> Option<()> {
    let evidence = desk.evidence.get_untracked();
    let spans =
        desk.transcript.here_untracked().flatten().map(|one| transcript::spans(&one.segments, &evidence))?;
    player.there.get_untracked().then(|| player.play_spans(spans))
}

/// Moves the focus by one sentence.
fn to_sentence(step: i32) -> Option<()> {
    let sentences = document().query_selector_all("[data-sentence]").ok()?;
    let all: Vec<HtmlElement> =
        (0..sentences.length()).filter_map(|at| sentences.get(at)?.dyn_into().ok()).collect();
    let active = document().active_element();
    let at = all.iter().position(|one| one.contains(active.as_ref().map(AsRef::as_ref)));
    let next = match (at, step) {
        (Some(at), 1) => at + 1,
        (Some(at), _) => at.checked_sub(1)?,
        (None, 1) => 0,
        (None, _) => all.len().checked_sub(1)?,
    };
    let sentence = all.get(next)?;
    let inside =
        sentence.query_selector("textarea").ok().flatten().and_then(|one| one.dyn_into::<HtmlElement>().ok());
    inside.as_ref().unwrap_or(sentence).focus().ok()
}
