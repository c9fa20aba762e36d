//! The transcript: who said what, when; heard with a click, corrected in place.

mod line;
mod speakers;
mod words;

use std::time::Duration;

use crate::drawn::{Draw, changing};
use leptos::prelude::*;
use shared::{
    SegmentId,
    errors::ErrorCode,
    transcripts::{EditTranscript, SegmentView, SpeakerCertainty, TranscriptView},
};

use wasm_bindgen::JsCast;

use self::{line::Line, speakers::Speakers};
use super::{Desk, Player, sound::LeftOutPlaces};
use crate::{
    api::{Failure, SignedIn},
    components::{Empty, Icon, Moment, Refusal, Work},
    logic::transcript,
    state::Notices,
};

/// What the lines share.
#[derive(Debug, Clone, Copy)]
struct Corrections {
    desk: StoredValue<Desk>,
    api: SignedIn,
    notices: Notices,
    work: Work,
}

impl Corrections {
    /// Sends a correction; `done` runs when it is kept.
    fn send(self, form: EditTranscript, done: impl FnOnce() + 'static) {
        let desk = self.desk.get_value();
        let Some(revision) = desk.transcript.here_untracked().flatten().map(|one| one.revision) else {
            return;
        };
        let asking = async move {
            let answer = self.api.edit_transcript(desk.id, revision, &form).await;
            if answer.as_ref().is_err_and(is_stale) {
                // Somebody else, or this person in another window. The newest version is fetched, the
                // words that were typed stay where they are, and saving again works.
                desk.transcript.ask_again();
                self.notices.say(
                    "The transcript was changed elsewhere. Here is the newest version; please save again.",
                );
            }
            answer
        };
        self.work.run(asking, move |changed| {
            desk.transcript.put(Some(changed));
            done();
        });
    }
}

fn is_stale(failure: &Failure) -> bool {
    failure.is(ErrorCode::PreconditionFailed)
}

/// The pane.
#[component]
pub fn TranscriptPane(
    /// The session.
    desk: Desk,
    /// The player.
    player: Player,
) -> impl IntoView {
    let corrections = Corrections {
        desk: StoredValue::new(desk),
        api: expect_context::<SignedIn>(),
        notices: expect_context::<Notices>(),
        work: Work::new(),
    };
    let shown = Memo::new(move |_| desk.transcript.here().flatten());
    let there = Memo::new(move |_| shown.with(Option::is_some));
    let removed_at = Memo::new(move |_| shown.with(|one| one.as_ref()?.removal.as_ref().map(|it| it.at)));
    move || {
        if let Some(at) = removed_at.get() {
            view! {
                <Empty icon="quote" title="The transcript was removed">
                    <p>"Removed " <Moment at/> ", as your practice has set. The signed note stays, and each sentence shows when what supports it was said."</p>
                </Empty>
            }
            .drawn()
        } else if there.get() {
            view! { <Lines corrections player shown/> }.drawn()
        } else {
            view! { <Empty icon="quote" title="No transcript"><p>"This session has a note, but no recording."</p></Empty> }
                .drawn()
        }
    }
}

#[component]
fn Lines(corrections: Corrections, player: Player, shown: Memo<Option<TranscriptView>>) -> impl IntoView {
    let desk = corrections.desk.get_value();
    let speakers = Memo::new(move |_| {
        shown.with(|one| one.as_ref().map(|one| one.speakers.clone()).unwrap_or_default())
    });
    let lines = Memo::new(move |_| shown.with(|one| one.as_ref().map(numbered).unwrap_or_default()));
    let locked = Memo::new(move |_| shown.with(|one| one.as_ref().is_some_and(|one| one.locked)));
    let at_once = Memo::new(move |_| {
        shown.with(|one| one.as_ref().map(|one| transcript::overlapping(&one.segments)).unwrap_or_default())
    });
    let uncertain = move || {
        shown.with(|one| one.as_ref().is_some_and(|one| one.certainty == SpeakerCertainty::Uncertain))
    };
    let now = Memo::new(move |_| {
        let at = player.position_ms.get();
        if at == 0 && !player.playing.get() {
            return None;
        }
        shown.with(|one| one.as_ref().and_then(|one| transcript::line_at(&one.segments, at)))
    });
    Effect::new(move || {
        if let Some(id) = now.get()
            && player.playing.get_untracked()
        {
            show_line(id);
        }
    });
    Effect::new(move || {
        if let Some(first) = desk.evidence.get().first() {
            show_line(*first);
        }
    });
    view! {
            {changing(move || uncertain().then(|| view! {
                <p class="banner warn">
                    <Icon name="alert"/>
                    "The voices could not be told apart with certainty. Please check who said what."
                </p>
            }))}
            <Refusal of=corrections.work.failure()/>
    <LeftOutPlaces desk player/>
            <Speakers corrections player speakers locked/>
            <ol class="lines" aria-label="What was said">
                <For
                    each=move || lines.get()
                    key=|(line, first)| (line.id, line.speaker_id, line.text.clone(), *first, line.edited)
                    let:entry
                >
                    <Line segment=entry.0 first=entry.1 corrections player speakers now at_once locked/>
                </For>
            </ol>
        }
    .drawn()
}

/// Each line, and whether another voice begins with it.
fn numbered(transcript: &TranscriptView) -> Vec<(SegmentView, bool)> {
    let mut before = None;
    transcript
        .segments
        .iter()
        .map(|line| {
            let first = before.replace(line.speaker_id) != Some(line.speaker_id);
            (line.clone(), first)
        })
        .collect()
}

/// The element id of a line.
fn line_id(id: SegmentId) -> String {
    format!("line-{id}")
}

/// Puts the focus on the tools of a line, once it is drawn.
fn focus_line(id: SegmentId) {
    let focus = move || {
        let line = document().get_element_by_id(&line_id(id));
        let tools = line.and_then(|line| line.query_selector(".line-words").ok().flatten());
        if let Some(tools) = tools.and_then(|tools| tools.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = tools.focus();
        }
    };
    set_timeout(focus, Duration::ZERO);
}

/// Scrolls a line into view, gently.
fn show_line(id: SegmentId) {
    if let Some(line) = document().get_element_by_id(&line_id(id)) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        line.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
