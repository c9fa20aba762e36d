//! One line: heard with a click, corrected in place, its words chosen by marking them.

use crate::drawn::{Draw, changing};
use std::ops::Range;

use leptos::{html, prelude::*};
use shared::{
    SegmentId,
    transcripts::{EditSegment, EditTranscript, SegmentView, SpeakerView},
};

use super::{super::Player, Corrections, line_id, words::Words};
use crate::{
    components::{Autogrow, Choice, Icon},
    logic::{time, transcript},
};

/// Below this the engine was not sure of the words.
const UNSURE: f32 = 0.5;

/// What is done with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doing {
    /// It is read.
    Reading,
    /// Its text is corrected.
    Correcting,
    /// Words of it are chosen; these from the beginning.
    Choosing(Option<Range<usize>>),
}

/// The line.
#[component]
pub fn Line(
    /// What was said.
    segment: SegmentView,
    /// Whether another voice begins here.
    first: bool,
    corrections: Corrections,
    player: Player,
    speakers: Memo<Vec<SpeakerView>>,
    now: Memo<Option<SegmentId>>,
    at_once: Memo<Vec<SegmentId>>,
    locked: Memo<bool>,
) -> impl IntoView {
    let (id, start, speaker) = (segment.id, segment.start_ms, segment.speaker_id);
    let evidence = corrections.desk.get_value().evidence;
    let doing = RwSignal::new(Doing::Reading);
    let spoken = NodeRef::<html::Span>::new();
    let tone = move || {
        let place = speakers.with(|all| transcript::tone(all, speaker));
        format!("line tone-{}", place.map_or_else(|| "none".to_owned(), |place| place.to_string()))
    };
    let label = move || {
        speakers.with(|all| {
            all.iter()
                .find(|one| Some(one.id) == speaker)
                .map_or_else(|| "Someone".to_owned(), |one| one.label.reveal().clone())
        })
    };
    let clock = time::clock(start);
    let unsure = segment.confidence.is_some_and(|confidence| confidence < UNSURE);
    let text = segment.text.reveal().clone();
    let edited = segment.edited;
    let play_label = format!("Play from {clock}");
    let edit_label = format!("Correct the line at {clock}");
    let words_label = format!("Choose words of the line at {clock}");
    let pressed = move || {
        let marked = spoken.get_untracked().and_then(|spoken| marked_words(&spoken));
        if marked.is_some() && !locked.get_untracked() {
            doing.set(Doing::Choosing(marked));
        } else if player.there.get_untracked() {
            player.play_at(start);
        }
    };
    view! {
        <li
            id=line_id(id)
            class=tone
            class:first=first
            class:now=move || now.get() == Some(id)
            class:evidence=move || evidence.with(|lines| lines.contains(&id))
        >
            {first.then(|| view! { <p class="speaker">{label}</p> })}
            {changing(move || match doing.get() {
                Doing::Correcting => view! { <Edit segment=segment.clone() corrections speakers doing/> }.drawn(),
                Doing::Choosing(marked) => {
                    view! { <Words segment=segment.clone() marked corrections speakers doing/> }.drawn()
                }
                Doing::Reading => {
                    let text = text.clone();
                    let play_label = play_label.clone();
                    let edit_label = edit_label.clone();
                    let words_label = words_label.clone();
                    let clock = clock.clone();
                    view! {
                        <div class="line-row">
                            {changing(move || if player.there.get() {
                                view! {
                                    <button type="button" class="time" aria-label=play_label.clone() on:click=move |_| player.play_at(start)>
                                        {clock.clone()}
                                    </button>
                                }
                                .drawn()
                            } else {
                                view! { <span class="time"></span> }.drawn()
                            })}
                            <p
                                class="line-text"
                                class:playable=move || player.there.get()
                                class:unsure=unsure
                                on:click=move |_| pressed()
                            >
                                <span class="visually-hidden">{changing(move || format!("{}: ", label()))}</span>
                                <span node_ref=spoken>{text}</span>
                                {changing(move || at_once.with(|all| all.contains(&id)).then(|| view! {
                                    <small class="badge" title="Two people speak here at the same time. Please check who said what.">
                                        "at the same time"
                                    </small>
                                }))}
                                {edited.then(|| view! { <small class="muted">" corrected"</small> })}
                            </p>
                            {changing(move || {
                                let edit_label = edit_label.clone();
                                let words_label = words_label.clone();
                                (!locked.get()).then(|| view! {
                                    <button
                                        type="button"
                                        class="quiet square line-edit line-words"
                                        aria-label=words_label
                                        on:click=move |_| doing.set(Doing::Choosing(None))
                                    >
                                        <Icon name="words"/>
                                    </button>
                                    <button
                                        type="button"
                                        class="quiet square line-edit"
                                        aria-label=edit_label
                                        on:click=move |_| doing.set(Doing::Correcting)
                                    >
                                        <Icon name="pencil"/>
                                    </button>
                                })
                            })}
                        </div>
                    }
                    .drawn()
                }
            })}
        </li>
    }
    .drawn()
}

