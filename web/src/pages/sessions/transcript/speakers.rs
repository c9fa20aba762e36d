//! The voices: heard, named, given a part, and merged when one was heard as two.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;
use shared::{
    SpeakerId,
    transcripts::{EditSpeaker, EditTranscript, MergeSpeakers, SpeakerCertainty, SpeakerRole, SpeakerView},
};

use super::{super::Player, Corrections};
use crate::{
    components::{Choice, Icon},
    logic::{
        transcript::{TONES, longest},
        words,
    },
};

/// The voices, folded away.
#[component]
pub fn Speakers(
    corrections: Corrections,
    player: Player,
    speakers: Memo<Vec<SpeakerView>>,
    locked: Memo<bool>,
) -> impl IntoView {
    let desk = corrections.desk.get_value();
    let confirmed = Memo::new(move |_| {
        desk.transcript.here().flatten().is_none_or(|one| one.certainty == SpeakerCertainty::Confirmed)
    });
    // What a voice is already is said once more: that is what makes it a person's word.
    let confirm = move |_| {
        let all = speakers.get_untracked().into_iter();
        let all = all.map(|one| EditSpeaker { id: one.id, label: None, role: Some(one.role) });
        corrections.send(EditTranscript { speakers: all.collect(), ..EditTranscript::default() }, || {});
    };
    view! {
        <details class="speakers">
            <summary>
                <Icon name="people"/>
                "Speakers"
                <span class="speaker-chips">
                    {changing(move || speakers
                        .get()
                        .into_iter()
                        .enumerate()
                        .map(|(place, one)| view! {
                            <span class=format!("chip tone-{}", place % TONES)>{one.label.into_inner()}</span>
                        })
                        .collect_view())}
                </span>
            </summary>
            <ul class="plain">
                <For each=move || speakers.get() key=|one| (one.id, one.label.clone(), one.role) let:one>
                    <Speaker one corrections player speakers locked/>
                </For>
            </ul>
            {changing(move || (!confirmed.get() && !locked.get()).then(|| view! {
                <div class="speakers-foot">
                    <p class="hint">"Who is who was suggested by what was said."</p>
                    <button type="button" class="small" on:click=confirm disabled=move || corrections.work.is_busy()>
                        <Icon name="check"/>"This is right"
                    </button>
                </div>
            }))}
        </details>
    }
    .drawn()
}

#[component]
fn Speaker(
    one: SpeakerView,
    corrections: Corrections,
    player: Player,
    speakers: Memo<Vec<SpeakerView>>,
    locked: Memo<bool>,
) -> impl IntoView {
    let id = one.id;
    let label = one.label.into_inner();
    let was = label.clone();
    let rename = move |event| {
        let name = event_target_value(&event).trim().to_owned();
        if name != was && !name.is_empty() {
            let edit = EditSpeaker { id, label: Some(name.into()), role: None };
            corrections.send(EditTranscript { speakers: vec![edit], ..EditTranscript::default() }, || {});
        }
    };
    let give_part = move |word: String| {
        let edit = EditSpeaker { id, label: None, role: SpeakerRole::from_word(&word) };
        corrections.send(EditTranscript { speakers: vec![edit], ..EditTranscript::default() }, || {});
    };
    let merge = move |word: String| {
        if let Ok(into) = word.parse::<SpeakerId>() {
            let merge = MergeSpeakers { from: id, into };
            corrections.send(EditTranscript { merge: vec![merge], ..EditTranscript::default() }, || {});
        }
    };
    let parts =
        SpeakerRole::ALL.iter().map(|one| (one.as_str().to_owned(), words::speaker_role(*one).to_owned()));
    let others = std::iter::once((String::new(), "Merge into…".to_owned())).chain(
        speakers
            .get_untracked()
            .into_iter()
            .filter(|other| other.id != id)
            .map(|other| (other.id.to_string(), format!("Merge into {}", other.label.reveal()))),
    );
    let desk = corrections.desk.get_value();
    let sample = Memo::new(move |_| {
        let there = player.there.get().then(|| desk.transcript.here()).flatten().flatten();
        there.and_then(|one| longest(&one.segments, id))
    });
    let sample_label = format!("Hear a sample of {label}");
    let several = speakers.with_untracked(|all| all.len() > 1);
    view! {
        <li class="speaker-row">
            <input
                type="text"
                aria-label=format!("Name of {label}")
                maxlength="100"
                disabled=move || locked.get()
                prop:value=label.clone()
                on:change=rename
            />
            <Choice
                label=format!("Part of {label}") id=format!("part-{id}") quiet=true options=parts.collect()
                value=Signal::stored(one.role.as_str().to_owned()) on_choose=give_part disabled=locked
            />
            {several.then(|| view! {
                <Choice
                    label=format!("Merge {label} into") id=format!("merge-{id}") quiet=true options=others.collect()
                    value=Signal::stored(String::new()) on_choose=merge disabled=locked
                />
            })}
            {changing(move || {
                let sample_label = sample_label.clone();
                sample.get().map(|span| view! {
                    <button type="button" aria-label=sample_label on:click=move |_| player.play_spans(vec![span])>
                        <Icon name="play"/>"Hear a sample"
                    </button>
                })
            })}
        </li>
    }
    .drawn()
}
