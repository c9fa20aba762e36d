//! How a recording sounds: what could be better the next time, and where text was left out.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;
use shared::recordings::SoundQuality;

use super::{Desk, Player};
use crate::logic::{time, words};

/// Places that are shown one by one; of more, how many there are.
const MOST_PLACES: usize = 8;

/// What could be better about the sound the next time; nothing where it is good.
#[component]
pub fn SoundAdvice(
    /// The session.
    desk: Desk,
) -> impl IntoView {
    let troubles = Memo::new(move |_| {
        let quality = desk.recording.here().flatten().and_then(|recording| recording.quality);
        quality.into_iter().flat_map(SoundQuality::troubles).collect::<Vec<_>>()
    });
    let advice =
        move || troubles.get().into_iter().map(|it| view! { <p class="hint">{words::sound_advice(it)}</p> });
    view! { <div role="note" aria-label="How the recording sounds">{changing(move || advice().collect_view())}</div> }
        .drawn()
}

/// Where text was left out that nobody seems to have said, to listen there.
#[component]
pub fn LeftOutPlaces(
    /// The session.
    desk: Desk,
    /// The player.
    player: Player,
) -> impl IntoView {
    let places =
        Memo::new(move |_| desk.recording.here().flatten().map(|it| it.left_out).unwrap_or_default());
    let line = move || {
        let places = places.get();
        (!places.is_empty()).then(|| {
            let buttons = places.iter().take(MOST_PLACES).map(|place| {
                let from = place.start_ms;
                view! { " " <button type="button" class="time" on:click=move |_| player.play_at(from)>{time::clock(from)}</button> }
            });
            view! {
                <p class="hint">
                    {words::left_out(places.len())}
                    {buttons.collect_view()}
                </p>
            }
        })
    };
    view! { {line} }.drawn()
}
