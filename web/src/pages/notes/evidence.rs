//! What supports a sentence, quoted from the transcript, with a way to hear it.

use crate::drawn::Draw;
use leptos::prelude::*;
use shared::SegmentId;

use crate::{
    components::Icon,
    logic::{note::plural, time, transcript},
    pages::sessions::{Desk, Player},
};

/// The quoted lines.
#[component]
pub fn Quotes(
    /// Which lines.
    #[prop(into)]
    evidence: Signal<Vec<SegmentId>>,
    /// The session.
    desk: Desk,
    /// The player.
    player: Player,
) -> impl IntoView {
    let quotes = Memo::new(move |_| {
        let Some(transcript) = desk.transcript.here().flatten() else { return Vec::new() };
        evidence.with(|evidence| {
            transcript
                .segments
                .iter()
                .filter(|line| evidence.contains(&line.id))
                .map(|line| {
                    let speaker = transcript.speakers.iter().find(|one| Some(one.id) == line.speaker_id);
                    let label =
                        speaker.map_or_else(|| "Someone".to_owned(), |one| one.label.reveal().clone());
                    (label, line.start_ms, line.text.reveal().clone())
                })
                .collect()
        })
    });
    let play = move |_| {
        if let Some(transcript) = desk.transcript.here_untracked().flatten() {
            player.play_spans(transcript::spans(&transcript.segments, &evidence.get_untracked()));
        }
    };
    view! {
        <div class="quotes">
            {move || quotes
                .get()
                .into_iter()
                .map(|(label, start, text)| view! {
                    <blockquote>
                        <cite>{label} ", " {time::clock(start)}</cite>
                        {text}
                    </blockquote>
                })
                .collect_view()}
            {move || player.there.get().then(|| view! {
                <button type="button" class="small" on:click=play><Icon name="play"/>"Play what was said"</button>
            })}
        </div>
    }
    .drawn()
}

/// `2 sources`.
pub fn sources(count: usize) -> String {
    plural(count, "source", "sources")
}