/// The words of the line that are marked, with the mouse or a finger.
fn marked_words(spoken: &web_sys::Element) -> Option<Range<usize>> {
    let marked = window().get_selection().ok()??;
    let (from, to) = (marked.anchor_node()?, marked.focus_node()?);
    // In another line, or across lines, no words of this one are meant.
    let inside = |node: &web_sys::Node| node.parent_node().is_some_and(|parent| parent == **spoken);
    let text = inside(&from).then(|| from.text_content())??;
    (from == to).then(|| transcript::words_between(&text, marked.anchor_offset(), marked.focus_offset()))?
}

#[component]
fn Edit(
    segment: SegmentView,
    corrections: Corrections,
    speakers: Memo<Vec<SpeakerView>>,
    doing: RwSignal<Doing>,
) -> impl IntoView {
    let text = RwSignal::new(segment.text.reveal().clone());
    let speaker = RwSignal::new(segment.speaker_id.map(|id| id.to_string()).unwrap_or_default());
    let area = NodeRef::<html::Textarea>::new();
    Effect::new(move || {
        if let Some(area) = area.get() {
            let _ = area.focus();
        }
    });
    let id = segment.id;
    let before = segment.clone();
    let save = move || {
        let words = text.get_untracked().trim().to_owned();
        let chosen = speaker.get_untracked().parse().ok();
        let edit = EditSegment {
            id,
            text: (words != *before.text.reveal() && !words.is_empty()).then(|| words.into()),
            speaker_id: chosen.filter(|chosen| Some(*chosen) != before.speaker_id),
        };
        if edit.text.is_none() && edit.speaker_id.is_none() {
            doing.set(Doing::Reading);
            return;
        }
        corrections.send(EditTranscript { segments: vec![edit], ..EditTranscript::default() }, move || {
            doing.try_set(Doing::Reading);
        });
    };
    let save = StoredValue::new(save);
    let options =
        speakers.get_untracked().into_iter().map(|one| (one.id.to_string(), one.label.into_inner()));
    view! {
        <form
            class="line-form"
            on:submit=move |event| {
                event.prevent_default();
                save.with_value(|save| save());
            }
            on:keydown=move |event| if event.key() == "Escape" { doing.set(Doing::Reading) }
        >
            <Autogrow label="What was said" value=text area max=10_000/>
            <div class="row">
                <Choice
                    label="Who said it" id=format!("who-{id}") quiet=true options=options.collect()
                    value=speaker.into() on_choose=move |word| speaker.set(word)
                />
                <span class="grow"></span>
                <button type="button" class="quiet" on:click=move |_| doing.set(Doing::Reading)>"Cancel"</button>
                <button type="submit" class="primary" disabled=move || corrections.work.is_busy()>"Save line"</button>
            </div>
        </form>
    }
    .drawn()
}
