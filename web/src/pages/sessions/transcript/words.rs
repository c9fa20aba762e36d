//! Words of a line: chosen with the mouse, a finger or the keyboard, and then given to whoever said them. Here a line is
//! divided as well, and joined with the next one.

use std::ops::Range;

use crate::drawn::{Draw, changing};
use leptos::{html, prelude::*};
use shared::{
    SpeakerId,
    transcripts::{EditTranscript, JoinSegments, SegmentView, SpeakerView, SplitSegment},
};
use wasm_bindgen::JsCast;

use super::{Corrections, focus_line, line::Doing};
use crate::logic::transcript::chosen;

/// The words of a line, and what can be done with them.
#[component]
pub fn Words(
    segment: SegmentView,
    /// What is chosen from the beginning.
    #[prop(optional_no_strip)]
    marked: Option<Range<usize>>,
    corrections: Corrections,
    speakers: Memo<Vec<SpeakerView>>,
    doing: RwSignal<Doing>,
) -> impl IntoView {
    let (id, own) = (segment.id, segment.speaker_id);
    let words: Vec<String> = segment.text.reveal().split_whitespace().map(str::to_owned).collect();
    let count = words.len();
    let words = StoredValue::new(words);
    let range = RwSignal::new(marked);
    // Of so many buttons one is reached by Tab, and the others from there with the arrows.
    let reached = RwSignal::new(range.with_untracked(|range| range.as_ref().map_or(0, |range| range.start)));
    let group = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if group.get().is_some() {
            focus_word(group, reached.get_untracked());
        }
    });
    let press = move |at: usize, extend: bool| {
        reached.set(at);
        range.update(|range| *range = Some(chosen(range.take(), at, extend)));
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let at = reached.get_untracked();
        let to = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => (at + 1).min(count - 1),
            "ArrowLeft" | "ArrowUp" => at.saturating_sub(1),
            "Home" => 0,
            "End" => count - 1,
            _ => return,
        };
        event.prevent_default();
        if event.shift_key() {
            range.update(|range| *range = Some(chosen(range.take().or(Some(at..at + 1)), to, true)));
        }
        reached.set(to);
        focus_word(group, to);
    };
    let next = Memo::new(move |_| {
        let transcript = corrections.desk.get_value().transcript.here().flatten()?;
        let place = transcript.segments.iter().position(|line| line.id == id)?;
        transcript.segments.get(place + 1).map(|line| line.speaker_id)
    });
    let send = move |form: EditTranscript| {
        let desk = corrections.desk.get_value();
        let all = desk.transcript.here_untracked().flatten();
        let place = all.and_then(|one| one.segments.iter().position(|line| line.id == id));
        corrections.send(form, move || {
            doing.try_set(Doing::Reading);
            let here = desk.transcript.here_untracked().flatten();
            if let Some(line) = here.as_ref().and_then(|one| one.segments.get(place?)) {
                focus_line(line.id);
            }
        });
    };
    let leave = move || {
        doing.set(Doing::Reading);
        focus_line(id);
    };
    let split = move |from: usize, to: usize, speaker_id: Option<SpeakerId>| {
        let (from, to) = (from as u32, (to < count).then_some(to as u32));
        let split = vec![SplitSegment { id, from, to, speaker_id }];
        send(EditTranscript { split, ..EditTranscript::default() });
    };
    let join = move |_| send(EditTranscript { join: vec![JoinSegments { id }], ..EditTranscript::default() });
    let others = move || speakers.get().into_iter().filter(move |one| Some(one.id) != own);
    let is_busy = move || corrections.work.is_busy();
    view! {
        <div
            class="line-words-form"
            on:keydown=move |event| if event.key() == "Escape" { leave() }
        >
            <p class="hint" id=format!("choose-{id}")>"Press a word, or the first and the last of several."</p>
            <div class="words" node_ref=group role="group" aria-labelledby=format!("choose-{id}") on:keydown=on_key>
                {words
                    .get_value()
                    .into_iter()
                    .enumerate()
                    .map(|(at, word)| view! {
                        <button
                            type="button"
                            tabindex=move || if reached.get() == at { "0" } else { "-1" }
                            aria-pressed=move || {
                                range.with(|range| range.as_ref().is_some_and(|range| range.contains(&at))).to_string()
                            }
                            on:click=move |event| press(at, event.shift_key())
                        >
                            {word}
                        </button>
                    })
                    .collect_view()}
            </div>
            <div class="row">
                {changing(move || {
                    let said = if range.with(Option::is_some) { "Said by" } else { "All said by" };
                    others()
                        .map(|one| view! {
                            <button
                                type="button"
                                class="small"
                                disabled=is_busy
                                on:click=move |_| {
                                    let some = range.get_untracked().unwrap_or(0..count);
                                    split(some.start, some.end, Some(one.id));
                                }
                            >
                                {format!("{said} {}", one.label.reveal())}
                            </button>
                        })
                        .collect_view()
                })}
                {changing(move || range.get().map(|range| range.start).filter(|start| *start > 0).map(|start| view! {
                    <button type="button" class="small" disabled=is_busy on:click=move |_| split(start, count, None)>
                        {words.with_value(|words| format!("Split before “{}”", words[start]))}
                    </button>
                }))}
                {changing(move || next.get().map(|voice| view! {
                    <button type="button" class="small" disabled=is_busy on:click=join>
                        {if voice == own { "Join with next" } else { "Join with next, as one speaker" }}
                    </button>
                }))}
                <span class="grow"></span>
                <button type="button" class="quiet small" on:click=move |_| leave()>"Cancel"</button>
            </div>
        </div>
    }
    .drawn()
}

fn focus_word(group: NodeRef<html::Div>, at: usize) {
    let words = group.get_untracked().and_then(|group| group.query_selector_all("button").ok());
    let word = words.and_then(|words| words.item(at as u32));
    if let Some(word) = word.and_then(|word| word.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = word.focus();
    }
}
