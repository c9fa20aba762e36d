//! What supports a sentence, quoted from the transcript, with a way to hear it.

use crate::drawn::{Draw, Drawn, changing};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::{SegmentId, transcripts::Evidence};

use crate::{
    components::{Icon, Moment},
    logic::{note::plural, time, transcript, words},
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
    let removed = Memo::new(move |_| {
        let removal = desk.transcript.here().flatten()?.removal?;
        let kept = removal.evidence.into_iter();
        let kept =
            evidence.with(|cited| kept.filter(|one| cited.contains(&one.segment_id)).collect::<Vec<_>>());
        Some((removal.at, kept))
    });
    let play = move |_| {
        if let Some(transcript) = desk.transcript.here_untracked().flatten() {
            player.play_spans(transcript::spans(&transcript.segments, &evidence.get_untracked()));
        }
    };
    view! {
        <div class="quotes">
            {changing(move || quotes
                .get()
                .into_iter()
                .map(|(label, start, text)| view! {
                    <blockquote>
                        <cite>{label} ", " {time::clock(start)}</cite>
                        {text}
                    </blockquote>
                })
                .collect_view())}
            {changing(move || removed.get().map(|(at, kept)| gone(at, kept)))}
            {changing(move || (player.there.get() && removed.with(Option::is_none)).then(|| view! {
                <button type="button" class="small" on:click=play><Icon name="play"/>"Play what was said"</button>
            }))}
        </div>
    }
    .drawn()
}

/// What is said in the place of lines that were removed: when they were said, and the few words that were kept.
fn gone(at: DateTime<Utc>, kept: Vec<Evidence>) -> Drawn {
    let spans = kept.iter().filter(|one| one.end_ms > 0);
    let spans: Vec<_> = spans
        .map(|one| format!("from {} to {}", time::clock(one.start_ms), time::clock(one.end_ms)))
        .collect();
    let said = (!spans.is_empty())
        .then(|| format!(" What supported this sentence was said {}.", spans.join(" and ")));
    view! {
        <p class="hint">"The transcript was removed " <Moment at/> "." {said}</p>
        {kept
            .into_iter()
            .filter_map(|one| one.quotation.map(|quotation| (one.role, quotation.into_inner())))
            .map(|(role, quotation)| view! {
                <blockquote><cite>{words::speaker_role(role)}</cite>{quotation}</blockquote>
            })
            .collect_view()}
    }
    .drawn()
}

/// `2 sources`.
pub fn sources(count: usize) -> String {
    plural(count, "source", "sources")
}
